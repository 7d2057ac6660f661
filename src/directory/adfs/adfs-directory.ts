// The driver of the `adfs` strategy: a password is checked by asking ADFS for claims with it.
import type { AdfsOptions } from '../../connection/adfs-options.ts';
import type { AdfsConnection } from '../../connection/connection.ts';
import type { Clock } from '../../lib/clock.ts';
import type { DirectoryOutcome } from '../directory.ts';
import type { DirectoryDriver } from '../directory-registry.ts';
import type { OutgoingAddresses } from '../outgoing-address.ts';
import { createOutgoingHttp, type OutgoingLimits } from '../outgoing-http.ts';
import { createUpstreamDriver, UpstreamOutage } from '../upstream-driver.ts';
import { OPERATION_MS, sendWithin } from '../upstream-http.ts';
import { AdfsRefused } from './adfs-error.ts';
import { createAdfsOauth } from './adfs-oauth.ts';
import { accountOf } from './adfs-profile.ts';
import type { AdfsSignIn } from './adfs-sign-in.ts';

export interface AdfsParts {
  readonly clock: Clock;
  readonly addresses: OutgoingAddresses;
  /** Other limits than the usual ones. */
  readonly limits?: Partial<OutgoingLimits> & { readonly operationMs?: number };
}

const RETRY_AFTER_SECONDS = 30;

/** Builds the driver. */
export function createAdfsDriver({ clock, addresses, limits }: AdfsParts): DirectoryDriver<AdfsConnection> {
  return createUpstreamDriver<AdfsConnection>({
    clock,
    open({ options, trusted }) {
      const http = createOutgoingHttp({ addresses, trusted, ca: options.ca, ...(limits ? { limits } : {}) });
      const signIn = createAdfsSignIn(options, clock);
      return {
        async check(attempt, timeoutMs) {
          const send = sendWithin(http, clock, timeoutMs, limits?.operationMs ?? OPERATION_MS);
          try {
            // Security: the password is sent only when what comes back can be checked.
            await signIn.describe(send);
            const claims = await signIn.requestClaims(send, attempt);
            return { kind: 'accepted', account: accountOf(claims, options) };
          } catch (error) {
            return outcomeOf(error);
          }
        },
        close: () => http.close(),
      };
    },
  });
}

/** The sign-in by the protocol that the options name. */
export function createAdfsSignIn(options: AdfsOptions, clock: Clock): AdfsSignIn {
  const { protocol } = options;
  if (protocol.kind === 'oauth') return createAdfsOauth(options, protocol, clock);
  // Reading XML takes libraries that nothing else needs.
  let loaded: Promise<AdfsSignIn> | null = null;
  const load = () => {
    loaded ??= import('./adfs-ws-trust.ts').then(({ createAdfsWsTrust }) =>
      createAdfsWsTrust(options, protocol, clock),
    );
    return loaded;
  };
  return {
    describe: async (send) => (await load()).describe(send),
    requestClaims: async (send, attempt) => (await load()).requestClaims(send, attempt),
  };
}

/** The outcome that an error stands for; throws again what is an outage, or a fault of our own. */
function outcomeOf(error: unknown): DirectoryOutcome {
  if (!(error instanceof AdfsRefused)) throw error;
  const { meaning } = error;
  if (meaning.kind === 'rejected') return { kind: 'rejected', reason: meaning.reason, identityId: null };
  if (meaning.isOutage) throw new UpstreamOutage(meaning.reason, null, error);
  return { kind: 'unavailable', reason: meaning.reason, directoryFailed: true, retryAfterSeconds: RETRY_AFTER_SECONDS };
}
