// What a login leaves for the userinfo endpoint. Called by grant-pipeline.ts.
import type { Client } from '../client/client.ts';
import type { Clock } from '../lib/clock.ts';
import type { Effect } from '../storage/group-commit.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { Claims } from '../token/custom-claims.ts';
import type { Target } from '../token/token-issuer.ts';
import type { UserinfoClaimStore } from '../token/userinfo-claim-store.ts';
import type { User } from '../user/user.ts';

/** What is to be written, once the tokens are made: nothing, unless code has put claims into an ID token. */
export type KeepUserinfoClaims = (
  tenantId: TenantId,
  client: Client,
  user: User | null,
  target: Target,
  claims: Claims,
) => readonly Effect[];

/** Builds it over the store. */
export function createUserinfoClaimKeeping(store: UserinfoClaimStore, clock: Clock): KeepUserinfoClaims {
  return (tenantId, { clientId }, user, { scope }, claims) => {
    if (!user || !scope.includes('openid') || Object.keys(claims).length === 0) return [];
    const issuedAt = Math.floor(clock.now() / 1000);
    return [store.keepingOf(tenantId, { userId: user.userId, clientId, issuedAt }, claims)];
  };
}
