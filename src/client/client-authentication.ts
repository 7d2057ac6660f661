// Who is asking? Turns what a request says of its client into the authenticated client (RFC 6749 2.3).
import type { ClientGuard } from '../attack-protection/client-guard.ts';
import { refusals } from '../error/oauth-error.ts';
import type { AssertionReason, RefusalReason } from '../error/refusal-reason.ts';
import { verifyAssertion } from '../key/verify-assertion.ts';
import type { Clock } from '../lib/clock.ts';
import { equalInConstantTime } from '../lib/constant-time.ts';
import { randomBase64Url } from '../lib/id.ts';
import type { Secret } from '../lib/secret.ts';
import type { ConfigurationCache } from '../storage/configuration-cache.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { Client } from './client.ts';
import type { ClientAssertionStore } from './client-assertion-store.ts';
import type { ClientCredentialStore } from './client-credential-store.ts';
import type { ClientProof } from './client-proof.ts';
import type { ClientStore } from './client-store.ts';

interface Parts {
  readonly clients: ClientStore;
  readonly clientCredentials: ClientCredentialStore;
  readonly clientAssertions: ClientAssertionStore;
  readonly cache: ConfigurationCache;
  readonly guard: ClientGuard;
  readonly clock: Clock;
}

/** Where the request came in, and from which address. */
interface Origin {
  readonly tenantId: TenantId;
  /** `https://HOST/` of the domain that was asked. */
  readonly issuer: string;
  readonly ip: string;
}

/** Resolves to the client or throws the refusal. */
export type AuthenticateClient = (origin: Origin, proof: ClientProof) => Promise<Client>;

const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** Builds the check over the stores. */
export function createClientAuthentication(parts: Parts): AuthenticateClient {
  const { clients, clientCredentials, clientAssertions, cache, guard, clock } = parts;
  const nobodysSecret = randomBase64Url(48);

  /**
   * True for the client's secret, and after a rotation for the previous one until its time is over.
   *
   * Security: both comparisons are always made, whether there is such a client or such a secret or not.
   */
  function matchesSecret(client: Client | null, sent: Secret | null): boolean {
    const text = sent?.reveal() ?? '';
    const previousCounts = (client?.previousSecretExpiresAt ?? 0) > clock.now();
    const previousSecret = previousCounts ? client?.previousSecret : null;
    const isCurrent = equalInConstantTime(text, client?.clientSecret?.reveal() ?? nobodysSecret);
    const isPrevious = equalInConstantTime(text, previousSecret?.reveal() ?? nobodysSecret);
    return isCurrent || isPrevious;
  }

  /** Why the assertion does not prove this client; null when it does. The first use of it is its only one. */
  async function refuseAssertion(
    tenantId: TenantId,
    issuer: string,
    client: Client,
    assertion: Secret,
    assertionType: string | null,
  ): Promise<AssertionReason | null> {
    if (client.tokenEndpointAuthMethod !== 'private_key_jwt') return 'assertion-not-enabled';
    if (assertionType !== JWT_BEARER) return 'assertion-type';
    const credentials = await cache.get(`client-credentials ${tenantId} ${client.clientId}`, () =>
      clientCredentials.list(tenantId, client.clientId),
    );
    const now = clock.now();
    const verdict = await verifyAssertion(
      assertion.reveal(),
      credentials.filter(({ expiresAt }) => expiresAt === null || expiresAt > now),
      { clientId: client.clientId, audiences: [issuer, `${issuer}oauth/token`], now },
    );
    if (!verdict.valid) return verdict.reason;
    const { jti, usableUntil } = verdict;
    const isFirstUse = await clientAssertions.spend(tenantId, client.clientId, jti, { usableUntil, now });
    return isFirstUse ? null : 'assertion-replayed';
  }

  return async ({ tenantId, issuer, ip }, proof) => {
    const { clientId, clientSecret, assertion, assertionType, fromAuthorizationHeader } = proof;
    if (clientId === null) throw refusals.missingClientId();
    const client = await cache.get(`client ${tenantId} ${clientId}`, () => clients.findById(tenantId, clientId));
    if (client?.tokenEndpointAuthMethod === 'none') return client;
    const claimed = { tenantId, clientId, ip };
    const refuse = (reason: RefusalReason) => {
      guard.failed(claimed);
      const detail = { reason, clientId, ...(client ? { clientName: client.name } : {}) };
      return refusals.clientUnauthorized(detail, fromAuthorizationHeader);
    };
    guard.requireRoom(claimed);
    if (client && assertion) {
      const reason = await refuseAssertion(tenantId, issuer, client, assertion, assertionType);
      if (reason !== null) throw refuse(reason);
      return client;
    }
    const matches = matchesSecret(client, clientSecret);
    if (!client) throw refuse('unknown-client');
    if (client.tokenEndpointAuthMethod === 'private_key_jwt') throw refuse('missing-client-assertion');
    if (!clientSecret) throw refuse('missing-client-secret');
    if (!matches) throw refuse('wrong-client-secret');
    return client;
  };
}
