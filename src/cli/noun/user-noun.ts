// Users on the command line: called by their user_id, or by an e-mail address or user name of a database connection.
import { ConfigurationError } from '../../config/load-config.ts';
import { DATABASE_STRATEGY } from '../../connection/connection.ts';
import { scriptedAccountOf } from '../../connection/scripted-account.ts';
import { createUserWriter } from '../../declaration/export-users.ts';
import { canonicalIdentifier } from '../../user/identifier.ts';
import { userIdOf } from '../../user/identity.ts';
import { type User, UserWire } from '../../user/user.ts';
import type { Entry, Found, Noun, NounWork } from './noun.ts';

/** The noun. */
export const userNoun: Noun = {
  name: 'user',
  sectionOf: () => 'users',
  nameMember: (called) => (called.includes('@') ? 'email' : 'username'),
  schemaOf: () => UserWire,
  columns: ['user_id', 'connection', 'email', 'username', 'blocked', 'last_login', 'roles'],
  async list({ stores, tenant, exporting }, most) {
    const write = await createUserWriter(exporting);
    const entries: Entry[] = [];
    for (const { user, identities, lastLogin } of await stores.users.listAfter(tenant.id, null, most)) {
      const wire = (await write(user, identities))?.wire ?? { email: user.email, blocked: user.blocked };
      const when = lastLogin === null ? {} : { last_login: new Date(lastLogin).toISOString() };
      entries.push({ ...wire, user_id: user.userId, ...when });
    }
    return entries;
  },
  async findSame(work, { connection, email, username }) {
    const { stores, tenant } = work;
    const database = (await stores.connections.list(tenant.id)).find(({ name }) => name === connection);
    if (!database) return null;
    for (const name of [email, username]) {
      if (typeof name !== 'string') continue;
      const owner = await stores.credentials.findOwner(tenant.id, database.id, canonicalIdentifier(name));
      if (owner !== null) return foundOf(work, await stores.users.findById(tenant.id, userIdOf(database, owner)));
    }
    return null;
  },
  find: async (work, called) => foundOf(work, await findUser(work, called)),
};

async function foundOf(work: NounWork, user: User | null): Promise<Found | null> {
  if (!user) return null;
  const { stores, tenant } = work;
  const write = await createUserWriter(work.exporting);
  const identities = await stores.users.listIdentities(tenant.id, user.userId);
  const written = await write(user, identities);
  return {
    entry: written?.wire ?? { user_id: user.userId, email: user.email, blocked: user.blocked },
    async remove(sql) {
      const account = scriptedAccountOf(user, identities, await stores.connections.list(tenant.id, sql));
      if (account && account.scripts.remove !== null) {
        throw new ConfigurationError(
          `${account.connection.name} has a script that deletes its users: delete ${user.userId} over the Management API, which runs it.`,
        );
      }
      await stores.logErasures.order(tenant.id, user.userId, work.ground.clock.now(), sql);
      return stores.users.delete(tenant.id, user.userId, sql);
    },
  };
}

/** The user; throws when accounts of several connections go by the name. */
export async function findUser({ stores, tenant }: NounWork, called: string): Promise<User | null> {
  const byId = await stores.users.findById(tenant.id, called);
  if (byId) return byId;
  const databases = (await stores.connections.list(tenant.id)).filter(({ strategy }) => strategy === DATABASE_STRATEGY);
  const found: User[] = [];
  for (const database of databases) {
    const owner = await stores.credentials.findOwner(tenant.id, database.id, canonicalIdentifier(called));
    const user = owner === null ? null : await stores.users.findById(tenant.id, userIdOf(database, owner));
    if (user) found.push(user);
  }
  if (found.length > 1) {
    const ids = found.map((user) => user.userId).join(', ');
    throw new ConfigurationError(`Several users go by ${called}: give the user_id, one of ${ids}.`);
  }
  return found[0] ?? null;
}
