// Management: the connections of one client, and the removal of a user from a connection by e-mail address.
import Type from 'typebox';
import type { ApplyStores } from '../declaration/workspace.ts';
import { apiRefusals } from '../error/api-error.ts';
import { type Endpoint, endpoint } from '../management/endpoint.ts';
import { CHECKPOINT_QUERY, listReply } from '../management/pagination.ts';
import type { UserChanges } from '../management/user-changes.ts';
import { ADMINISTRATORS, isEnabledFor } from './connection.ts';
import { showConnection } from './connection-object.ts';

interface Parts {
  readonly stores: ApplyStores;
  readonly users: UserChanges;
}

/** The endpoints of these. */
export function createConnectionPartEndpoints({ stores, users }: Parts): Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/clients/{id}/connections',
      tag: 'clients',
      summary: 'List the connections that a client may use',
      scopes: ['read:connections'],
      params: { id: { description: 'The client_id.', example: 'BackendClient0000000000000000000' } },
      query: Type.Object(
        { ...CHECKPOINT_QUERY, strategy: Type.Optional(Type.Array(Type.String({ maxLength: 64 }), { maxItems: 20 })) },
        { additionalProperties: false },
      ),
      status: 200,
      async handle({ tenant, params, query: { strategy, ...query } }) {
        const client = await stores.clients.findById(tenant.id, params['id'] ?? '');
        if (!client) throw apiRefusals.missing('client');
        const connections = (await stores.connections.list(tenant.id)).filter(
          (one) =>
            one.name !== ADMINISTRATORS &&
            isEnabledFor(one, client.clientId) &&
            (strategy?.includes(one.strategy) ?? true),
        );
        const walked = { ...query, take: query.take ?? 50 };
        return listReply(walked, 'connections', connections, ({ id }) => id, showConnection);
      },
    }),
    endpoint({
      method: 'DELETE',
      path: '/connections/{id}/users',
      tag: 'connections',
      summary: 'Delete the users of a connection who have this e-mail address',
      scopes: ['delete:users'],
      params: { id: { description: 'The id of the connection.', example: 'con_0123456789abcdef' } },
      query: Type.Object({ email: Type.String({ minLength: 1, maxLength: 254 }) }, { additionalProperties: false }),
      example: { query: { email: 'other@example.com' } },
      status: 204,
      async handle(call) {
        const { tenant, params, query } = call;
        const connection = (await stores.connections.list(tenant.id)).find(({ id }) => id === params['id']);
        if (!connection || connection.name === ADMINISTRATORS) throw apiRefusals.missing('connection');
        for (const { user, identities } of await stores.users.listByEmail(tenant.id, query.email)) {
          // A linked account has the address of its own; the user is who is named after this connection's account.
          const own = identities.find(({ linkedProfile }) => linkedProfile === null);
          if (own?.connectionId === connection.id) await users.remove(call, user.userId);
        }
      },
    }),
  ];
}
