// Management: resource servers. One is called by its id or by its identifier.
import Type from 'typebox';
import { exportResourceServer } from '../declaration/export-resource-servers.ts';
import type { ApplyStores } from '../declaration/workspace.ts';
import { apiRefusals } from '../error/api-error.ts';
import type { Changes } from '../management/changes.ts';
import { type Call, type Endpoint, endpoint } from '../management/endpoint.ts';
import { FIELDS_QUERY, fieldFilter } from '../management/field-filter.ts';
import { CHECKPOINT_QUERY, listReply } from '../management/pagination.ts';
import { patched, patchOf } from '../management/patch-schema.ts';
import type { Sql } from '../storage/database.ts';
import { isManagementApi, shownAudience, storedAudience } from './management-audience.ts';
import { FIXED_RESOURCE_SERVER_MEMBERS, type ResourceServer, ResourceServerWire } from './resource-server.ts';

interface Parts {
  readonly stores: ApplyStores;
  readonly changes: Changes;
}

const TAG = 'resource-servers';
const ID = { id: { description: 'The id, or the identifier.', example: 'https://someapi.com/api' } };
const ChangedResourceServer = patchOf(ResourceServerWire, ['identifier']);

const LIST_QUERY = Type.Object(
  {
    ...CHECKPOINT_QUERY,
    ...FIELDS_QUERY,
    identifiers: Type.Optional(Type.String({ maxLength: 2048, description: 'Identifiers, separated by commas.' })),
  },
  { additionalProperties: false },
);

/** The endpoints of resource servers. */
export function createResourceServerEndpoints({ stores, changes }: Parts): Endpoint[] {
  async function getApi({ tenant, params }: Call, sql?: Sql): Promise<ResourceServer> {
    const called = params['id'] ?? '';
    const api =
      (await stores.resourceServers.findById(tenant.id, called, sql)) ??
      (await stores.resourceServers.findByIdentifier(tenant.id, storedAudience(tenant, called), sql));
    if (!api) throw apiRefusals.missing('resource server');
    return api;
  }

  /** Security: what this server's own API offers and demands is not for its callers to change. */
  async function getOwnApi(call: Call, sql?: Sql): Promise<ResourceServer> {
    const api = await getApi(call, sql);
    if (isManagementApi(api)) throw apiRefusals.notAllowed('The Management API itself cannot be changed.');
    return api;
  }

  return [
    endpoint({
      method: 'GET',
      path: '/resource-servers',
      tag: TAG,
      summary: 'List resource servers',
      scopes: ['read:resource_servers'],
      query: LIST_QUERY,
      example: { query: { page: '0', per_page: '5' } },
      status: 200,
      async handle({ query, tenant, issuer }) {
        const called = query.identifiers?.split(',').map((one) => storedAudience(tenant, one));
        const apis = (await stores.resourceServers.list(tenant.id)).filter(
          ({ identifier }) => called?.includes(identifier) ?? true,
        );
        const filter = fieldFilter(query);
        return listReply(
          query,
          'resource_servers',
          apis,
          ({ id }) => id,
          (api) => filter(show(api, issuer, false)),
        );
      },
    }),
    endpoint({
      method: 'POST',
      path: '/resource-servers',
      tag: TAG,
      summary: 'Create a resource server',
      scopes: ['create:resource_servers'],
      body: ResourceServerWire,
      example: {
        body: {
          name: 'Orders',
          identifier: 'https://orders.example.com',
          scopes: [{ value: 'read:orders', description: 'See orders' }],
        },
      },
      status: 201,
      async handle(call) {
        const { body, tenant, issuer } = call;
        await changes.apply(call, 'resourceServers', async () => {
          if (await stores.resourceServers.findByIdentifier(tenant.id, body.identifier)) {
            throw apiRefusals.conflict(
              'The specified audience is already in use for another resource server.',
              'resource_server_conflict',
            );
          }
          return body;
        });
        const api = await stores.resourceServers.findByIdentifier(tenant.id, body.identifier);
        if (!api) throw apiRefusals.missing('resource server');
        return show(api, issuer, true);
      },
    }),
    endpoint({
      method: 'GET',
      path: '/resource-servers/{id}',
      tag: TAG,
      summary: 'Show a resource server',
      scopes: ['read:resource_servers'],
      params: ID,
      query: Type.Object(FIELDS_QUERY, { additionalProperties: false }),
      status: 200,
      handle: async (call) => fieldFilter(call.query)(show(await getApi(call), call.issuer, false)),
    }),
    endpoint({
      method: 'PATCH',
      path: '/resource-servers/{id}',
      tag: TAG,
      summary: 'Change a resource server',
      scopes: ['update:resource_servers'],
      params: ID,
      body: ChangedResourceServer,
      example: { body: { token_lifetime: 3600 } },
      status: 200,
      async handle(call) {
        await changes.apply(call, 'resourceServers', async () => {
          const { tenant } = call;
          const entry = exportResourceServer({ stores, tenant, withSecrets: false, notes: [] }, await getOwnApi(call));
          return patched(entry, call.body as Record<string, unknown>);
        });
        return show(await getApi(call), call.issuer, false);
      },
    }),
    endpoint({
      method: 'DELETE',
      path: '/resource-servers/{id}',
      tag: TAG,
      summary: 'Delete a resource server, with the grants and permissions on it',
      scopes: ['delete:resource_servers'],
      params: ID,
      status: 204,
      handle: (call) =>
        changes.configure(call, async (sql) => {
          const api = await getOwnApi(call, sql);
          const tenant = await stores.tenants.findByName(call.tenant.name, sql);
          if (tenant?.defaultAudience === api.identifier) {
            throw apiRefusals.conflict(
              'The resource server is the default_audience of the tenant: choose another first.',
              'resource_server_in_use',
            );
          }
          await stores.resourceServers.delete(call.tenant.id, api.identifier, sql);
          const change = { action: 'deleted', noun: 'resource server', name: api.identifier, members: [] } as const;
          return { result: undefined, changes: [change] };
        }),
    }),
  ];
}

/** Security: the secret of an HS256 API is shown when it is made, and never again. */
function show(api: ResourceServer, issuer: string, isMade: boolean): object {
  return {
    id: api.id,
    identifier: shownAudience(issuer, api.identifier),
    ...(api.name === null ? {} : { name: api.name }),
    ...(isManagementApi(api) ? { is_system: true } : {}),
    ...FIXED_RESOURCE_SERVER_MEMBERS,
    signing_alg: api.signingAlgorithm,
    ...(isMade && api.signingSecret ? { signing_secret: api.signingSecret.reveal() } : {}),
    token_lifetime: api.tokenLifetime,
    token_dialect: api.tokenDialect,
    enforce_policies: api.enforcePolicies,
    allow_offline_access: api.allowOfflineAccess,
    scopes: api.scopes.map(({ value, description }) => ({ value, ...(description === '' ? {} : { description }) })),
    subject_type_authorization: { user: { policy: api.userPolicy }, client: { policy: 'require_client_grant' } },
  };
}
