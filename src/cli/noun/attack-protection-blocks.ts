// The commands about what attack protection refuses now: who, from where, until when, and how to end it.
import type { Ground } from '../../app.ts';
import { addressKeyOf, identifierKeyOf } from '../../attack-protection/attempt-keys.ts';
import type { Block } from '../../attack-protection/block-store.ts';
import { ConfigurationError } from '../../config/load-config.ts';
import { canonicalAddress } from '../../lib/network-address.ts';
import { readDatabaseClock } from '../../storage/database-clock.ts';
import { type Invocation, show, textFlag } from '../command.ts';
import { alignedTable } from '../table.ts';
import type { NounWork } from './noun.ts';
import { findUser } from './user-noun.ts';
import { limitOf, withTenant } from './verbs.ts';

const KINDS: Readonly<Record<Block['kind'], string>> = {
  identifier_and_ip: 'a name from one address',
  identifier: 'a name from anywhere',
  account: 'a name from unknown sources',
  address: 'an address',
  logins: 'too many logins of a user',
};

/** Lists what is refused now, the longest first. */
export async function listBlocks(invocation: Invocation): Promise<void> {
  await withTenant(invocation, async ({ ground, stores, tenant }) => {
    const blocks = await stores.blocks.list(tenant.id, await timeOf(ground), limitOf(invocation));
    const entries = blocks.map(({ kind, userId, address, until }) => ({
      kind,
      user_id: userId,
      address,
      until: new Date(until).toISOString(),
    }));
    const rows = entries.map(({ kind, user_id: userId, address, until }) => [
      KINDS[kind],
      userId ?? (kind === 'address' ? '' : 'a name nobody has'),
      address ?? 'every address',
      until,
    ]);
    const heads = ['blocked', 'user', 'address', 'until'];
    show(invocation, entries, rows.length === 0 ? ['Nothing is blocked.'] : alignedTable(heads, rows));
  });
}

/** Ends the blocks of a user or of an address, and forgets what was counted of them. */
export async function unblock(invocation: Invocation): Promise<void> {
  const user = textFlag(invocation, 'user');
  const ip = textFlag(invocation, 'ip');
  if ((user === null) === (ip === null)) throw new ConfigurationError('Say either --user NAME or --ip ADDRESS.');
  await withTenant(invocation, async (work) => {
    const lifted = user === null ? await liftAddress(work, ip ?? '') : await liftNames(work, user, invocation);
    const called = user ?? ip;
    const words = lifted === 0 ? `Nothing was counted of ${called}.` : `${called} may try again.`;
    show(invocation, { unblocked: called, counters: lifted }, [words]);
  });
}

async function liftAddress({ ground, stores, tenant }: NounWork, typed: string): Promise<number> {
  const ip = canonicalAddress(typed);
  if (ip === null) throw new ConfigurationError(`${typed} is no address such as 192.0.2.1 or 2001:db8::1.`);
  const key = addressKeyOf((value) => ground.vault.keyedHash(value), tenant.id, ip);
  return stores.blocks.liftAddress(tenant.id, key, ground.database.sql);
}

/** A name that nobody has can be blocked too, so what was typed counts as well as what the user is known by. */
async function liftNames(work: NounWork, called: string, invocation: Invocation): Promise<number> {
  const { ground, stores, tenant } = work;
  const user = await findUser(work, called);
  const names = [called, user?.email, user?.username].filter((name) => typeof name === 'string');
  const named = textFlag(invocation, 'connection');
  const connections = (await stores.connections.list(tenant.id)).filter((one) => named === null || one.name === named);
  if (connections.length === 0) throw new ConfigurationError(`There is no connection ${named ?? ''}.`);
  const hash = (value: string) => ground.vault.keyedHash(value);
  const keys = connections.flatMap(({ id }) => names.map((name) => identifierKeyOf(hash, tenant.id, id, name)));
  return stores.blocks.liftNames(tenant.id, keys, ground.database.sql);
}

/** What servers count by. */
async function timeOf({ database, clock }: Ground): Promise<number> {
  return (await readDatabaseClock(database)) ?? clock.now();
}
