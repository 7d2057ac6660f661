// Which refresh token an answer carries, and what is to be written for it: a new one for a login, the next one for a rotating
// client, none for the others. Called by grant-pipeline.ts.
import type { Client } from '../client/client.ts';
import { randomBase64Url, randomHex } from '../lib/id.ts';
import { Secret } from '../lib/secret.ts';
import type { SteadyTime } from '../lib/steady-clock.ts';
import type { Effect } from '../storage/group-commit.ts';
import type { TenantId } from '../tenant/tenant.ts';
import {
  type KeyedRefreshToken,
  REFRESH_TOKEN_ID_LENGTH,
  REFRESH_TOKEN_SECRET_BYTES,
  writeRefreshToken,
} from '../token/refresh-token.ts';
import type { RefreshTokenStore } from '../token/refresh-token-store.ts';
import type { Login, ShownRefreshToken } from './grant.ts';
import type { GrantedTarget } from './token-target.ts';

interface RefreshTokenPlan {
  /** Null when the answer has none. */
  readonly text: string | null;
  readonly effects: readonly Effect[];
}

/** Makes the plan; writes nothing. */
export type PlanRefreshToken = (
  tenantId: TenantId,
  client: Client,
  login: Login,
  target: GrantedTarget,
) => RefreshTokenPlan;

/** Builds it over the store. */
export function createRefreshTokenPlan(refreshTokens: RefreshTokenStore, steadyTime: SteadyTime): PlanRefreshToken {
  function begin(
    tenantId: TenantId,
    client: Client,
    { user, connection }: Login,
    target: GrantedTarget,
  ): RefreshTokenPlan {
    if (!user || !connection || !target.allowsRefresh) return { text: null, effects: [] };
    const now = steadyTime.now();
    const expiresAt = expiryOf(client, now);
    const token: KeyedRefreshToken = {
      id: randomHex(REFRESH_TOKEN_ID_LENGTH),
      secret: new Secret(randomBase64Url(REFRESH_TOKEN_SECRET_BYTES)),
      userId: user.userId,
      clientId: client.clientId,
      connectionId: connection.id,
      audience: target.api?.identifier ?? null,
      scope: target.scope,
      rotating: client.refreshToken.rotationType === 'rotating',
      counter: 0,
      createdAt: now,
      replacedAt: now,
      usedAt: null,
      expiresAt,
      endsAt: endOf(client, expiresAt, now),
      revokedAt: null,
    };
    return { text: writeRefreshToken(token, 0), effects: refreshTokens.creationOf(tenantId, token) };
  }

  function goOn(tenantId: TenantId, client: Client, { token, counter }: ShownRefreshToken): RefreshTokenPlan {
    const now = steadyTime.now();
    const { id } = token;
    if (client.refreshToken.rotationType !== 'rotating') {
      const used = { id, now, endsAt: endOf(client, token.expiresAt, now) };
      return { text: null, effects: [refreshTokens.useOf(tenantId, used)] };
    }
    // A token from before rotation was switched on begins to age now.
    const expiresAt = token.rotating ? token.expiresAt : earliest(token.expiresAt, expiryOf(client, now));
    const turned = { id, counter, now, expiresAt, endsAt: endOf(client, expiresAt, now) };
    return {
      // Within the leeway the answer is the same as that of the use before: two who go on from one token stay together.
      text: writeRefreshToken(token, counter + 1),
      effects: [
        refreshTokens.turnOf(tenantId, { ...turned, replacedSince: replacedSince(client, now) }),
        // Auth0: who switches rotation on ends the tokens that never were replaced.
        ...(token.rotating ? [] : [refreshTokens.revocationOfOthers(token, tenantId, now)]),
      ],
    };
  }

  return (tenantId, client, login, target) =>
    login.shown ? goOn(tenantId, client, login.shown) : begin(tenantId, client, login, target);
}

/** Since when a token must have been replaced to be used once more; in milliseconds since 1970 UTC. */
export function replacedSince({ refreshToken: { leeway } }: Client, now: number): number {
  // Without leeway no use is late enough, whatever the clocks of two servers say.
  return leeway === 0 ? Number.MAX_SAFE_INTEGER : now - leeway * 1000;
}

function expiryOf({ refreshToken: settings }: Client, now: number): number | null {
  return settings.infiniteTokenLifetime ? null : now + settings.tokenLifetime * 1000;
}

function endOf({ refreshToken: settings }: Client, expiresAt: number | null, now: number): number | null {
  return settings.infiniteIdleTokenLifetime ? expiresAt : earliest(expiresAt, now + settings.idleTokenLifetime * 1000);
}

function earliest(one: number | null, other: number | null): number | null {
  return one === null ? other : Math.min(one, other ?? one);
}
