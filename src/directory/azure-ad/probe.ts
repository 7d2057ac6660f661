// Tries an Azure AD connection step by step, for `connection test`.
import type { AzureAdConnection } from '../../connection/connection.ts';
import { createOutgoingHttp } from '../outgoing-http.ts';
import type { Probe } from '../probe.ts';
import { outageWords, type PlannedStep, takeSteps } from '../probe-steps.ts';
import { UpstreamOutage } from '../upstream-driver.ts';
import { sendWithin } from '../upstream-http.ts';
import type { AzureAdParts } from './azure-ad-directory.ts';
import { GraphRefused } from './azure-ad-graph.ts';
import { AnswerUnusable, AzureAdRefused, createAzureAdSignIn } from './azure-ad-sign-in.ts';

const TOTAL_MS = 30_000;
const WITHOUT_PASSWORD = 'Left out: it takes a user name and a password.';
const WITHOUT_SECRET = 'Left out: the application is a public client.';

/** Builds the probe. */
export function createAzureAdProbe({ clock, addresses }: AzureAdParts): Probe<AzureAdConnection> {
  return async ({ options, trusted }, attempt) => {
    const http = createOutgoingHttp({ addresses, trusted, ca: null });
    const send = sendWithin(http, clock, TOTAL_MS);
    const signIn = createAzureAdSignIn(options, clock);
    let tokens: Readonly<Record<string, unknown>> = {};
    let claims: Readonly<Record<string, unknown>> = {};
    const withPassword = (name: string, take: (() => Promise<string>) | null): PlannedStep => ({
      name,
      take: attempt === null ? null : take,
      leftOut: WITHOUT_PASSWORD,
    });
    try {
      return await takeSteps(
        clock,
        [
          {
            name: `read the description and the keys of ${options.tenantDomain} at ${options.loginUrl}`,
            async take() {
              await signIn.describe(send);
              return 'The tenant is there.';
            },
          },
          {
            name: `prove to be the application ${options.clientId}`,
            leftOut: WITHOUT_SECRET,
            take:
              options.clientSecret === null
                ? null
                : async () => {
                    await signIn.requestOwnToken(send);
                    return 'client_id and client_secret are right.';
                  },
          },
          withPassword('check the password', async () => {
            if (attempt !== null) tokens = await signIn.requestTokens(send, attempt);
            return 'The password is right.';
          }),
          withPassword('check the token', async () => {
            claims = await signIn.verify(send, tokens);
            return 'The token is of this tenant, for this application, and its signature is right.';
          }),
          withPassword('read profile and groups', async () => {
            const { identityId, groups } = await signIn.readAccount(send, tokens, claims);
            const told = groups === null ? 'groups are not read' : `${groups.length} groups`;
            return `The user is ${identityId}; ${told}.`;
          }),
        ],
        explain,
      );
    } finally {
      http.close();
    }
  };
}

function explain(error: unknown): string {
  if (error instanceof AzureAdRefused) {
    const { code, words, meaning } = error.error;
    const option = meaning.kind === 'second-factor' ? ' Logins are refused unless second_factor is `ignored`.' : '';
    return `${words}${option}${code === null ? '' : ` (AADSTS${code})`}`;
  }
  if (error instanceof GraphRefused) {
    return `Microsoft Graph refused with status ${error.status}: grant the application User.Read and GroupMember.Read.All.`;
  }
  if (error instanceof UpstreamOutage) return outageWords(error.reason);
  if (error instanceof AnswerUnusable) return `The answer is not to be believed: ${error.reason}.`;
  throw error;
}
