// The fixed order of phases of a token request, for every grant. A grant cannot leave one out, because it does not own them.
import type { Client } from '../client/client.ts';
import type { AuthenticateClient } from '../client/client-authentication.ts';
import { addDetail, refusals } from '../error/oauth-error.ts';
import { traced } from '../metrics/trace.ts';
import type { TokenIssuer, TokenReply } from '../token/token-issuer.ts';
import { type EffectiveAddress, effectiveAddress } from './effective-address.ts';
import type { Grant, Login } from './grant.ts';
import type { KeepUserinfoClaims } from './kept-claims.ts';
import type { RunLoginCode } from './login-code-step.ts';
import type { PlanRefreshToken } from './refresh-token-plan.ts';
import type { TokenRequest } from './token-request.ts';
import type { ResolveTarget } from './token-target.ts';

interface Parts {
  readonly grants: readonly Grant[];
  readonly authenticateClient: AuthenticateClient;
  readonly resolveTarget: ResolveTarget;
  readonly runLoginCode: RunLoginCode;
  readonly planRefreshToken: PlanRefreshToken;
  readonly issueTokens: TokenIssuer;
  readonly keepUserinfoClaims: KeepUserinfoClaims;
  /** Regions where the password grant is available; null for all. */
  readonly passwordGrantRegions: readonly string[] | null;
}

/** What a finished exchange tells its caller and the log. */
export interface Exchange {
  readonly reply: TokenReply;
  readonly client: Client;
  readonly login: Login;
  /** The API the token is for; null for one that opens the userinfo endpoint only. */
  readonly audience: string | null;
  readonly address: EffectiveAddress;
  /** What the request said and this server ignored, in words for the log. */
  readonly warnings: readonly string[];
  /** To be called when it could not be stored: throws the refusal when another use of the same token is the reason. */
  checkAgain(): Promise<void>;
}

/** Resolves to the tokens or throws the refusal. */
export type ExchangeTokens = (request: TokenRequest) => Promise<Exchange>;

/** Builds the pipeline. */
export function createGrantPipeline(parts: Parts): ExchangeTokens {
  const grants = new Map(parts.grants.flatMap((grant) => grant.grantTypes.map((name) => [name, grant] as const)));

  function requireGrantType(client: Client, grant: Grant, grantType: string): void {
    if (!client.grantTypes.includes(grantType)) throw refusals.grantNotAllowed(grantType, 'grant-not-enabled');
    if (grant.closedTo === 'third-party-clients' && !client.isFirstParty) {
      throw refusals.grantNotAllowed(grantType, 'third-party-client');
    }
    if (grant.closedTo === 'public-clients' && client.tokenEndpointAuthMethod === 'none') {
      throw refusals.grantNotAllowed(grantType, 'public-client');
    }
  }

  function requireRegion(grant: Grant, region: string): void {
    const limited = grant.limitedByRegion && parts.passwordGrantRegions !== null;
    if (limited && !parts.passwordGrantRegions.includes(region)) throw refusals.regionWithoutPasswordGrant(region);
  }

  /** The phases once the client is known. */
  async function exchangeFor(
    client: Client,
    grant: Grant,
    request: TokenRequest,
  ): Promise<Omit<Exchange, 'address' | 'checkAgain'>> {
    const { tenant, issuer } = request.arrival;
    const { phases } = request;
    await phases.record('grant', () => {
      requireGrantType(client, grant, request.grantType);
      requireRegion(grant, tenant.region);
    });
    const login = await traced('login', () => grant.authenticate(request, client));
    const { subject, user, connection, grantType } = login;
    try {
      const target = await phases.record('scopes', () =>
        traced('target', () => parts.resolveTarget(request, client, login)),
      );
      const { text: refreshToken, effects } = parts.planRefreshToken(tenant.id, client, login, target);
      const { warnings: ofCode, userinfoClaims, ...ruled } = await parts.runLoginCode(request, client, login, target);
      const order = { tenantId: tenant.id, issuer, client, subject, user, grantType, refreshToken, ...ruled };
      const reply = await phases.record('tokens', () => traced('sign', () => parts.issueTokens(order)));
      // A token that was used is spent only where there is something to answer.
      request.effects.push(
        ...effects,
        ...parts.keepUserinfoClaims(tenant.id, client, user, ruled.target, userinfoClaims),
      );
      const warnings = [...login.warnings, ...target.warnings, ...ofCode];
      return { reply, client, login, audience: target.api?.identifier ?? null, warnings };
    } catch (error) {
      throw addDetail(error, {
        ...(user ? { userId: user.userId } : {}),
        ...(connection
          ? { connectionId: connection.id, connectionName: connection.name, strategy: connection.strategy }
          : {}),
      });
    }
  }

  return async (request) => {
    const grant = grants.get(request.grantType);
    if (!grant) {
      return request.phases.record('grant', () => {
        throw refusals.unsupportedGrantType(request.grantType);
      });
    }
    const { tenant, issuer } = request.arrival;
    const origin = { tenantId: tenant.id, issuer, ip: request.arrival.ip };
    const client = await request.phases.record('client', () =>
      traced('client authentication', () => parts.authenticateClient(origin, request.clientProof)),
    );
    const { address, warning } = effectiveAddress(request.arrival, client);
    const { ip, ipSource } = address;
    const ignored = warning === null ? [] : [warning];
    const detail = { clientId: client.clientId, clientName: client.name, address, warnings: ignored };
    try {
      const exchanged = await exchangeFor(client, grant, { ...request, arrival: { ...request.arrival, ip, ipSource } });
      return {
        ...exchanged,
        address,
        warnings: [...exchanged.warnings, ...ignored],
        async checkAgain() {
          await exchanged.login.shown?.checkAgain().catch((error: unknown) => {
            throw addDetail(error, detail);
          });
        },
      };
    } catch (error) {
      throw addDetail(error, detail);
    }
  };
}
