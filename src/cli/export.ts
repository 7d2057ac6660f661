// `gatehouse export`: a tenant as the file that `apply` reads.
import { writeFileSync } from 'node:fs';
import { exportTenant } from '../declaration/export.ts';
import { createStores } from '../stores.ts';
import { type Invocation, show, textFlag } from './command.ts';
import { withGround } from './ground.ts';
import { getTenant } from './tenant-choice.ts';

/** Prints the file, or writes it where only its owner can read it. */
export async function exportFile(invocation: Invocation): Promise<void> {
  const { configuration, flags, terminal } = invocation;
  await withGround(configuration, async (ground) => {
    const stores = createStores(ground);
    const tenant = await getTenant(stores, textFlag(invocation, 'tenant'));
    const { text, warnings } = await exportTenant(stores, tenant, flags['withSecrets'] === true);
    const output = textFlag(invocation, 'output');
    if (output !== null) writeFileSync(output, text, { mode: 0o600 });
    const json = { tenant: tenant.name, ...(output === null ? { file: text } : { output }), warnings };
    show(invocation, json, output === null ? [text.trimEnd()] : [`wrote ${output}`]);
    for (const warning of warnings) terminal.note(`warning: ${warning}`);
  });
}
