// What is done to users beyond changing their entries.
import { ConfigurationError } from '../../config/load-config.ts';
import { type Invocation, show, textFlag } from '../command.ts';
import { createOperatorAudit } from '../operator-audit.ts';
import { applyEntry, showReport } from './apply-entry.ts';
import { countWords, namesOf, timeOf } from './blocked-names.ts';
import type { NounWork } from './noun.ts';
import { findUser, userNoun } from './user-noun.ts';
import { getFound, withTenant } from './verbs.ts';

/** Reads a password from standard input or the environment, and stores its hash. */
export async function setPassword(invocation: Invocation): Promise<void> {
  await withTenant(invocation, async (work) => {
    const [called = ''] = invocation.args;
    const { entry } = await getFound(work, userNoun, called);
    if (!('connection' in entry)) {
      throw new ConfigurationError(`The password of ${called} is kept by another directory: change it there.`);
    }
    const password = await readPassword(invocation);
    const report = await applyEntry(work, userNoun, { ...entry, password });
    showReport(invocation, report, entry);
  });
}

async function readPassword(invocation: Invocation): Promise<string> {
  const { terminal } = invocation;
  const variable = textFlag(invocation, 'env');
  if (variable === null && terminal.isWatched) terminal.note('Type the password and end it with Ctrl-D; it is shown.');
  const password = variable === null ? await terminal.readInput() : terminal.environment[variable];
  if (password === undefined) throw new ConfigurationError(`The environment has no ${variable}, which --env names.`);
  if (password === '') throw new ConfigurationError('The password is empty: give it on standard input.');
  return password;
}

/** Shuts the user out. */
export function blockUser(invocation: Invocation): Promise<void> {
  return setBlocked(invocation, true);
}

/** Lets the user in again. */
export function unblockUser(invocation: Invocation): Promise<void> {
  return setBlocked(invocation, false);
}

async function setBlocked(invocation: Invocation, blocked: boolean): Promise<void> {
  await withTenant(invocation, async (work) => {
    const [called = ''] = invocation.args;
    const user = await getUser(work, called);
    const { database, clock } = work.ground;
    const changed = { ...user, blocked, updatedAt: clock.now() };
    if (user.blocked !== blocked) {
      await database.transaction(async (sql) => {
        await work.stores.users.save(work.tenant.id, changed, sql);
        const tell = createOperatorAudit(work.ground, `gatehouse user ${blocked ? 'block' : 'unblock'}`);
        const change = { action: 'updated', noun: 'user', name: user.userId, members: ['blocked'] } as const;
        await tell(sql, work.tenant, [change]);
      });
    }
    const words =
      blocked || user.blocked
        ? `${blocked ? 'blocked' : 'unblocked'} user ${called}`
        : `No administrator had blocked ${called}.`;
    show(invocation, { user_id: user.userId, blocked }, [words]);
    if (!blocked) await noteOtherBlocks(work, called, invocation);
  });
}

/** Guesses at a password block its user in another way, which is lifted by another command. */
async function noteOtherBlocks(work: NounWork, called: string, { terminal }: Invocation): Promise<void> {
  const { ground, stores, tenant } = work;
  const blocks = await stores.blocks.count(tenant.id, await timeOf(ground), await namesOf(work, called, null));
  if (blocks.size === 0) return;
  terminal.note(
    `Attack protection refuses ${called}: ${countWords(blocks)}. End it with \`gatehouse attack-protection unblock --user ${called}\`.`,
  );
}

/** Ends the user's refresh tokens. */
export async function revokeTokens(invocation: Invocation): Promise<void> {
  await withTenant(invocation, async (work) => {
    const [called = ''] = invocation.args;
    const { ground, stores, tenant } = work;
    const { userId } = await getUser(work, called);
    const now = await timeOf(ground);
    const revoked = await ground.database.transaction(async (sql) => {
      const count = await stores.refreshTokens.revokeOfUser(tenant.id, userId, now, sql);
      const change = { action: 'revoked', noun: 'user', name: userId, members: ['refresh_tokens'] } as const;
      if (count > 0) await createOperatorAudit(ground, 'gatehouse user revoke-tokens')(sql, tenant, [change]);
      return count;
    });
    show(invocation, { user_id: userId, revoked }, [`refresh tokens of ${called} that were ended: ${revoked}`]);
  });
}

/** Gives the user a role. */
export function assignRole(invocation: Invocation): Promise<void> {
  return changeRoles(invocation, (ids, id) => [...ids, id]);
}

/** Takes a role away from the user. */
export function removeRole(invocation: Invocation): Promise<void> {
  return changeRoles(invocation, (ids, id) => ids.filter((one) => one !== id));
}

async function changeRoles(
  invocation: Invocation,
  change: <Id>(ids: readonly Id[], id: Id) => readonly Id[],
): Promise<void> {
  await withTenant(invocation, async (work) => {
    const [called = '', roleName = ''] = invocation.args;
    const { ground, stores, tenant } = work;
    const user = await getUser(work, called);
    const roles = await stores.roles.list(tenant.id);
    const role = roles.find((one) => one.name === roleName);
    if (!role) {
      const names = roles.map((one) => one.name).join(', ') || 'none';
      throw new ConfigurationError(`There is no role ${roleName}. There are: ${names}.`);
    }
    const roleIds = await ground.database.transaction(async (sql) => {
      const given = await stores.roleAssignments.find(tenant.id, user.userId, sql);
      const ids = [...new Set(change(given.roleIds, role.id))];
      await stores.roleAssignments.replace(tenant.id, user.userId, { ...given, roleIds: ids }, sql);
      const told = { action: 'updated', noun: 'user', name: user.userId, members: ['roles'] } as const;
      await createOperatorAudit(ground, 'gatehouse user roles')(sql, tenant, [told]);
      return ids;
    });
    const names = roles.filter((one) => roleIds.includes(one.id)).map((one) => one.name);
    show(invocation, { user_id: user.userId, roles: names }, [`roles of ${called}: ${names.join(', ') || 'none'}`]);
  });
}

async function getUser(work: NounWork, called: string) {
  await getFound(work, userNoun, called);
  const user = await findUser(work, called);
  if (!user) throw new Error('A user went away while being looked at.');
  return user;
}
