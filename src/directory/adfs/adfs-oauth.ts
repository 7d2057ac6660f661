// Sign-in by the OAuth 2.0 password grant, which ADFS has since Windows Server 2016. The ID token says who it is.
import type { AdfsOptions } from '../../connection/adfs-options.ts';
import type { Clock } from '../../lib/clock.ts';
import { createOpenIdProvider, DescriptionRefused } from '../openid-provider.ts';
import { formOf, jsonOf, requireServing } from '../upstream-http.ts';
import { oauthErrorOf, unusable } from './adfs-error.ts';
import { claimsOfToken } from './adfs-profile.ts';
import type { AdfsSignIn } from './adfs-sign-in.ts';

type OauthProtocol = Extract<AdfsOptions['protocol'], { kind: 'oauth' }>;

/** Builds it for one connection. */
export function createAdfsOauth(
  options: AdfsOptions,
  { clientId, clientSecret }: OauthProtocol,
  clock: Clock,
): AdfsSignIn {
  const descriptionUrl = `${options.server}/adfs/.well-known/openid-configuration`;
  const provider = createOpenIdProvider({ descriptionUrl, clock });

  async function descriptionOf(send: Parameters<AdfsSignIn['describe']>[0]) {
    return provider.describe(send).catch((error: unknown) => {
      if (!(error instanceof DescriptionRefused)) throw error;
      const words =
        'The farm has no OpenID Connect (ADFS 2016 was the first), or its endpoint is disabled: set protocol to ws-trust.';
      throw unusable('description-missing', words);
    });
  }

  /** Claims of rules of one's own get into an ID token only with this scope. */
  const needsAllClaims = options.groupsAttribute !== null || options.userIdAttribute !== 'upn';

  return {
    async describe(send) {
      await descriptionOf(send);
    },
    async requestClaims(send, { identifier, password }) {
      if (clientId === null) throw unusable('client-id-missing', 'Set client_id.');
      const { tokenEndpoint: url } = await descriptionOf(send);
      const fields = {
        grant_type: 'password',
        client_id: clientId,
        ...(clientSecret === null ? {} : { client_secret: clientSecret.reveal() }),
        scope: needsAllClaims ? 'openid allatclaims' : 'openid',
        username: identifier,
        password: password.reveal(),
      };
      const response = await send({ method: 'POST', url, ...formOf(fields) });
      requireServing(response);
      const answer = jsonOf(response);
      if (response.status !== 200) throw oauthErrorOf(answer);
      const { id_token: token } = answer;
      if (typeof token !== 'string') {
        throw unusable('answer-without-id-token', 'ADFS gave no ID token: allow the client the scope openid.');
      }
      const verdict = await provider.verify(send, token, [clientId]);
      if (verdict.valid) return claimsOfToken(verdict.claims);
      throw unusable(`token-${verdict.reason}`, 'The ID token is not to be believed.');
    },
  };
}
