// Errors that are the operator's to mend are shown as one sentence; anything else is a fault and shows its stack.
import { ConfigurationError } from '../config/load-config.ts';
import { TenantFileError } from '../declaration/tenant-file.ts';
import { UnusableDatabase } from '../storage/unusable-database.ts';

const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'The port is taken. Stop what uses it, or choose another with --port and --https-port.',
  EACCES: 'Permission denied.',
  ENOSPC: 'The disk is full.',
  SQLITE_CANTOPEN: 'The database cannot be opened. Check the path and its permissions.',
  SQLITE_CORRUPT: 'The database file is damaged. Look at it with `gatehouse verify`, and restore a backup.',
  SQLITE_NOTADB: 'The database file is damaged or is no database. Restore it from a backup.',
  SQLITE_BUSY: 'The database is locked by another process. Try again.',
};

/** True for an error that the operator can do something about. */
export function isPlainError(error: unknown): error is Error {
  return (
    error instanceof ConfigurationError ||
    error instanceof TenantFileError ||
    error instanceof UnusableDatabase ||
    systemCode(error) in SYSTEM_ERRORS ||
    isPlainMessage(error)
  );
}

/** What to print for it. */
export function plainMessage(error: Error): string {
  const system = SYSTEM_ERRORS[systemCode(error)];
  if (system === undefined) return error.message;
  const { port } = error as { port?: number };
  return port === undefined ? `${system} (${systemCode(error)})` : `${system} (port ${port})`;
}

function systemCode(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}

/** Master keys and database addresses are refused by lower parts, which know no configuration. */
function isPlainMessage(error: unknown): boolean {
  return error instanceof Error && /master key|database_url/i.test(error.message);
}
