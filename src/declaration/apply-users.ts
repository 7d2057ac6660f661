// The `users` section. A user without a user_id is the one of that e-mail address or user name in that connection.
import { availableParallelism } from 'node:os';
import { DATABASE_STRATEGY, type StoredConnection } from '../connection/connection.ts';
import { databaseOptionsOf } from '../connection/database-options.ts';
import { IdentifierTaken } from '../directory/database/credential-store.ts';
import { saveDatabaseUser } from '../directory/database/database-user.ts';
import { customHashText } from '../directory/database/imported-hash/custom-hash.ts';
import { UnusableHash } from '../directory/database/imported-hash/imported-hash.ts';
import { checkNewPassword } from '../directory/database/new-password.ts';
import { kindOfHash, type PasswordHasher } from '../directory/database/password-hash.ts';
import { type PasswordProblem, policyProblem } from '../directory/database/password-policy.ts';
import { equalInConstantTime } from '../lib/constant-time.ts';
import { randomHex } from '../lib/id.ts';
import { Secret } from '../lib/secret.ts';
import type { RoleAssignment } from '../role/role-assignment-store.ts';
import type { Sql } from '../storage/database.ts';
import type { Tenant, TenantId } from '../tenant/tenant.ts';
import { canonicalIdentifier } from '../user/identifier.ts';
import { userIdOf } from '../user/identity.ts';
import type { UserWire } from '../user/user.ts';
import { userOfWire } from '../user/user-wire.ts';
import { createAssignmentReader } from './apply-roles.ts';
import type { TenantFile } from './tenant-file.ts';
import { type ApplyStores, problemAt, saveWhenChanged, type Workspace } from './workspace.ts';

/** The passwords of the file, by the user's place in it. */
interface Passwords {
  /** New hashes; a user whose password is stored already has none. */
  readonly hashes: ReadonlyMap<number, string>;
  /** What their connections do not take. */
  readonly problems: ReadonlyMap<number, PasswordProblem>;
}

const IDENTITY_ID_LENGTH = 24;

/** Looks at the passwords and hashes those that are not stored yet, before the transaction begins. */
export async function readPasswords(stores: ApplyStores, hasher: PasswordHasher, file: TenantFile): Promise<Passwords> {
  const hashes = new Map<number, string>();
  const problems = new Map<number, PasswordProblem>();
  const tenant = await stores.tenants.findByName(file.content.tenant.name);
  const connections = tenant ? await stores.connections.list(tenant.id) : [];
  await eachOf(file.content.users ?? [], async (wire, index) => {
    const connection = connections.find((one) => one.name === wire.connection);
    const account = tenant && connection ? await storedAccount(stores, tenant.id, connection, wire) : null;
    const given = givenHash(file, index, wire);
    if (given !== null) {
      if (!account?.passwordHash || !equalInConstantTime(account.passwordHash, given)) hashes.set(index, given);
    }
    if (wire.password === undefined) return;
    const password = new Secret(wire.password);
    const isStored = account?.passwordHash ? (await hasher.verify(account.passwordHash, password)).matches : false;
    const inFile = file.content.databases?.find(({ name }) => name === wire.connection);
    const policy = databaseOptionsOf(inFile?.options ?? connection?.options ?? {}).passwordPolicy;
    const person = userOfWire(wire, { name: wire.connection, strategy: DATABASE_STRATEGY }, '', NO_TIMES);
    const problem =
      isStored || !tenant || !connection || !account
        ? await policyProblem(policy, password, person)
        : await checkNewPassword(
            { ...stores, verify: (hash, one) => hasher.verify(hash, one) },
            {
              tenantId: tenant.id,
              connectionId: connection.id,
              identityId: account.identityId,
              policy,
              password,
              person,
            },
          );
    if (problem) problems.set(index, problem);
    if (!isStored) hashes.set(index, await hasher.hash(password));
  });
  return { hashes, problems };
}

const NO_TIMES = { createdAt: 0, updatedAt: 0 };

/** As many at once as there are processors: more would only take more memory. */
async function eachOf<T>(items: readonly T[], work: (item: T, index: number) => Promise<void>): Promise<void> {
  const rest = items.entries();
  const workers = Array.from({ length: availableParallelism() }, async () => {
    for (const [index, item] of rest) await work(item, index);
  });
  await Promise.all(workers);
}

/** The hash that the entry brings, as it is stored; null when it brings none. */
function givenHash(file: TenantFile, index: number, wire: UserWire): string | null {
  const custom = wire.custom_password_hash;
  const passwordHash = custom ? customHashText(custom) : wire.password_hash;
  if (passwordHash === undefined) return null;
  try {
    kindOfHash(passwordHash);
    return passwordHash;
  } catch (error) {
    if (!(error instanceof UnusableHash)) throw error;
    const member = custom ? 'custom_password_hash' : 'password_hash';
    const path = ['users', index, member, ...error.path.split('.').filter(Boolean)];
    throw problemAt({ file }, path, `${member} cannot be checked. ${error.message}`);
  }
}

/** The account that the entry is about, with its hash; null when there is none yet. */
async function storedAccount(
  stores: ApplyStores,
  tenantId: TenantId,
  connection: StoredConnection,
  wire: UserWire,
): Promise<{ readonly identityId: string; readonly passwordHash: string | null } | null> {
  const identityId = wire.user_id ?? (await ownerOfNames(stores, tenantId, connection, wire))[0];
  if (identityId === undefined) return null;
  return { identityId, passwordHash: await stores.credentials.findHash(tenantId, connection.id, identityId) };
}

function namesOf(wire: UserWire): string[] {
  return [wire.email, wire.username].filter((name) => name !== undefined).map(canonicalIdentifier);
}

/** The accounts that go by the entry's names: none, one, or two different ones. */
async function ownerOfNames(
  stores: ApplyStores,
  tenantId: TenantId,
  connection: StoredConnection,
  wire: UserWire,
  sql?: Sql,
): Promise<string[]> {
  const owners = new Set<string>();
  for (const name of namesOf(wire)) {
    const owner = await stores.credentials.findOwner(tenantId, connection.id, name, sql);
    if (owner !== null) owners.add(owner);
  }
  return [...owners];
}

/** Writes the users of the file. */
export async function applyUsers(work: Workspace, tenant: Tenant, { hashes, problems }: Passwords): Promise<void> {
  const connections = await work.stores.connections.list(tenant.id, work.sql);
  const readAssignment = await createAssignmentReader(work, tenant);
  for (const [index, wire] of (work.file.content.users ?? []).entries()) {
    const connection = connections.find((one) => one.name === wire.connection && one.strategy === DATABASE_STRATEGY);
    if (!connection) throw problemAt(work, ['users', index, 'connection'], `There is no database ${wire.connection}.`);
    requireSense(work, index, wire, connection);
    judgePassword(work, index, connection, problems.get(index));
    const given = readAssignment(['users', index], wire);
    await applyUser(work, tenant, index, wire, connection, hashes.get(index) ?? null, given);
  }
}

async function applyUser(
  work: Workspace,
  tenant: Tenant,
  index: number,
  wire: UserWire,
  connection: StoredConnection,
  passwordHash: string | null,
  given: RoleAssignment,
): Promise<void> {
  const { sql, stores, now } = work;
  const owners = await ownerOfNames(stores, tenant.id, connection, wire, sql);
  const identityId = wire.user_id ?? owners[0] ?? randomHex(IDENTITY_ID_LENGTH);
  const taken = () => problemAt(work, ['users', index], 'The e-mail address or user name belongs to another user.');
  if (owners.some((owner) => owner !== identityId)) throw taken();
  const stored = await stores.users.findById(tenant.id, userIdOf(connection, identityId), sql);
  const times = { createdAt: stored?.createdAt ?? now, updatedAt: now };
  const user = userOfWire(wire, connection, identityId, times);
  const known = stored && { ...stored, ...(await stores.roleAssignments.find(tenant.id, stored.userId, sql)) };
  // A new hash is a change even where the profile is the same.
  const before = known && passwordHash !== null ? { ...known, password: new Secret(passwordHash) } : known;
  try {
    await saveWhenChanged(
      work,
      'user',
      wire.email ?? wire.username ?? user.userId,
      before,
      { ...user, ...given },
      async () => {
        const { passwordPolicy: policy } = databaseOptionsOf(connection.options);
        await saveDatabaseUser(stores, tenant.id, connection, { user, identityId, passwordHash, policy }, now, sql);
        await stores.roleAssignments.replace(tenant.id, user.userId, given, sql);
      },
    );
  } catch (error) {
    if (error instanceof IdentifierTaken) throw taken();
    throw error;
  }
}

/** What a schema cannot say. */
function requireSense(work: Workspace, index: number, wire: UserWire, connection: StoredConnection): void {
  const path = ['users', index];
  const { requiresUsername, keepsPasswords } = databaseOptionsOf(connection.options);
  if (!keepsPasswords) {
    const words = `The users of ${connection.name} are where its customScripts look for them: nobody can be made here.`;
    throw problemAt(work, [...path, 'connection'], words);
  }
  if (wire.email === undefined && wire.username === undefined) {
    throw problemAt(work, path, 'A user needs an email or a username.');
  }
  if (wire.username !== undefined && !requiresUsername) {
    const words = `username has no effect: ${connection.name} has no \`requires_username: true\`.`;
    throw problemAt(work, [...path, 'username'], words);
  }
  const proofs = [wire.password, wire.password_hash, wire.custom_password_hash];
  if (proofs.filter((proof) => proof !== undefined).length > 1) {
    throw problemAt(work, path, 'A user has one of password, password_hash and custom_password_hash.');
  }
}

/** A command sets one password and is told; a file of many goes on with a warning. */
function judgePassword(
  work: Workspace,
  index: number,
  connection: StoredConnection,
  problem: PasswordProblem | undefined,
): void {
  if (!problem) return;
  const path = ['users', index, 'password'];
  const { level } = databaseOptionsOf(connection.options).passwordPolicy;
  const words =
    problem.weakness === null
      ? `${connection.name} does not take the password: ${problem.message}.`
      : `the password is weaker than the policy \`${level}\`.`;
  if (work.refusesPasswords) throw problemAt(work, path, words);
  work.warnings.push(`${work.file.locate(path)}: ${words}`);
}
