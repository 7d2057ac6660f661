// The `users` section of an export: users of database connections. Those of other directories come back when they log in.
import { DATABASE_STRATEGY, type StoredConnection } from '../connection/connection.ts';
import { hashMembersOf } from '../directory/database/imported-hash/custom-hash.ts';
import type { Identity } from '../user/identity.ts';
import type { User, UserWire } from '../user/user.ts';
import type { StoredUser } from '../user/user-store.ts';
import { wireOfUser } from '../user/user-wire.ts';
import { createAssignmentWriter } from './export-roles.ts';
import type { ExportWork } from './export-workspace.ts';

const PAGE = 500;

/** The users as `apply` reads them. */
export async function exportUsers(work: ExportWork): Promise<UserWire[]> {
  const { stores, tenant, notes } = work;
  const write = await createUserWriter(work);
  const users: UserWire[] = [];
  let leftOut = 0;
  let last: string | null = null;
  for (;;) {
    const page: StoredUser[] = await stores.users.listAfter(tenant.id, last, PAGE);
    for (const { user, identities } of page) {
      const entry = await write(user, identities);
      if (entry?.hasPassword && !work.withSecrets) {
        notes.push({ path: ['users', users.length], words: 'password_hash is left out' });
      }
      if (entry) users.push(entry.wire);
      else leftOut += 1;
    }
    last = page.at(-1)?.user.userId ?? null;
    if (page.length < PAGE) break;
  }
  if (leftOut > 0) {
    const words = `${leftOut} users of other connections are left out: they come back when they log in`;
    notes.push({ path: ['users'], words });
  }
  return users;
}

interface UserEntry {
  readonly wire: UserWire;
  readonly hasPassword: boolean;
}

/** Writes users down one by one; null for one who has no account in a database connection. */
export async function createUserWriter(
  work: ExportWork,
): Promise<(user: User, identities: readonly Identity[]) => Promise<UserEntry | null>> {
  const { stores, tenant, withSecrets } = work;
  const connections = new Map(
    (await stores.connections.list(tenant.id))
      .filter((connection) => connection.strategy === DATABASE_STRATEGY)
      .map((connection): [string, StoredConnection] => [connection.id, connection]),
  );
  const assignmentOf = await createAssignmentWriter(work);
  return async (user, identities) => {
    const identity = identities.find((one) => connections.has(one.connectionId));
    const connection = identity && connections.get(identity.connectionId);
    if (!identity || !connection) return null;
    const passwordHash = await stores.credentials.findHash(tenant.id, connection.id, identity.identityId);
    const proof = withSecrets && passwordHash !== null ? hashMembersOf(passwordHash) : {};
    const wire = {
      connection: connection.name,
      ...wireOfUser(user, identity.identityId, proof),
      ...assignmentOf(await stores.roleAssignments.find(tenant.id, user.userId)),
    };
    return { wire, hasPassword: passwordHash !== null };
  };
}
