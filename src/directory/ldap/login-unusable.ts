// The directory works, but this one login cannot be decided: an entry lacks what is needed, or a question was refused. It
// says nothing about the password, and nothing about the logins of others.
import type { OutageReason } from '../../error/refusal-reason.ts';
import type { DirectoryUnavailable } from '../directory.ts';

export class LoginUnusable extends Error {
  override readonly name = 'LoginUnusable';
  /** In kebab-case, for the log. */
  readonly reason: OutageReason;

  constructor(reason: OutageReason, cause?: unknown) {
    super(`A login cannot be decided: ${reason}.`, { cause });
    this.reason = reason;
  }
}

/** Somebody must set something right, which takes a while. */
const RETRY_AFTER_SECONDS = 30;

/** What the login is told; throws again what is something else. */
export function unusableOf(error: unknown): DirectoryUnavailable {
  if (!(error instanceof LoginUnusable)) throw error;
  return { kind: 'unavailable', reason: error.reason, directoryFailed: true, retryAfterSeconds: RETRY_AFTER_SECONDS };
}
