// A database that must not be used as it is.

/** The database is damaged, foreign, too new, in use or half-copied; the message says which, and what to do. */
export class UnusableDatabase extends Error {
  override readonly name = 'UnusableDatabase';
}
