// A directory: the driver that answers one question about one password. It knows nothing of clients or tokens. A wrong
// password is an answer, an unreachable directory another; neither is an exception.
import type { RefusalReason, RejectionReason } from '../error/refusal-reason.ts';
import type { Caller } from '../lib/caller.ts';
import type { Party } from '../lib/fair-line.ts';
import type { Secret } from '../lib/secret.ts';
import type { UpstreamProfile } from '../user/profile.ts';
import type { Metadata } from '../user/user.ts';

/** What somebody typed. */
export interface LoginAttempt {
  /** User name, e-mail address or whatever the directory knows people by; as received. */
  readonly identifier: string;
  readonly password: Secret;
}

/** Where an attempt comes from. */
export interface LoginSource {
  readonly clientId: string;
  /** The address of whoever logs in. */
  readonly ip: string;
  readonly caller: Caller;
}

/** What a directory tells about a person. */
export type DirectoryProfile = UpstreamProfile;

/** What a directory says of the person whose password was right. */
export interface DirectoryAccount {
  /** The account's stable id inside the connection; never an e-mail address where the directory has something better. */
  readonly identityId: string;
  /** Null where our own database knows the person. */
  readonly profile: DirectoryProfile | null;
  /** The names of the person's groups; null when nobody looked. */
  readonly groups: readonly string[] | null;
  /** What a user gets who is made of the account; nothing when left out. */
  readonly metadata?: { readonly user: Metadata; readonly app: Metadata };
  /** What there is to say of it, in words for the log; nothing when left out. */
  readonly warnings?: readonly string[];
}

/** The three answers there are. */
export type DirectoryOutcome =
  | { readonly kind: 'accepted'; readonly account: DirectoryAccount }
  | {
      readonly kind: 'rejected';
      readonly reason: RejectionReason;
      readonly identityId: string | null;
      /** What custom code said of it: for the log, and with `script-denied` for the caller too. */
      readonly words?: string;
    }
  | DirectoryUnavailable;

/** No answer about the password. */
export interface DirectoryUnavailable {
  readonly kind: 'unavailable';
  /** For the log. */
  readonly reason: RefusalReason;
  /** True when the directory itself failed, false when this server has too much to do. */
  readonly directoryFailed: boolean;
  /** True when it failed a moment ago, and was not asked again for this login. */
  readonly isResting?: boolean;
  /** What custom code said of it, for the log. */
  readonly words?: string;
  readonly retryAfterSeconds: number;
}

/** Somebody who was let in to have one password checked. Ends with `authenticate` or `leave`. */
export interface Admission {
  readonly kind: 'admitted';
  /** Never throws for a wrong password or an unreachable directory; throws only for a fault of our own. */
  authenticate(attempt: LoginAttempt, source: LoginSource): Promise<DirectoryOutcome>;
  /** Gives the place up; does nothing after `authenticate`. */
  leave(): void;
}

/** Checks passwords for one connection. */
export interface Directory {
  /**
   * Lets somebody in, or says at once that the wait would be too long, before anything costs work. Who asks decides whose
   * turn it is; a caller who goes away gives the place up.
   */
  admit(party: Party, caller: Caller): Admission | DirectoryUnavailable;
}
