// Tries an ADFS connection step by step, for `connection test`.
import type { AdfsConnection } from '../../connection/connection.ts';
import { createOutgoingHttp } from '../outgoing-http.ts';
import type { Probe } from '../probe.ts';
import { outageWords, takeSteps } from '../probe-steps.ts';
import { UpstreamOutage } from '../upstream-driver.ts';
import { sendWithin } from '../upstream-http.ts';
import { type AdfsParts, createAdfsSignIn } from './adfs-directory.ts';
import { AdfsRefused } from './adfs-error.ts';
import { type AdfsClaims, accountOf } from './adfs-profile.ts';

const TOTAL_MS = 30_000;
const WITHOUT_PASSWORD = 'Left out: it takes a user name and a password.';

/** Builds the probe. */
export function createAdfsProbe({ clock, addresses }: AdfsParts): Probe<AdfsConnection> {
  return async ({ options, trusted }, attempt) => {
    const http = createOutgoingHttp({ addresses, trusted, ca: options.ca });
    const send = sendWithin(http, clock, TOTAL_MS);
    const signIn = createAdfsSignIn(options, clock);
    let claims: AdfsClaims = new Map();
    try {
      return await takeSteps(
        clock,
        [
          {
            name: `read what ${options.server} says of itself (${options.protocol.kind})`,
            async take() {
              await signIn.describe(send);
              return 'The farm is there, and its signing keys are known.';
            },
          },
          {
            name: 'check the password',
            leftOut: WITHOUT_PASSWORD,
            take:
              attempt === null
                ? null
                : async () => {
                    claims = await signIn.requestClaims(send, attempt);
                    return `The password is right; ADFS issued the claims ${[...claims.keys()].join(', ')}.`;
                  },
          },
          {
            name: 'read profile and groups',
            leftOut: WITHOUT_PASSWORD,
            take:
              attempt === null
                ? null
                : async () => {
                    const { identityId, groups } = accountOf(claims, options);
                    const told = groups === null ? 'groups are not read' : `${groups.length} groups`;
                    return `The user is ${identityId}; ${told}.`;
                  },
          },
        ],
        explain,
      );
    } finally {
      http.close();
    }
  };
}

function explain(error: unknown): string {
  if (error instanceof AdfsRefused) return error.words;
  if (error instanceof UpstreamOutage) return outageWords(error.reason);
  throw error;
}
