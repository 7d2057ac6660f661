// The driver of the `waad` strategy: a password is checked by asking Azure AD's token endpoint for a token with it.

import type { AzureAdConnection } from '../../connection/connection.ts';
import type { OutageReason } from '../../error/refusal-reason.ts';
import type { Clock } from '../../lib/clock.ts';
import type { DirectoryOutcome, LoginAttempt } from '../directory.ts';
import type { DirectoryDriver } from '../directory-registry.ts';
import type { OutgoingAddresses } from '../outgoing-address.ts';
import { createOutgoingHttp, type OutgoingLimits } from '../outgoing-http.ts';
import { createUpstreamDriver, UpstreamOutage } from '../upstream-driver.ts';
import { OPERATION_MS, sendWithin, type UpstreamSend } from '../upstream-http.ts';
import { GraphRefused } from './azure-ad-graph.ts';
import { AnswerUnusable, AzureAdRefused, type AzureAdSignIn, createAzureAdSignIn } from './azure-ad-sign-in.ts';

export interface AzureAdParts {
  readonly clock: Clock;
  readonly addresses: OutgoingAddresses;
  /** Other limits than the usual ones. */
  readonly limits?: Partial<OutgoingLimits> & { readonly operationMs?: number };
}

const RETRY_AFTER_SECONDS = 30;

/** Builds the driver. */
export function createAzureAdDriver({ clock, addresses, limits }: AzureAdParts): DirectoryDriver<AzureAdConnection> {
  return createUpstreamDriver<AzureAdConnection>({
    clock,
    open({ options, trusted }) {
      const http = createOutgoingHttp({ addresses, trusted, ca: null, ...(limits ? { limits } : {}) });
      const signIn = createAzureAdSignIn(options, clock);
      return {
        check: (attempt, timeoutMs) => {
          const send = sendWithin(http, clock, timeoutMs, limits?.operationMs ?? OPERATION_MS);
          return checkPassword(signIn, send, attempt, options.ignoresSecondFactor);
        },
        close: () => http.close(),
      };
    },
  });
}

async function checkPassword(
  signIn: AzureAdSignIn,
  send: UpstreamSend,
  attempt: LoginAttempt,
  ignoresSecondFactor: boolean,
): Promise<DirectoryOutcome> {
  try {
    // Security: the password is sent only when what comes back can be checked.
    await signIn.describe(send);
    const tokens = await signIn.requestTokens(send, attempt);
    const claims = await signIn.verify(send, tokens);
    return { kind: 'accepted', account: await signIn.readAccount(send, tokens, claims) };
  } catch (error) {
    const wantsMore = error instanceof AzureAdRefused && error.error.meaning.kind === 'second-factor';
    if (!wantsMore || !ignoresSecondFactor) return outcomeOf(error);
  }
  try {
    return { kind: 'accepted', account: await signIn.readAccountWithoutToken(send, attempt) };
  } catch (error) {
    return outcomeOf(error);
  }
}

/** The outcome that an error of a step stands for; throws again what is an outage, or a fault of our own. */
function outcomeOf(error: unknown): DirectoryOutcome {
  if (error instanceof AnswerUnusable) return unavailable(error.reason);
  if (error instanceof GraphRefused) return unavailable(`azure-ad-graph-refused-${error.status}`);
  if (!(error instanceof AzureAdRefused)) throw error;
  const { meaning } = error.error;
  if (meaning.kind === 'second-factor') return { kind: 'rejected', reason: 'second-factor-required', identityId: null };
  if (meaning.kind === 'rejected') return { kind: 'rejected', reason: meaning.reason, identityId: null };
  if (meaning.isOutage) throw new UpstreamOutage(meaning.reason, null, error);
  return unavailable(meaning.reason);
}

/** Somebody must set something right, which takes a while. */
function unavailable(reason: OutageReason): DirectoryOutcome {
  return { kind: 'unavailable', reason, directoryFailed: true, retryAfterSeconds: RETRY_AFTER_SECONDS };
}
