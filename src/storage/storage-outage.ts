// Tells an outage of the database (unreachable, overloaded, full, restarting) from a mistake of ours. An outage is answered
// with 503 and may be tried again.

const SQLITE_OUTAGE = /^SQLITE_(BUSY|FULL|IOERR|READONLY|CANTOPEN)/;
// Connection exceptions, insufficient resources, operator intervention, and a statement that took too long.
const POSTGRESQL_OUTAGE = /^(08...|53...|57P..|57014)$/;
const NETWORK_OUTAGE =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ENOENT)$/;
// What the driver says of a connection that it could not get in time, lost, or gave up; it has no code.
const POOL_OUTAGE = /timeout exceeded when trying to connect|Connection terminated|Query read timeout|not queryable/;

/** True when the thrown value says that the database did not do its part. */
export function isStorageOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  const patterns = [SQLITE_OUTAGE, POSTGRESQL_OUTAGE, NETWORK_OUTAGE];
  if (typeof code === 'string' && patterns.some((pattern) => pattern.test(code))) return true;
  return POOL_OUTAGE.test(error.message) || isStorageOutage(error.cause);
}

/** True for a serialization failure or a deadlock: the database undid everything, and nothing but these is safe to repeat. */
export function isUndoneByConflict(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === '40001' || code === '40P01';
}

/** True when a row was not added because there is one with its key. */
export function isUniqueViolation(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === '23505' || code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY';
}
