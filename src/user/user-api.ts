// Management: users.
import Type from 'typebox';
import type { ApplyStores } from '../declaration/workspace.ts';
import { apiRefusals } from '../error/api-error.ts';
import { type Call, type Endpoint, endpoint } from '../management/endpoint.ts';
import { FIELDS_QUERY, fieldFilter } from '../management/field-filter.ts';
import { PAGE_QUERY } from '../management/pagination.ts';
import { foundReply, searchOf } from '../management/search-reply.ts';
import type { UserChanges } from '../management/user-changes.ts';
import { ChangedUserBody, NewUserBody } from './user-body.ts';
import { toUserObject } from './user-object.ts';
import type { UserSearchStore } from './user-search-store.ts';

interface Parts {
  readonly stores: ApplyStores;
  readonly users: UserChanges;
  readonly userSearch: UserSearchStore;
}

const TAG = 'users';
const ID = { id: { description: 'The user_id.', example: 'auth0|67e9930075b689b7db2688df' } };

const LIST_QUERY = Type.Object(
  {
    ...PAGE_QUERY,
    ...FIELDS_QUERY,
    q: Type.Optional(
      Type.String({ maxLength: 1024, description: 'A search in the query syntax of search engine v3.' }),
    ),
    search_engine: Type.Optional(Type.Literal('v3')),
    sort: Type.Optional(Type.String({ maxLength: 128, description: '`FIELD:1` or `FIELD:-1`.' })),
    connection: Type.Optional(Type.String({ maxLength: 128, description: 'Name of a connection.' })),
    primary_order: Type.Optional(Type.Boolean({ description: 'Auth0’s; the order is the same either way.' })),
  },
  { additionalProperties: false },
);

/** The endpoints of users. */
export function createUserEndpoints({ stores, users, userSearch }: Parts): Endpoint[] {
  async function connectionNames({ tenant }: Call): Promise<ReadonlyMap<string, string>> {
    return new Map((await stores.connections.list(tenant.id)).map(({ id, name }) => [id, name]));
  }

  async function show(call: Call, userId: string): Promise<object> {
    const stored = await stores.users.findStored(call.tenant.id, userId);
    if (!stored) throw apiRefusals.missing('user');
    return toUserObject(stored, await connectionNames(call));
  }

  /** A user's own token reaches only that user. */
  function requireOwn({ caller, params }: Call, scopes: readonly string[]): void {
    if (scopes.some((scope) => caller.scopes.has(scope))) return;
    if (caller.userId === null || caller.userId !== params['id']) throw apiRefusals.insufficientScope(scopes);
  }

  return [
    endpoint({
      method: 'GET',
      path: '/users',
      tag: TAG,
      summary: 'List or search users',
      scopes: ['read:users', 'read:user_idp_tokens'],
      query: LIST_QUERY,
      example: { query: { q: 'email:"user@example.com"', search_engine: 'v3', include_totals: 'true' } },
      status: 200,
      async handle(call) {
        const { query, tenant } = call;
        const names = await connectionNames(call);
        const [connectionId] = [...names].find(([, name]) => name === query.connection) ?? [null];
        if (query.connection !== undefined && connectionId === null) throw apiRefusals.missing('connection');
        const found = await userSearch.search(tenant.id, { ...searchOf(query), connectionId });
        const filter = fieldFilter(query);
        return foundReply(query, 'users', found, (user) => filter(toUserObject(user, names)));
      },
    }),
    endpoint({
      method: 'POST',
      path: '/users',
      tag: TAG,
      summary: 'Create a user in a database connection',
      scopes: ['create:users'],
      body: NewUserBody,
      example: {
        body: {
          connection: 'Username-Password-Authentication',
          email: 'grace@example.com',
          password: 'a compiler for every language',
          email_verified: true,
          app_metadata: { plan: 'gold' },
        },
      },
      status: 201,
      handle: async (call) => show(call, await users.create(call)),
    }),
    endpoint({
      method: 'GET',
      path: '/users/{id}',
      tag: TAG,
      summary: 'Show a user',
      scopes: ['read:users', 'read:current_user', 'read:user_idp_tokens'],
      params: ID,
      query: Type.Object(FIELDS_QUERY, { additionalProperties: false }),
      status: 200,
      async handle(call) {
        requireOwn(call, ['read:users', 'read:user_idp_tokens']);
        return fieldFilter(call.query)(await show(call, call.params['id'] ?? ''));
      },
    }),
    endpoint({
      method: 'PATCH',
      path: '/users/{id}',
      tag: TAG,
      summary: 'Change a user; metadata is merged, member by member',
      scopes: ['update:users', 'update:users_app_metadata', 'update:current_user_metadata'],
      params: ID,
      body: ChangedUserBody,
      example: { body: { user_metadata: { theme: 'dark' }, app_metadata: { plan: 'silver' } } },
      status: 200,
      async handle(call) {
        const { caller, body, params } = call;
        requireOwn(call, ['update:users', 'update:users_app_metadata']);
        // Security: which members may change is a matter of the scope, not of what the schema knows.
        const allowed = allowedMembers(caller.scopes);
        const beyond = allowed && Object.keys(body).filter((name) => !allowed.has(name));
        if (beyond && beyond.length > 0) throw apiRefusals.insufficientScope(['update:users']);
        const userId = params['id'] ?? '';
        await users.update(call, userId, body);
        return show(call, userId);
      },
    }),
    endpoint({
      method: 'DELETE',
      path: '/users/{id}',
      tag: TAG,
      summary: 'Delete a user; 204 too when there is none',
      scopes: ['delete:users'],
      params: ID,
      status: 204,
      handle: (call) => users.remove(call, call.params['id'] ?? ''),
    }),
    endpoint({
      method: 'GET',
      path: '/users-by-email',
      tag: TAG,
      summary: 'List the users of an e-mail address',
      scopes: ['read:users'],
      query: Type.Object(
        { ...FIELDS_QUERY, email: Type.String({ minLength: 1, maxLength: 254 }) },
        { additionalProperties: false },
      ),
      example: { query: { email: 'user@example.com' } },
      status: 200,
      async handle(call) {
        const names = await connectionNames(call);
        const filter = fieldFilter(call.query);
        const found = await stores.users.listByEmail(call.tenant.id, call.query.email);
        return found.map((user) => filter(toUserObject(user, names)));
      },
    }),
  ];
}

/** The members that these scopes may change; null for all. */
function allowedMembers(scopes: ReadonlySet<string>): ReadonlySet<string> | null {
  if (scopes.has('update:users')) return null;
  return new Set([
    ...(scopes.has('update:users_app_metadata') ? ['app_metadata'] : []),
    ...(scopes.has('update:current_user_metadata') ? ['user_metadata'] : []),
  ]);
}
