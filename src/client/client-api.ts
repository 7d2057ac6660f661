// Management: clients.
import Type, { type Static } from 'typebox';
import { exportClient } from '../declaration/export-clients.ts';
import type { ApplyStores } from '../declaration/workspace.ts';
import { apiRefusals } from '../error/api-error.ts';
import type { Clock } from '../lib/clock.ts';
import { randomAlphanumeric } from '../lib/id.ts';
import { mergedMetadata } from '../lib/merged-metadata.ts';
import type { Changes } from '../management/changes.ts';
import { type Call, type Endpoint, endpoint } from '../management/endpoint.ts';
import { FIELDS_QUERY, fieldFilter } from '../management/field-filter.ts';
import { listReply, PAGE_QUERY } from '../management/pagination.ts';
import { patched, patchOf } from '../management/patch-schema.ts';
import { holdsAllOfClient, requireHeldOfClient } from '../management/require-held.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { type Client, type ClientId, ClientWire } from './client.ts';
import type { ClientCredential } from './client-credential.ts';
import { globalClient, showClient } from './client-object.ts';
import { changedRefreshTokenSettings } from './refresh-token-settings.ts';
import { rotateClientSecret } from './rotate-client-secret.ts';

interface Parts {
  readonly stores: ApplyStores;
  readonly changes: Changes;
  readonly clock: Clock;
}

const CLIENT_ID_LENGTH = 32;
const TAG = 'clients';
const ID = { id: { description: 'The client_id.', example: 'BackendClient0000000000000000000' } };
/** Auth0: what a client may use when nobody says. */
const DEFAULT_GRANTS = ['authorization_code', 'implicit', 'refresh_token', 'client_credentials'] as const;

const Credentials = Type.Object(
  {
    private_key_jwt: Type.Object(
      {
        credentials: Type.Array(
          Type.Union([
            Type.Object({ id: Type.String({ minLength: 1 }) }, { additionalProperties: false }),
            ClientWire.properties.client_authentication_methods.properties.private_key_jwt.properties.credentials.items,
          ]),
          { minItems: 1, maxItems: 2 },
        ),
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
);
const NewClient = Type.Object(
  { ...ClientWire.properties, client_authentication_methods: Type.Optional(Credentials) },
  { additionalProperties: false },
);
const ChangedClient = patchOf(
  Type.Object({
    ...NewClient.properties,
    client_metadata: Type.Optional(
      Type.Record(
        Type.String({ minLength: 1, maxLength: 255 }),
        Type.Union([Type.String({ maxLength: 255 }), Type.Null()]),
      ),
    ),
  }),
  ['client_id'],
);
type CredentialsWire = Static<typeof Credentials>;

const LIST_QUERY = Type.Object(
  {
    ...PAGE_QUERY,
    ...FIELDS_QUERY,
    is_global: Type.Optional(Type.Boolean({ description: 'True lists the one client that stands for all.' })),
    is_first_party: Type.Optional(Type.Boolean()),
    app_type: Type.Optional(Type.String({ maxLength: 255, description: 'Kinds, separated by commas.' })),
    q: Type.Optional(Type.String({ maxLength: 255, description: '`client_grant.organization_id` is not supported.' })),
  },
  { additionalProperties: false },
);

/** The endpoints of clients. */
export function createClientEndpoints({ stores, changes, clock }: Parts): Endpoint[] {
  async function getClient(tenant: Tenant, id: string): Promise<Client> {
    const client = await stores.clients.findById(tenant.id, id);
    if (!client) throw apiRefusals.missing('client');
    return client;
  }

  async function show(call: Call, client: Client, options: { made?: boolean } = {}): Promise<object> {
    const credentials = await stores.clientCredentials.list(call.tenant.id, client.clientId);
    const withSecret =
      options.made === true ||
      (call.caller.scopes.has('read:client_keys') &&
        (await holdsAllOfClient(call, stores.clientGrants, client.clientId)));
    return showClient(client, credentials, call.tenant, withSecret);
  }

  /** Credentials that are called by their ids, as the tenant file has them. */
  function resolveCredentials(wire: CredentialsWire, stored: readonly ClientCredential[]) {
    const credentials = wire.private_key_jwt.credentials.map((entry) => {
      if (!('id' in entry)) return entry;
      const known = stored.find(({ id }) => id === entry.id);
      if (!known) throw apiRefusals.missing('credential');
      return {
        ...(known.name === null ? {} : { name: known.name }),
        credential_type: 'public_key' as const,
        pem: known.publicKey,
        alg: known.algorithm,
        ...(known.expiresAt === null ? {} : { expires_at: new Date(known.expiresAt).toISOString() }),
      };
    });
    return { private_key_jwt: { credentials } };
  }

  async function changedEntry(call: Call<unknown, Record<string, unknown>>): Promise<ClientWire> {
    const { tenant, params, body } = call;
    const client = await getClient(tenant, params['id'] ?? '');
    const entry = await exportClient({ stores, tenant, withSecrets: false, notes: [] }, client);
    const { client_metadata: metadata, client_authentication_methods: methods, ...rest } = body;
    const isNewKey = (methods as CredentialsWire | null | undefined)?.private_key_jwt.credentials.some(
      (one) => !('id' in one),
    );
    if (isNewKey || typeof rest['client_secret'] === 'string') {
      await requireHeldOfClient(call, stores.clientGrants, client.clientId);
    }
    // One way of proving oneself takes the place of the other.
    if (methods) delete entry.token_endpoint_auth_method;
    if (typeof rest['token_endpoint_auth_method'] === 'string') delete entry.client_authentication_methods;
    const merged = patched(entry, {
      ...rest,
      ...(rest['jwt_configuration']
        ? { jwt_configuration: { ...entry.jwt_configuration, ...rest['jwt_configuration'] } }
        : {}),
      ...(rest['refresh_token']
        ? { refresh_token: changedRefreshTokenSettings(client.refreshToken, rest['refresh_token']) }
        : {}),
      ...(metadata === undefined
        ? {}
        : {
            client_metadata:
              metadata && mergedMetadata(client.clientMetadata, metadata as Record<string, string | null>),
          }),
    });
    if (!methods) return merged;
    const known = await stores.clientCredentials.list(tenant.id, client.clientId);
    return { ...merged, client_authentication_methods: resolveCredentials(methods as CredentialsWire, known) };
  }

  return [
    endpoint({
      method: 'GET',
      path: '/clients',
      tag: TAG,
      summary: 'List clients',
      scopes: ['read:clients', 'read:client_keys', 'read:client_credentials'],
      query: LIST_QUERY,
      example: { query: { page: '0', per_page: '10', include_totals: 'true' } },
      status: 200,
      async handle(call) {
        const { query, tenant } = call;
        const filter = fieldFilter(query);
        if (query.is_global === true) {
          return listReply(query, 'clients', [globalClient(tenant)], ({ client_id: id }) => id, filter);
        }
        const kinds = query.app_type?.split(',');
        const clients = (await stores.clients.list(tenant.id)).filter(
          ({ appType, isFirstParty }) =>
            (kinds === undefined || kinds.includes(appType ?? '')) &&
            (query.is_first_party === undefined || query.is_first_party === isFirstParty),
        );
        const shown = await Promise.all(clients.map((client) => show(call, client)));
        return listReply(query, 'clients', shown, (one) => (one as { client_id: string }).client_id, filter);
      },
    }),
    endpoint({
      method: 'POST',
      path: '/clients',
      tag: TAG,
      summary: 'Create a client',
      scopes: ['create:clients'],
      body: NewClient,
      example: { body: { name: 'Reports', app_type: 'non_interactive', grant_types: ['client_credentials'] } },
      status: 201,
      async handle(call) {
        const { body, tenant } = call;
        const clientId = (body.client_id ?? randomAlphanumeric(CLIENT_ID_LENGTH)) as ClientId;
        const { client_authentication_methods: methods, ...rest } = body;
        await changes.apply(call, 'clients', async () => {
          if (await stores.clients.findById(tenant.id, clientId)) {
            throw apiRefusals.conflict(`A client with the client_id "${clientId}" already exists`, 'client_conflict');
          }
          return {
            grant_types: [...DEFAULT_GRANTS],
            ...rest,
            client_id: clientId,
            ...(methods ? { client_authentication_methods: resolveCredentials(methods, []) } : {}),
          };
        });
        return show(call, await getClient(tenant, clientId), { made: true });
      },
    }),
    endpoint({
      method: 'GET',
      path: '/clients/{id}',
      tag: TAG,
      summary: 'Show a client',
      scopes: ['read:clients', 'read:client_keys', 'read:client_credentials'],
      params: ID,
      query: Type.Object(FIELDS_QUERY, { additionalProperties: false }),
      status: 200,
      async handle(call) {
        const { params, query, tenant } = call;
        const filter = fieldFilter(query);
        const global = globalClient(tenant);
        if (params['id'] === global.client_id) return filter(global);
        return filter(await show(call, await getClient(tenant, params['id'] ?? '')));
      },
    }),
    endpoint({
      method: 'PATCH',
      path: '/clients/{id}',
      tag: TAG,
      summary: 'Change a client',
      scopes: ['update:clients', 'update:client_keys', 'update:client_credentials'],
      params: ID,
      body: ChangedClient,
      example: { body: { description: 'Sends the monthly reports', client_metadata: { team: 'finance' } } },
      status: 200,
      async handle(call) {
        const { caller, params, tenant } = call;
        const body = call.body as Record<string, unknown>;
        const needed = [
          ...(body['client_secret'] === undefined ? [] : ['update:client_keys']),
          ...(body['client_authentication_methods'] === undefined ? [] : ['update:client_credentials']),
          ...(Object.keys(body).some((name) => !SECRET_MEMBERS.has(name)) ? ['update:clients'] : []),
        ];
        const missing = needed.filter((scope) => !caller.scopes.has(scope));
        // Changing how a client proves itself is part of changing the client, for whoever may do that.
        if (missing.some((scope) => scope !== 'update:client_credentials' || !caller.scopes.has('update:clients'))) {
          throw apiRefusals.insufficientScope(missing);
        }
        await changes.apply(call, 'clients', () => changedEntry({ ...call, body }));
        return show(call, await getClient(tenant, params['id'] ?? ''));
      },
    }),
    endpoint({
      method: 'DELETE',
      path: '/clients/{id}',
      tag: TAG,
      summary: 'Delete a client',
      scopes: ['delete:clients'],
      params: ID,
      status: 204,
      async handle(call) {
        const { params, tenant } = call;
        return changes.configure(call, async (sql) => {
          const client = await stores.clients.findById(tenant.id, params['id'] ?? '', sql);
          if (!client) throw apiRefusals.missing('client');
          await stores.clients.delete(tenant.id, client.clientId, sql);
          const name = `${client.name} (${client.clientId})`;
          return { result: undefined, changes: [{ action: 'deleted', noun: 'client', name, members: [] }] };
        });
      },
    }),
    endpoint({
      method: 'POST',
      path: '/clients/{id}/rotate-secret',
      tag: TAG,
      summary: 'Make a new secret for a client; the old one stops at once',
      scopes: ['update:client_keys'],
      params: ID,
      status: 200,
      async handle(call) {
        const { params, tenant } = call;
        const id = params['id'] ?? '';
        await changes.configure(call, async (sql) => {
          await requireHeldOfClient(call, stores.clientGrants, id, sql);
          const settings = { keepOldForSeconds: 0, now: clock.now() };
          const rotation = await rotateClientSecret(stores.clients, tenant.id, id, settings, sql);
          if (rotation.kind === 'unknown-client') throw apiRefusals.missing('client');
          if (rotation.kind === 'without-secret') {
            throw apiRefusals.badRequest('The client has no secret', 'operation_not_supported');
          }
          return {
            result: undefined,
            changes: [{ action: 'rotated', noun: 'client', name: id, members: ['client_secret'] }],
          };
        });
        return show(call, await getClient(tenant, id), { made: true });
      },
    }),
  ];
}

const SECRET_MEMBERS = new Set(['client_secret', 'client_authentication_methods']);
