// Decides what becomes of some records of an import: added, changed, or told as an error, in Auth0's codes. Called by
// import-users.ts, in the transaction that then writes it.
import type { JobError } from '../job/job-file-store.ts';
import { searchKey } from '../lib/fold-case.ts';
import type { Sql } from '../storage/database.ts';
import { type IdentitySource, userIdOf } from '../user/identity.ts';
import type { UserId } from '../user/user.ts';
import { userOfWire } from '../user/user-wire.ts';
import type { CheckedRecord } from './check-record.ts';
import type { ImportRecord } from './import-record.ts';
import { jobErrorOf, problem, type RecordProblem } from './record-problem.ts';
import type { NewUser, UserImportStore } from './user-import-store.ts';

/** A record by its number in the file, from 0. */
export interface ReadRecord {
  readonly position: number;
  readonly checked: CheckedRecord | JobError;
}

/** How an import goes about users. */
export interface ImportRules {
  readonly connection: IdentitySource;
  /** True changes users who are there already. */
  readonly upsert: boolean;
  /** The time of the whole import: by it an entry that repeats an earlier one of the same file is found. */
  readonly now: number;
  /** The id of a new account whose record names none. */
  nextId(): string;
}

/** A change of a user who is there. */
interface UserChange {
  readonly userId: UserId;
  readonly identityId: string;
  readonly columns: Readonly<Record<string, string | number | null>>;
  /** Takes the place of another custom hash; null leaves the password alone. */
  readonly passwordHash: string | null;
}

/** What is to be written for some records. */
export interface BatchPlan {
  readonly inserts: readonly NewUser[];
  readonly changes: readonly UserChange[];
  readonly errors: readonly { readonly position: number; readonly error: JobError }[];
  /** Kinds of hash that come in. */
  readonly kinds: ReadonlySet<string>;
}

/** Auth0: an upsert leaves the others as they are. */
const CHANGED_BY_UPSERT = [
  ...['email_verified', 'name', 'given_name', 'family_name', 'middle_name', 'nickname', 'picture'],
  ...['user_metadata', 'app_metadata'],
] as const satisfies readonly (keyof ImportRecord)[];

/** Plans the records in their order; `seen` holds what earlier ones claimed and gets what these do. */
export async function planBatch(
  store: UserImportStore,
  rules: ImportRules,
  records: readonly ReadRecord[],
  seen: Set<string>,
  sql: Sql,
): Promise<BatchPlan> {
  const users = records.flatMap(({ checked }) => ('record' in checked ? [checked] : []));
  const owners = await store.findOwners([...new Set(users.flatMap(({ names }) => names))], sql);
  const namedIds = users.flatMap(({ record }) => record.user_id ?? []);
  const accounts = await store.findAccounts([...new Set([...owners.values(), ...namedIds])], sql);
  const takenIds = await store.findUserIds(
    namedIds.map((id) => userIdOf(rules.connection, id)),
    sql,
  );

  const inserts: NewUser[] = [];
  const changes: UserChange[] = [];
  const errors: { position: number; error: JobError }[] = [];
  const kinds = new Set<string>();

  function take({ record, names, password }: CheckedRecord): RecordProblem | null {
    const { connection, upsert, now } = rules;
    const claims = [...names, ...(record.user_id === undefined ? [] : [`|${record.user_id}`])];
    if (claims.some((claim) => seen.has(claim))) return REPEATED;
    const found = new Set(names.flatMap((name) => owners.get(name) ?? []));
    if (record.user_id !== undefined) {
      const isAccount = accounts.has(record.user_id);
      if (!isAccount && takenIds.has(userIdOf(connection, record.user_id))) return OF_ANOTHER_CONNECTION;
      if (isAccount || found.size > 0) found.add(record.user_id);
    }
    const [identityId] = found;
    const account = identityId === undefined ? undefined : accounts.get(identityId);
    if (identityId === undefined || !account) {
      const newId = record.user_id ?? rules.nextId();
      const user = userOfWire(record, connection, newId, { createdAt: now, updatedAt: now });
      inserts.push({ user, identityId: newId, names, passwordHash: password?.hash ?? null });
      if (password) kinds.add(password.kind);
    } else {
      if (!upsert) return IS_THERE;
      if (found.size > 1) return OF_SEVERAL;
      if (account.isLinked) return IS_LINKED;
      if (account.updatedAt === now) return REPEATED;
      const passwordHash = record.custom_password_hash && password ? password.hash : null;
      changes.push({ userId: account.userId, identityId, columns: changedColumns(record, now), passwordHash });
      if (passwordHash !== null && password) kinds.add(password.kind);
    }
    for (const claim of claims) seen.add(claim);
    return null;
  }

  for (const { position, checked } of records) {
    if (!('record' in checked)) errors.push({ position, error: checked });
    else {
      const wrong = take(checked);
      if (wrong) errors.push({ position, error: jobErrorOf(checked.record, [wrong]) });
    }
  }
  return { inserts, changes, errors, kinds };
}

const IS_THERE = problem('DUPLICATED_USER', 'The user exists already.');
const REPEATED = problem('DUPLICATED_USER', 'Another entry of the file is about the same user.');
const OF_SEVERAL = problem('CONFLICT', 'The user_id, email and username belong to different users.');
const IS_LINKED = problem('CONFLICT', 'The account is linked to a user who is named after another one.');
const OF_ANOTHER_CONNECTION = problem('CONFLICT', 'The user_id belongs to a user of another connection.', 'user_id');

function changedColumns(record: ImportRecord, now: number): UserChange['columns'] {
  const given = CHANGED_BY_UPSERT.flatMap((name) => {
    const value = record[name];
    return value === undefined ? [] : [[name, columnOf(value)] as const];
  });
  const { name, nickname } = record;
  return {
    ...Object.fromEntries(given),
    ...(name === undefined ? {} : { name_key: searchKey(name) }),
    ...(nickname === undefined ? {} : { nickname_key: searchKey(nickname) }),
    updated_at: now,
  };
}

function columnOf(value: string | boolean | object): string | number {
  if (typeof value === 'object') return JSON.stringify(value);
  return typeof value === 'boolean' ? Number(value) : value;
}

/** Writes what was planned; `knownKinds` are noted already. */
export async function writeBatch(
  store: UserImportStore,
  { inserts, changes, kinds }: BatchPlan,
  knownKinds: ReadonlySet<string>,
  now: number,
  sql: Sql,
): Promise<void> {
  await store.insert(inserts, sql);
  for (const { userId, identityId, columns, passwordHash } of changes) {
    await store.update(userId, columns, sql);
    if (passwordHash !== null && (await store.replaceCustomHash(identityId, passwordHash, now, sql))) {
      await store.revokeRefreshTokens(userId, now, sql);
    }
  }
  await store.noteKinds(
    [...kinds].filter((kind) => !knownKinds.has(kind)),
    sql,
  );
}
