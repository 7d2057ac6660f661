// `gatehouse action bind`: which actions run after logins, and in which order.
import { POST_LOGIN } from '../../action/trigger.ts';
import { exportTriggers } from '../../declaration/export-actions.ts';
import { exportTenantSection } from '../../declaration/export-tenant-section.ts';
import { checkTenantFile } from '../../declaration/tenant-file.ts';
import { applyTo } from '../apply.ts';
import type { Invocation } from '../command.ts';
import { memberName, showReport } from './apply-entry.ts';
import { withTenant } from './verbs.ts';

/** Binds the actions of these names and no others. */
export async function bindActions(invocation: Invocation): Promise<void> {
  const [called = ''] = invocation.args;
  const names = called === '-' ? [] : called.split(',').map((name) => name.trim());
  await withTenant(invocation, async (work) => {
    const known = new Map((await exportTriggers(work.exporting))[POST_LOGIN]?.map((one) => [one.action_name, one]));
    const content = {
      tenant: exportTenantSection(work.exporting),
      triggers: { [POST_LOGIN]: names.map((name) => known.get(name) ?? { action_name: name }) },
    };
    const report = await applyTo(work.ground, checkTenantFile(content, memberName), null, {
      operation: 'gatehouse action bind',
    });
    showReport(invocation, report, null);
  });
}
