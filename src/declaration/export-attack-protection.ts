// The `attackProtection` section of an export.
import { isDeepStrictEqual } from 'node:util';
import {
  type AttackProtectionWire,
  attackProtectionOf,
  attackProtectionWireOf,
} from '../attack-protection/attack-protection-wire.ts';
import type { ExportWork } from './export-workspace.ts';

/** The settings that are not the defaults, as `apply` reads them. */
export async function exportAttackProtection({ stores, tenant }: ExportWork): Promise<AttackProtectionWire> {
  const settings = await stores.attackProtection.find(tenant.id);
  return withoutDefaults(attackProtectionWireOf(settings), attackProtectionWireOf(attackProtectionOf({})));
}

/** The members that differ, nested ones too. */
function withoutDefaults(settings: object, defaults: object): object {
  const known = new Map<string, unknown>(Object.entries(defaults));
  return Object.fromEntries(
    Object.entries(settings).flatMap(([name, value]: [string, unknown]) => {
      const usual = known.get(name);
      if (isDeepStrictEqual(value, usual)) return [];
      return [[name, isObject(value) && isObject(usual) ? withoutDefaults(value, usual) : value]];
    }),
  );
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
