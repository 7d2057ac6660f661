// Management: the refresh tokens of users, under Auth0's two names: as such, and as credentials of devices.
import Type from 'typebox';
import { apiRefusals } from '../error/api-error.ts';
import type { SteadyTime } from '../lib/steady-clock.ts';
import type { Changes } from '../management/changes.ts';
import { type Endpoint, endpoint } from '../management/endpoint.ts';
import { CHECKPOINT_QUERY, listReply, PAGE_QUERY } from '../management/pagination.ts';
import type { UserChanges } from '../management/user-changes.ts';
import type { RefreshToken } from './refresh-token.ts';
import type { RefreshTokenStore } from './refresh-token-store.ts';

interface Parts {
  readonly stores: { readonly refreshTokens: RefreshTokenStore };
  readonly users: UserChanges;
  readonly changes: Changes;
  readonly steadyTime: SteadyTime;
}

const USER = { id: { description: 'The user_id.', example: 'auth0|67e9930075b689b7db2688df' } };
const DEVICES = 'device-credentials';

const DEVICE_QUERY = Type.Object(
  {
    ...PAGE_QUERY,
    user_id: Type.Optional(Type.String({ maxLength: 600, description: 'Whose; to be named for refresh tokens.' })),
    client_id: Type.Optional(Type.String({ maxLength: 256 })),
    type: Type.Optional(
      Type.Union([Type.Literal('public_key'), Type.Literal('refresh_token'), Type.Literal('rotating_refresh_token')], {
        description: 'Default `public_key`, of which there are none.',
      }),
    ),
  },
  { additionalProperties: false },
);

/** The endpoints of refresh tokens. */
export function createRefreshTokenEndpoints({ stores, users, changes, steadyTime }: Parts): Endpoint[] {
  const { refreshTokens } = stores;
  return [
    endpoint({
      method: 'GET',
      path: '/users/{id}/refresh-tokens',
      tag: 'users',
      summary: 'List the refresh tokens of a user',
      scopes: ['read:users', 'read:refresh_tokens'],
      params: USER,
      query: Type.Object(CHECKPOINT_QUERY, { additionalProperties: false }),
      status: 200,
      async handle({ tenant, params, query }) {
        const { userId } = await users.getUser(tenant.id, params['id'] ?? '');
        const tokens = await refreshTokens.listOfUser(tenant.id, userId, steadyTime.now());
        return listReply({ ...query, take: query.take ?? 50 }, 'tokens', tokens, ({ id }) => id, show);
      },
    }),
    endpoint({
      method: 'DELETE',
      path: '/users/{id}/refresh-tokens',
      tag: 'users',
      summary: 'End all refresh tokens of a user',
      scopes: ['delete:refresh_tokens'],
      params: USER,
      status: 202,
      async handle(call) {
        const { tenant, params } = call;
        await changes.write(call, async (sql) => {
          const { userId } = await users.getUser(tenant.id, params['id'] ?? '', sql);
          const ended = await refreshTokens.revokeOfUser(tenant.id, userId, steadyTime.now(), sql);
          const change = { action: 'revoked', noun: 'user', name: userId, members: ['refresh_tokens'] } as const;
          return { result: undefined, changes: ended === 0 ? [] : [change] };
        });
      },
    }),
    endpoint({
      method: 'GET',
      path: '/device-credentials',
      tag: DEVICES,
      summary: 'List the refresh tokens of a user as credentials of devices',
      scopes: ['read:device_credentials'],
      query: DEVICE_QUERY,
      example: { query: { type: 'refresh_token', user_id: USER.id.example } },
      status: 200,
      async handle({ tenant, query }) {
        const { type = 'public_key', user_id: userId, client_id: clientId } = query;
        if (type !== 'public_key' && userId === undefined) {
          throw apiRefusals.invalidQuery(`'Missing required property: user_id' for ${type}.`);
        }
        const tokens =
          type === 'public_key' ? [] : await refreshTokens.listOfUser(tenant.id, userId ?? '', steadyTime.now());
        const wanted = tokens.filter(
          (token) => typeOf(token) === type && (clientId === undefined || token.clientId === clientId),
        );
        return listReply(query, 'device_credentials', wanted, ({ id }) => id, showDevice);
      },
    }),
    endpoint({
      method: 'DELETE',
      path: '/device-credentials/{id}',
      tag: DEVICES,
      summary: 'End a refresh token with all that took its place',
      scopes: ['delete:device_credentials'],
      params: { id: { description: 'The id of the credential.', example: '0123456789abcdef0123456789abcdef' } },
      status: 204,
      async handle(call) {
        const id = call.params['id'] ?? '';
        await changes.write(call, async (sql) => {
          const ended = await refreshTokens.revoke(call.tenant.id, id, steadyTime.now(), sql);
          const change = { action: 'revoked', noun: 'refresh token', name: id, members: [] } as const;
          return { result: undefined, changes: ended ? [change] : [] };
        });
      },
    }),
  ];
}

function show(token: RefreshToken): object {
  const { endsAt, expiresAt, audience, scope } = token;
  return {
    id: token.id,
    user_id: token.userId,
    client_id: token.clientId,
    session_id: null,
    rotating: token.rotating,
    created_at: instant(token.createdAt),
    last_exchanged_at: instant(token.usedAt),
    idle_expires_at: instant(endsAt === expiresAt ? null : endsAt),
    expires_at: instant(expiresAt),
    resource_servers: audience === null ? [] : [{ audience, scopes: scope.join(' ') }],
  };
}

function showDevice(token: RefreshToken): object {
  return {
    id: token.id,
    type: typeOf(token),
    user_id: token.userId,
    client_id: token.clientId,
    last_used: instant(token.usedAt),
  };
}

function typeOf({ rotating }: RefreshToken): string {
  return rotating ? 'rotating_refresh_token' : 'refresh_token';
}

function instant(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}
