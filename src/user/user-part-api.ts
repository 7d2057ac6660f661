// Management: what Auth0 keeps beside a user, of which there is nothing here: grants, sessions and second factors. They are
// answered as of a user who has none.
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
  return [
    ofUser('enrollments', 'enrollments', ['read:users'], false),
    ofUser('authentication-methods', 'authenticators', ['read:users', 'read:authentication_methods'], false),
    ofUser('sessions', 'sessions', ['read:users', 'read:sessions'], true),
    endpoint({
      method: 'GET',
      path: '/grants',
      tag: 'grants',
      summary: 'List the grants: there are none in this version',
      scopes: ['read:grants'],
      query: Type.Object(
        {
          ...PAGE_QUERY,
          user_id: Type.Optional(Type.String({ maxLength: 600 })),
          client_id: Type.Optional(Type.String({ maxLength: 256 })),
          audience: Type.Optional(Type.String({ maxLength: 600 })),
        },
        { additionalProperties: false },
      ),
      status: 200,
      handle: async ({ query }) => listReply(query, 'grants', NONE, keyOfNone, (one) => one),
    }),
  ];
}
