// Ends a refresh token that its client needs no more (RFC 7009), with all that took its place. Called by
// oauth/revocation-endpoint.ts; writes the log event in one piece with the end of the token.
import type { Client } from '../client/client.ts';
import type { AuthenticateClient } from '../client/client-authentication.ts';
import type { ClientProof } from '../client/client-proof.ts';
import { addDetail, OAuthError, refusals } from '../error/oauth-error.ts';
import type { Clock } from '../lib/clock.ts';
import type { Secret } from '../lib/secret.ts';
import type { SteadyTime } from '../lib/steady-clock.ts';
import type { LogWriter } from '../log/log-writer.ts';
import { isGenuine, type RefreshToken, readRefreshToken } from '../token/refresh-token.ts';
import type { RefreshTokenStore } from '../token/refresh-token-store.ts';
import { arrivalEvent } from './arrival-event.ts';
import { effectiveAddress } from './effective-address.ts';
import type { Arrival } from './token-request.ts';

interface Parts {
  readonly authenticateClient: AuthenticateClient;
  readonly refreshTokens: RefreshTokenStore;
  readonly writeLog: LogWriter;
  readonly clock: Clock;
  readonly steadyTime: SteadyTime;
}

/** A request that was read. */
export interface RevocationRequest {
  readonly clientProof: ClientProof;
  readonly token: Secret;
}

/** Resolves to the client when its token has ended, or is none that it could use; throws the refusal otherwise. */
export type Revoke = (arrival: Arrival, read: () => RevocationRequest) => Promise<Client>;

/** Builds it. */
export function createRevocation({ authenticateClient, refreshTokens, writeLog, clock, steadyTime }: Parts): Revoke {
  /** The client's token; null for one that is unknown, or ended before. */
  async function findToken({ tenant }: Arrival, client: Client, text: string): Promise<RefreshToken | null> {
    const claimed = readRefreshToken(text);
    const token = claimed && (await refreshTokens.findById(tenant.id, claimed.id));
    if (!claimed || !token || !isGenuine(token, claimed)) return null;
    if (token.clientId !== client.clientId) {
      throw refusals.invalidRefreshToken('refresh-token-other-client', { userId: token.userId });
    }
    return token.revokedAt === null ? token : null;
  }

  async function revokeFor(arrival: Arrival, client: Client, text: string, startedAt: number): Promise<void> {
    const token = await findToken(arrival, client, text);
    if (!token) return;
    const event = {
      ...arrivalEvent(arrival, clock.monotonic() - startedAt),
      ...effectiveAddress(arrival, client).address,
      type: 'srrt',
      description: 'Successful revocation of a Refresh Token',
      clientId: client.clientId,
      clientName: client.name,
      connectionId: token.connectionId,
      userId: token.userId,
      audience: token.audience,
      scope: token.scope.join(' '),
    } as const;
    await writeLog(arrival.tenant, event, [refreshTokens.revocationOf(arrival.tenant.id, token.id, steadyTime.now())]);
  }

  async function logRefusal(arrival: Arrival, error: unknown, startedAt: number): Promise<void> {
    const { status, code, description, detail } = error instanceof OAuthError ? error : refusals.unexpected(error);
    await writeLog(arrival.tenant, {
      ...arrivalEvent(arrival, clock.monotonic() - startedAt),
      type: 'f',
      description,
      reason: detail.reason ?? 'unexpected',
      answer: { status, error: code },
      clientId: detail.clientId ?? null,
      clientName: detail.clientName ?? null,
      userId: detail.userId ?? null,
    });
  }

  return async (arrival, read) => {
    const startedAt = clock.monotonic();
    let request: RevocationRequest | null = null;
    try {
      request = read();
      const { tenant, issuer, ip } = arrival;
      const client = await authenticateClient({ tenantId: tenant.id, issuer, ip }, request.clientProof);
      const { clientId, name: clientName } = client;
      await revokeFor(arrival, client, request.token.reveal(), startedAt).catch((error: unknown) => {
        throw addDetail(error, { clientId, clientName });
      });
      return client;
    } catch (error) {
      await logRefusal(arrival, error, startedAt);
      throw error;
    } finally {
      request?.token.forget();
      request?.clientProof.clientSecret?.forget();
      request?.clientProof.assertion?.forget();
    }
  };
}
