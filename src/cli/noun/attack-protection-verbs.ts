// The commands about a tenant's settings of attack protection.
import { AttackProtectionWire, attackProtectionWireOf } from '../../attack-protection/attack-protection-wire.ts';
import { ConfigurationError } from '../../config/load-config.ts';
import { exportTenantSection } from '../../declaration/export-tenant-section.ts';
import { checkTenantFile } from '../../declaration/tenant-file.ts';
import { applyTo } from '../apply.ts';
import { type Invocation, show } from '../command.ts';
import { memberName, showReport } from './apply-entry.ts';
import { withMembers } from './member-values.ts';
import type { Entry, NounWork } from './noun.ts';
import { withTenant } from './verbs.ts';

/** Shows all settings. */
export async function showAttackProtection(invocation: Invocation): Promise<void> {
  await withTenant(invocation, async (work) => {
    const entry = await readEntry(work);
    const { stringify } = await import('yaml');
    show(invocation, entry, [stringify(entry).trimEnd()]);
  });
}

/** Changes some settings. */
export async function updateAttackProtection(invocation: Invocation): Promise<void> {
  await withTenant(invocation, async (work) => {
    const before = await readEntry(work);
    const attackProtection = await withMembers(invocation, AttackProtectionWire, before);
    if (attackProtection === before) {
      throw new ConfigurationError('Say what to change, such as --set bruteForceProtection.max_attempts=5.');
    }
    const content = { tenant: exportTenantSection(work.exporting), attackProtection };
    const report = await applyTo(work.ground, checkTenantFile(content, memberName), null, {
      operation: 'gatehouse attack-protection update',
    });
    showReport(invocation, report, await readEntry(work));
  });
}

async function readEntry({ stores, tenant }: NounWork): Promise<Entry> {
  return attackProtectionWireOf(await stores.attackProtection.find(tenant.id));
}
