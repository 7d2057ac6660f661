// The commands about what attack protection refuses now: who, from where, until when, and how to end it.
import { addressKeysOf } from '../../attack-protection/attempt-keys.ts';
import type { Block, BlockedParty } from '../../attack-protection/block-store.ts';
import { ConfigurationError } from '../../config/load-config.ts';
import { addressBucket, canonicalAddress } from '../../lib/network-address.ts';
import { type Invocation, show, textFlag } from '../command.ts';
import { createOperatorAudit } from '../operator-audit.ts';
import { alignedTable } from '../table.ts';
import { BLOCK_KINDS, countWords, namesOf, timeOf } from './blocked-names.ts';
import type { NounWork } from './noun.ts';
import { limitOf, withTenant } from './verbs.ts';

/** Lists what is refused now, the longest first. */
export async function listBlocks(invocation: Invocation): Promise<void> {
  await withTenant(invocation, async ({ ground, stores, tenant }) => {
    const most = limitOf(invocation);
    const blocks = await stores.blocks.list(tenant.id, await timeOf(ground), most);
    const entries = blocks.map(({ kind, userId, address, until }) => ({
      kind,
      user_id: userId,
      address,
      until: new Date(until).toISOString(),
    }));
    const rows = blocks.map((block, index) => [
      BLOCK_KINDS[block.kind],
      userWords(block),
      block.address ?? 'every address',
      entries[index]?.until ?? '',
    ]);
    const heads = ['blocked', 'user', 'address', 'until'];
    show(invocation, entries, rows.length === 0 ? ['Nothing is blocked.'] : alignedTable(heads, rows));
    if (entries.length === most) invocation.terminal.note(`These are the first ${most}; see more with --limit.`);
  });
}

/** Only a wrong password tells whose name it is: nobody who logs in too often is to be called nobody. */
function userWords({ kind, userId }: Block): string {
  if (kind === 'address' || kind === 'sign-ups') return '';
  return userId ?? (kind === 'logins' ? 'not known' : 'a name nobody has');
}

/** Ends the blocks of a user or of an address, and forgets what was counted of them. */
export async function unblock(invocation: Invocation): Promise<void> {
  const user = textFlag(invocation, 'user');
  const ip = textFlag(invocation, 'ip');
  const connection = textFlag(invocation, 'connection');
  if ((user === null) === (ip === null)) throw new ConfigurationError('Say either --user NAME or --ip ADDRESS.');
  if (ip !== null && connection !== null) {
    throw new ConfigurationError('--connection goes with --user: an address is counted whatever the connection.');
  }
  await withTenant(invocation, async (work) => {
    if (user === null) await unblockAddress(work, ip ?? '', invocation);
    else await lift(work, user, await namesOf(work, user, connection), invocation);
  });
}

async function unblockAddress(work: NounWork, typed: string, invocation: Invocation): Promise<void> {
  const { ground, stores, tenant } = work;
  const ip = canonicalAddress(typed);
  if (ip === null) throw new ConfigurationError(`${typed} is no address such as 192.0.2.1 or 2001:db8::1.`);
  const address = addressBucket(ip);
  const keys = addressKeysOf((value) => ground.vault.keyedHash(value), tenant.id, ip);
  await lift(work, address, { keys: Object.values(keys) }, invocation);
  // Names that are blocked from there are another matter: whoever guessed at them is not to go on with them.
  const others = await stores.blocks.count(tenant.id, await timeOf(ground), { address });
  if (others.size > 0) {
    invocation.terminal.note(
      `Still blocked from ${address}: ${countWords(others)}. End these with \`gatehouse attack-protection unblock --user NAME\`.`,
    );
  }
}

async function lift(work: NounWork, called: string, party: BlockedParty, invocation: Invocation): Promise<void> {
  const { ground, stores, tenant } = work;
  const now = await timeOf(ground);
  const tell = createOperatorAudit(ground, 'gatehouse attack-protection unblock');
  const { blocks, counters } = await ground.database.transaction(async (sql) => {
    const lifted = {
      blocks: await stores.blocks.count(tenant.id, now, party, sql),
      counters: await stores.blocks.lift(tenant.id, party, sql),
    };
    const noun = 'keys' in party ? 'address block' : 'user block';
    const name = 'keys' in party ? called : 'a name';
    if (lifted.counters > 0) await tell(sql, tenant, [{ type: 'ublkdu', action: 'lifted', noun, name, members: [] }]);
    return lifted;
  });
  const json = { unblocked: called, counters, blocks: Object.fromEntries(blocks) };
  show(invocation, json, [liftedWords(called, blocks, counters)]);
}

function liftedWords(called: string, blocks: ReadonlyMap<Block['kind'], number>, counters: number): string {
  if (blocks.size > 0) return `${called} may try again. Lifted: ${countWords(blocks)}.`;
  if (counters > 0) return `${called} was not blocked. What was counted is forgotten.`;
  return `Nothing was counted of ${called}, and nothing blocked.`;
}
