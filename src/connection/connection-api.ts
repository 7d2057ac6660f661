// Management: connections, the clients that may use them, and whether they answer.
import Type from 'typebox';
import { exportConnection, isDirectory } from '../declaration/export-connections.ts';
import { exportDatabase } from '../declaration/export-databases.ts';
import type { ApplyStores } from '../declaration/workspace.ts';
import { apiRefusals } from '../error/api-error.ts';
import type { Clock } from '../lib/clock.ts';
import type { Changes } from '../management/changes.ts';
import { type Call, type Endpoint, endpoint } from '../management/endpoint.ts';
import { FIELDS_QUERY, fieldFilter } from '../management/field-filter.ts';
import { CHECKPOINT_QUERY, listReply } from '../management/pagination.ts';
import { patched } from '../management/patch-schema.ts';
import type { Sql } from '../storage/database.ts';
import { ADMINISTRATORS, DATABASE_STRATEGY, NAME_MEMBERS, type StoredConnection, USE_MEMBERS } from './connection.ts';
import { showConnection } from './connection-object.ts';
import { ConnectionWire } from './connection-wire.ts';
import { type DatabaseWire } from './database-options.ts';

interface Parts {
  readonly stores: ApplyStores;
  readonly changes: Changes;
  readonly clock: Clock;
}

const TAG = 'connections';
const ID = { id: { description: 'The id of the connection.', example: 'con_0123456789abcdef' } };

const Options = Type.Object({}, { additionalProperties: true, description: 'By strategy, as in the tenant file.' });
const NewConnection = Type.Object(
  {
    ...NAME_MEMBERS,
    strategy: Type.Union([Type.Literal(DATABASE_STRATEGY), ...ConnectionWire.properties.strategy.anyOf]),
    ...USE_MEMBERS,
    options: Type.Optional(Options),
  },
  { additionalProperties: false },
);
const ChangedConnection = Type.Object(
  { ...USE_MEMBERS, options: Type.Optional(Options) },
  { additionalProperties: false, minProperties: 1 },
);
type Wire = Omit<DatabaseWire, 'strategy' | 'options'> & { strategy?: string; options?: object };

const LIST_QUERY = Type.Object(
  {
    ...CHECKPOINT_QUERY,
    ...FIELDS_QUERY,
    strategy: Type.Optional(Type.Array(Type.String({ maxLength: 64 }), { maxItems: 20 })),
    name: Type.Optional(Type.String({ maxLength: 128 })),
  },
  { additionalProperties: false },
);

/** The endpoints of connections. */
export function createConnectionEndpoints({ stores, changes, clock }: Parts): Endpoint[] {
  /** Security: who may change connections could make administrators by changing theirs, so it is not among them. */
  async function list({ tenant }: Pick<Call, 'tenant'>, sql?: Sql): Promise<StoredConnection[]> {
    return (await stores.connections.list(tenant.id, sql)).filter(({ name }) => name !== ADMINISTRATORS);
  }

  async function getConnection(call: Call, sql?: Sql): Promise<StoredConnection> {
    const found = (await list(call, sql)).find(({ id }) => id === call.params['id']);
    if (!found) throw apiRefusals.missing('connection');
    return found;
  }

  function apply(call: Call, makeEntry: () => Promise<Wire>) {
    const entry = async () => {
      const { strategy, ...wire } = await makeEntry();
      return { ...wire, ...(strategy === DATABASE_STRATEGY ? {} : { strategy, options: wire.options ?? {} }) };
    };
    // What the entry's own schema says of it is looked at when it is applied.
    return {
      databases: () => changes.apply(call, 'databases', entry as () => Promise<never>),
      connections: () => changes.apply(call, 'connections', entry as () => Promise<never>),
    };
  }

  async function save(call: Call, strategy: string, makeEntry: () => Promise<Wire>): Promise<void> {
    await apply(call, makeEntry)[strategy === DATABASE_STRATEGY ? 'databases' : 'connections']();
  }

  /** The connection as the tenant file has it, without its secrets, which stay where they are. */
  function entryOf(connection: StoredConnection): Wire {
    const byId = (clientId: string) => clientId;
    if (isDirectory(connection)) return exportConnection(connection, byId, false);
    return { ...exportDatabase(connection, byId, false), strategy: DATABASE_STRATEGY };
  }

  return [
    endpoint({
      method: 'GET',
      path: '/connections',
      tag: TAG,
      summary: 'List connections',
      scopes: ['read:connections'],
      query: LIST_QUERY,
      example: { query: { strategy: 'auth0' } },
      status: 200,
      async handle(call) {
        const { query } = call;
        const connections = (await list(call)).filter(
          ({ strategy, name }) =>
            (query.strategy?.includes(strategy) ?? true) && (query.name === undefined || query.name === name),
        );
        const filter = fieldFilter(query);
        return listReply(
          query,
          'connections',
          connections,
          ({ id }) => id,
          (one) => filter(showConnection(one)),
        );
      },
    }),
    endpoint({
      method: 'POST',
      path: '/connections',
      tag: TAG,
      summary: 'Create a connection',
      scopes: ['create:connections'],
      body: NewConnection,
      example: { body: { name: 'Partners', strategy: 'auth0', options: { passwordPolicy: 'good' } } },
      status: 201,
      async handle(call) {
        const { body } = call;
        if (body.name === ADMINISTRATORS) throw apiRefusals.invalidBody("'The name is reserved' on property name.");
        const find = async () => (await list(call)).find(({ name }) => name === body.name);
        await save(call, body.strategy, async () => {
          if (await find()) {
            throw apiRefusals.conflict(`A connection with name "${body.name}" already exists`, 'connection_conflict');
          }
          return body;
        });
        const made = await find();
        if (!made) throw apiRefusals.missing('connection');
        return showConnection(made);
      },
    }),
    endpoint({
      method: 'GET',
      path: '/connections/{id}',
      tag: TAG,
      summary: 'Show a connection',
      scopes: ['read:connections'],
      params: ID,
      query: Type.Object(FIELDS_QUERY, { additionalProperties: false }),
      status: 200,
      handle: async (call) => fieldFilter(call.query)(showConnection(await getConnection(call))),
    }),
    endpoint({
      method: 'PATCH',
      path: '/connections/{id}',
      tag: TAG,
      summary: 'Change a connection; `options` are the whole of them',
      scopes: ['update:connections'],
      params: ID,
      body: ChangedConnection,
      example: { body: { options: { passwordPolicy: 'excellent' } } },
      status: 200,
      async handle(call) {
        const { strategy } = await getConnection(call);
        await save(call, strategy, async () => patched(entryOf(await getConnection(call)), call.body));
        return showConnection(await getConnection(call));
      },
    }),
    endpoint({
      method: 'DELETE',
      path: '/connections/{id}',
      tag: TAG,
      summary: 'Delete a connection and its users',
      scopes: ['delete:connections'],
      params: ID,
      status: 204,
      handle: (call) =>
        changes.configure(call, async (sql) => {
          const { id, name } = await getConnection(call, sql);
          const tenant = await stores.tenants.findByName(call.tenant.name, sql);
          if (tenant?.defaultDirectory === name) {
            throw apiRefusals.conflict(
              'The connection is the default_directory of the tenant: choose another first.',
              'connection_in_use',
            );
          }
          await stores.logErasures.orderOfConnection(call.tenant.id, id, clock.now(), sql);
          await stores.users.deleteOfConnection(call.tenant.id, id, sql);
          await stores.connections.delete(call.tenant.id, id, sql);
          return { result: undefined, changes: [{ action: 'deleted', noun: 'connection', name, members: [] }] };
        }),
    }),
    endpoint({
      method: 'GET',
      path: '/connections/{id}/clients',
      tag: TAG,
      summary: 'List the clients that may use a connection',
      scopes: ['read:connections'],
      params: ID,
      query: Type.Object(CHECKPOINT_QUERY, { additionalProperties: false }),
      status: 200,
      async handle(call) {
        const { enabledClients } = await getConnection(call);
        const { take = 50, ...rest } = call.query;
        const ids = [...enabledClients];
        return listReply(
          { ...rest, take },
          'clients',
          ids,
          (id) => id,
          (id) => ({ client_id: id }),
        );
      },
    }),
    endpoint({
      method: 'PATCH',
      path: '/connections/{id}/clients',
      tag: TAG,
      summary: 'Let clients use a connection, or not any more',
      scopes: ['update:connections'],
      params: ID,
      body: Type.Array(
        Type.Object(
          { client_id: Type.String({ minLength: 1 }), status: Type.Boolean() },
          { additionalProperties: false },
        ),
        { minItems: 1, maxItems: 50 },
      ),
      example: { body: [{ client_id: 'BackendClient0000000000000000000', status: true }] },
      status: 204,
      async handle(call) {
        const { strategy } = await getConnection(call);
        await save(call, strategy, async () => {
          const connection = await getConnection(call);
          const enabled = new Set(connection.enabledClients);
          for (const { client_id: clientId, status } of call.body) {
            if (status) enabled.add(clientId);
            else enabled.delete(clientId);
          }
          return { ...entryOf(connection), enabled_clients: [...enabled] };
        });
      },
    }),
  ];
}
