// `gatehouse master-key rotate`: moves everything secret to the newest master key.
import { rotateMasterKey } from '../storage/master-key-rotation.ts';
import { type Invocation, show } from './command.ts';
import { withGround } from './ground.ts';
import { createProgress } from './progress.ts';

/** Seals everything under the newest key and says which keys are in use no more. */
export async function rotate(invocation: Invocation): Promise<void> {
  const { configuration, terminal } = invocation;
  const progress = createProgress(terminal);
  await withGround(configuration, async ({ database, vault }) => {
    const { resealed, retiredKeys } = await rotateMasterKey(database, vault, {
      onProgress: (step) => progress({ phase: 'sealing', table: 'values', rows: step.resealed, total: step.total }),
    });
    terminal.overwrite('');
    show(invocation, { resealed, master_key: vault.keyId, retired: retiredKeys }, [
      `sealed ${resealed} values under the master key ${vault.keyId}`,
      retiredKeys.length === 0
        ? 'No other key is in use.'
        : `${retiredKeys.join(', ')} is in use no more: take it out of GATEHOUSE_PREVIOUS_MASTER_KEYS, and keep it for as long as you keep backups made under it.`,
    ]);
  });
}
