// The refresh token grant (RFC 6749 6): a token that a login left with the client stands for the password. Security: what can
// have changed since the login is looked at again; a token that comes back after it was replaced ends with all that took its
// place, since one of the two who have it stole it (RFC 9700 4.14.2).
import { type Client, REFRESH_TOKEN_GRANT } from '../client/client.ts';
import { ADMINISTRATORS, type Connection, isEnabledFor } from '../connection/connection.ts';
import type { ConnectionResolver } from '../connection/connection-resolver.ts';
import { addDetail, refusals } from '../error/oauth-error.ts';
import type { SteadyTime } from '../lib/steady-clock.ts';
import {
  type ClaimedRefreshToken,
  isGenuine,
  type KeyedRefreshToken,
  readRefreshToken,
} from '../token/refresh-token.ts';
import type { RefreshTokenStore } from '../token/refresh-token-store.ts';
import type { User } from '../user/user.ts';
import type { Grant } from './grant.ts';
import { groupsClaimOf } from './groups-claim.ts';
import { replacedSince } from './refresh-token-plan.ts';
import type { TokenRequest } from './token-request.ts';

interface Parts {
  readonly refreshTokens: RefreshTokenStore;
  readonly connections: ConnectionResolver;
  readonly steadyTime: SteadyTime;
}

/** Who showed a good token. */
interface Bearer {
  readonly token: KeyedRefreshToken;
  readonly user: User;
  readonly connection: Connection;
}

/** Builds the grant. */
export function createRefreshTokenGrant({ refreshTokens, connections, steadyTime }: Parts): Grant {
  /** The token and its user; throws when it is none, another client's, or at its end. */
  async function findHeld({ arrival, effects }: TokenRequest, client: Client, claimed: ClaimedRefreshToken) {
    const { id: tenantId } = arrival.tenant;
    const held = await refreshTokens.findWithUser(tenantId, claimed.id);
    if (!held || !isGenuine(held.token, claimed)) throw refusals.invalidRefreshToken('refresh-token-unknown');
    const { token } = held;
    const now = steadyTime.now();
    try {
      if (token.clientId !== client.clientId) throw refusals.invalidRefreshToken('refresh-token-other-client');
      if (token.revokedAt !== null) throw refusals.invalidRefreshToken('refresh-token-revoked');
      if (token.endsAt !== null && token.endsAt <= now) {
        const isOld = token.expiresAt !== null && token.expiresAt <= now;
        throw refusals.invalidRefreshToken(isOld ? 'refresh-token-expired' : 'refresh-token-idle');
      }
      if (isReplaced(token, claimed, client, now)) {
        effects.push(refreshTokens.revocationOf(tenantId, token.id, now));
        const reuse = { familyId: token.id, latestCounter: token.counter, tokenCounter: claimed.counter };
        throw refusals.invalidRefreshToken('refresh-token-reused', { logType: 'ferrt', reuse });
      }
      // Auth0: who switches rotation off ends the tokens that were made under it.
      if (token.rotating && client.refreshToken.rotationType !== 'rotating') {
        effects.push(refreshTokens.revocationOf(tenantId, token.id, now));
        throw refusals.invalidRefreshToken('refresh-token-rotation-off');
      }
      return held;
    } catch (error) {
      throw addDetail(error, { userId: token.userId });
    }
  }

  async function findBearer(request: TokenRequest, client: Client, claimed: ClaimedRefreshToken): Promise<Bearer> {
    const { id: tenantId } = request.arrival.tenant;
    const { token, user } = await findHeld(request, client, claimed);
    const connection = await connections.findById(tenantId, token.connectionId);
    const detail = {
      userId: token.userId,
      ...(connection
        ? { connectionId: connection.id, connectionName: connection.name, strategy: connection.strategy }
        : {}),
    };
    // It takes its tokens with it, as a user does; this one was read just before.
    if (!connection) throw refusals.invalidRefreshToken('refresh-token-unknown', detail);
    if (user.blocked) throw refusals.invalidRefreshToken('user-blocked', detail);
    if (!isEnabledFor(connection, client.clientId)) {
      throw refusals.invalidRefreshToken('refresh-token-connection', detail);
    }
    return { token, user, connection };
  }

  return {
    grantTypes: [REFRESH_TOKEN_GRANT],
    limitedByRegion: false,
    // A client that became somebody else's keeps no way in that it got as one of ours.
    closedTo: 'third-party-clients',
    async authenticate(request, client) {
      const find = () =>
        request.phases.record('refresh-token', () => {
          if (!claimed) throw refusals.invalidRefreshToken('refresh-token-unknown');
          return findBearer(request, client, claimed);
        });
      if (request.refreshToken === null) throw refusals.missingParameter('refresh_token');
      const claimed = readRefreshToken(request.refreshToken.reveal());
      const { token, user, connection } = await find();
      const isOther = request.audience !== null && request.audience !== token.audience;
      return {
        subject: user.userId,
        user,
        seen: null,
        connection,
        grantType: 'refresh_token',
        shown: {
          token,
          counter: claimed?.counter ?? 0,
          async checkAgain() {
            await find();
          },
        },
        customClaims: groupsClaimOf(connection, user),
        // Security: a broken rule must not lock out those who can mend it.
        ruleProtocol: connection.name === ADMINISTRATORS ? null : 'oauth2-refresh-token',
        warnings: isOther ? ['The parameter audience was ignored: a refresh token is for the API of its login.'] : [],
      };
    },
  };
}

/** True when another text took the place of this one, longer ago than the client's leeway. */
function isReplaced(token: KeyedRefreshToken, { counter }: ClaimedRefreshToken, client: Client, now: number): boolean {
  if (counter === token.counter) return false;
  return counter !== token.counter - 1 || token.replacedAt < replacedSince(client, now);
}
