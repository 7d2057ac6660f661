// What a change is to audit.test.ts, which secrets the changes write, and the ids of what they made so far.
import { SECRETS } from '../support/stored-secrets.ts';

/** A change: the endpoint, what stands in its path, the body, and what is written down. */
export interface Change {
  readonly endpoint: string;
  readonly values?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly body?: unknown;
  readonly noun: string;
  /** How the event calls it. */
  readonly name: string | RegExp;
  readonly action: string;
  readonly changed: readonly string[];
  /** `sapi` when left out. */
  readonly type?: string;
}

/** What no event may repeat: it stands in texts that are no secrets, too. */
export const CANARY = 'Rk5wCanaryOfAudit9Tz';
/** The secrets that the changes write, and CANARY. */
export const NEW_SECRETS = {
  ...SECRETS,
  newClientSecret: 'Pd3nNewClientSecret6Hv0Bq4Ws9Er2Ty',
  newPassword: 'Mf7sNewPassword2Kd8',
  newBindPassword: 'Yc1zNewBindPassword5Lg',
  mailPassword: 'Nw8rPasswordOfMail5Tx1',
  canary: CANARY,
};

/** The ids of refresh tokens that the sample user has before anything is changed. */
export const REFRESH_TOKENS = ['0'.repeat(32), '1'.repeat(32)];

/** The ids of everything else, by what an event calls it. */
export const ids: Record<string, string> = {};

/** Adds what this change made. */
export function remember({ noun }: Change, json: Record<string, unknown> | null): void {
  const id = json?.['id'] ?? json?.['user_id'];
  if (typeof id === 'string') ids[noun] = id;
  if (typeof json?.['next'] === 'string') ids['next key'] = json['next'];
}
