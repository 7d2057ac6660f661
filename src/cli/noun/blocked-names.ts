// What attack protection counts under the names of a user, as the commands about blocks and about users need it.

import type { Block, BlockedParty } from '../../attack-protection/block-store.ts';
import { namesOfUser, partyOf } from '../../attack-protection/user-blocks.ts';
import { ConfigurationError } from '../../config/load-config.ts';
import type { Ground } from '../../ground.ts';
import { readDatabaseClock } from '../../storage/database-clock.ts';
import type { NounWork } from './noun.ts';
import { findUser } from './user-noun.ts';

/** What is blocked, in plain words. */
export const BLOCK_KINDS: Readonly<Record<Block['kind'], string>> = {
  identifier_and_ip: 'a name from one address',
  identifier: 'a name from anywhere',
  account: 'a name from unknown sources',
  bind: 'wrong passwords that a directory was told of',
  address: 'an address',
  'sign-ups': 'sign-ups from an address',
  logins: 'too many logins of a user',
};

/** How many of each kind, in one line. */
export function countWords(blocks: ReadonlyMap<Block['kind'], number>): string {
  return [...blocks].map(([kind, count]) => `${BLOCK_KINDS[kind]} (${count})`).join(', ');
}

/**
 * Everything counted of a user, or of a name that nobody has: what was typed counts as well as what the user is known by,
 * in the connection of this name, or in all of them for null. Throws a plain error when there is no such connection.
 */
export async function namesOf(work: NounWork, called: string, connection: string | null): Promise<BlockedParty> {
  const { ground, stores, tenant } = work;
  const all = await stores.connections.list(tenant.id);
  const meant = all.filter(({ name }) => connection === null || name === connection);
  if (meant.length === 0) throw new ConfigurationError(`There is no connection ${connection ?? ''}.`);
  const user = await findUser(work, called);
  const names = [called];
  if (user) names.push(...namesOfUser(user, await stores.users.listIdentities(tenant.id, user.userId)));
  const ids = meant.map(({ id }) => id);
  return partyOf((value) => ground.vault.keyedHash(value), tenant.id, ids, names);
}

/** The time by which servers count, in whole milliseconds since 1970 UTC. */
export async function timeOf({ database, clock }: Ground): Promise<number> {
  // PostgreSQL's clock has fractions of a millisecond, which its whole numbers do not take.
  return Math.floor((await readDatabaseClock(database)) ?? clock.now());
}
