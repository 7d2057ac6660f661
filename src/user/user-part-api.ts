// Management: what Auth0 keeps beside a user, of which there is nothing here: grants, sessions, refresh tokens, second
// factors and devices. They are answered as of a user who has none.
import Type from 'typebox';
import { type Endpoint, endpoint } from '../management/endpoint.ts';
import { CHECKPOINT_QUERY, listReply, PAGE_QUERY } from '../management/pagination.ts';
import type { UserChanges } from '../management/user-changes.ts';

interface Parts {
  readonly users: UserChanges;
}

const ID = { id: { description: 'The user_id.', example: 'auth0|67e9930075b689b7db2688df' } };
const NONE: readonly never[] = [];
const keyOfNone = () => '';
const USER_FILTER = { user_id: Type.Optional(Type.String({ maxLength: 600 })) };

/** The endpoints of these. */
export function createUserPartEndpoints({ users }: Parts): Endpoint[] {
  const ofUser = (part: string, plural: string, scopes: readonly string[], isWalked: boolean): Endpoint =>
    endpoint({
      method: 'GET',
      path: `/users/{id}/${part}`,
      tag: 'users',
      summary: `List the ${plural.replaceAll('_', ' ')} of a user: there are none in this version`,
      scopes,
      params: ID,
      query: Type.Object(CHECKPOINT_QUERY, { additionalProperties: false }),
      status: 200,
      async handle({ tenant, params, query }) {
        await users.getUser(tenant.id, params['id'] ?? '');
        const walked = isWalked ? { ...query, take: query.take ?? 50 } : query;
        return listReply(walked, plural, NONE, keyOfNone, (one) => one);
      },
    });
  const ofTenant = (path: string, plural: string, scopes: readonly string[]): Endpoint =>
    endpoint({
      method: 'GET',
      path,
      tag: plural.replaceAll('_', '-'),
      summary: `List the ${plural.replaceAll('_', ' ')}: there are none in this version`,
      scopes,
      query: Type.Object(
        {
          ...PAGE_QUERY,
          ...USER_FILTER,
          client_id: Type.Optional(Type.String({ maxLength: 256 })),
          audience: Type.Optional(Type.String({ maxLength: 600 })),
          type: Type.Optional(Type.String({ maxLength: 64 })),
        },
        { additionalProperties: false },
      ),
      status: 200,
      handle: async ({ query }) => listReply(query, plural, NONE, keyOfNone, (one) => one),
    });

  return [
    ofUser('enrollments', 'enrollments', ['read:users'], false),
    ofUser('authentication-methods', 'authenticators', ['read:users', 'read:authentication_methods'], false),
    ofUser('refresh-tokens', 'tokens', ['read:users', 'read:refresh_tokens'], true),
    ofUser('sessions', 'sessions', ['read:users', 'read:sessions'], true),
    ofTenant('/grants', 'grants', ['read:grants']),
    ofTenant('/device-credentials', 'device_credentials', ['read:device_credentials']),
  ];
}
