// The `attackProtection` section.
import { attackProtectionOf, attackProtectionWireOf } from '../attack-protection/attack-protection-wire.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { saveWhenChanged, type Workspace } from './workspace.ts';

/** Sets what the section says and its defaults for the rest; a file without the section leaves what is stored. */
export async function applyAttackProtection(work: Workspace, tenant: Tenant): Promise<void> {
  const { sql, stores, file, now } = work;
  const section = file.content.attackProtection;
  if (section === undefined) return;
  const wanted = attackProtectionOf(section);
  const stored = await stores.attackProtection.find(tenant.id, sql);
  const [before, after] = [attackProtectionWireOf(stored), attackProtectionWireOf(wanted)];
  await saveWhenChanged(work, 'attack protection', tenant.name, before, after, () =>
    stores.attackProtection.save(tenant.id, wanted, now, sql),
  );
}
