// Which users of another server's export are not in a database connection yet: the file is read in parts, and asked about in
// batches. Called by the command line, which is a process of its own already.
import { createReadStream } from 'node:fs';
import type { TenantId } from '../tenant/tenant.ts';
import type { UserMoveStore } from '../user/user-move-store.ts';
import { readRecords } from './record-reader.ts';

/** Somebody who is in the file and not here. */
export interface MissingUser {
  /** As the file has it, such as `auth0|507f1f77bcf86cd799439011`. */
  readonly userId: string;
  readonly email: string | null;
}

/** How many users of the file are where. */
export interface MissingCounts {
  readonly total: number;
  readonly here: number;
  readonly missing: number;
  /** Users of other kinds of connections, and records without `user_id`. */
  readonly others: number;
}

interface Wanted {
  readonly userMoves: UserMoveStore;
  readonly tenantId: TenantId;
  readonly connectionId: string;
  /** A JSON array, or one JSON object a line, as Auth0 exports users. */
  readonly path: string;
  /** Told of everybody who is missing, in the order of the file. */
  readonly onMissing: (user: MissingUser) => void;
}

const BATCH = 500;
const PROVIDER = 'auth0|';

/** Reads the file to its end; throws `ImportFileError` when it is no list of users, and what reading it throws. */
export async function findMissingUsers({
  userMoves,
  tenantId,
  connectionId,
  path,
  onMissing,
}: Wanted): Promise<MissingCounts> {
  let [total, here, missing] = [0, 0, 0];
  let batch: MissingUser[] = [];

  async function lookUp(): Promise<void> {
    const ids = batch.map(({ userId }) => userId.slice(PROVIDER.length));
    const present = new Set(await userMoves.listPresent(tenantId, connectionId, ids));
    for (const [index, user] of batch.entries()) {
      if (present.has(ids[index] ?? '')) here += 1;
      else {
        missing += 1;
        onMissing(user);
      }
    }
    batch = [];
  }

  for await (const records of readRecords(createReadStream(path), null)) {
    for (const { bytes } of records) {
      total += 1;
      const user = userOf(bytes.toString('utf8'));
      if (user) batch.push(user);
      if (batch.length === BATCH) await lookUp();
    }
  }
  await lookUp();
  return { total, here, missing, others: total - here - missing };
}

/** The user of a record; null for one of another kind of connection. */
function userOf(text: string): MissingUser | null {
  let record: unknown;
  try {
    record = JSON.parse(text);
  } catch {
    return null;
  }
  const { user_id: userId, email } = (record ?? {}) as { user_id?: unknown; email?: unknown };
  if (typeof userId !== 'string' || !userId.startsWith(PROVIDER)) return null;
  return { userId, email: typeof email === 'string' ? email : null };
}
