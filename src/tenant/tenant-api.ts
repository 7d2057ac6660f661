// Management: the settings of the tenant.
import Type, { type Static } from 'typebox';
import { exportTenantSection } from '../declaration/export-tenant-section.ts';
import type { ApplyStores } from '../declaration/workspace.ts';
import { apiRefusals } from '../error/api-error.ts';
import type { Changes } from '../management/changes.ts';
import { type Endpoint, endpoint } from '../management/endpoint.ts';
import { FIELDS_QUERY, fieldFilter } from '../management/field-filter.ts';
import { flagsWireOf, type Tenant, TenantWire } from './tenant.ts';

interface Parts {
  readonly stores: ApplyStores;
  readonly changes: Changes;
}

const TAG = 'tenants';
const nullable = <T extends Parameters<typeof Type.Optional>[0]>(member: T) =>
  Type.Optional(Type.Union([member, Type.Null()]));
const Settings = Type.Object(
  {
    friendly_name: nullable(Type.String({ maxLength: 255, description: 'The name that people are shown.' })),
    default_directory: nullable(
      Type.String({ maxLength: 128, description: 'Name of the connection that the password grant asks.' }),
    ),
    default_audience: nullable(
      Type.String({ maxLength: 600, description: 'Identifier of the API that tokens are for by default.' }),
    ),
    flags: nullable(Type.Object(TenantWire.properties.flags.properties, { additionalProperties: false })),
    enabled_locales: Type.Optional(Type.Array(Type.Literal('en'), { minItems: 1, maxItems: 1 })),
  },
  { additionalProperties: false, minProperties: 1 },
);
type Settings = Static<typeof Settings>;

/** The endpoints of the tenant's settings. */
export function createTenantEndpoints({ stores, changes }: Parts): Endpoint[] {
  async function getTenant(name: string): Promise<Tenant> {
    const tenant = await stores.tenants.findByName(name);
    if (!tenant) throw apiRefusals.notFound();
    return tenant;
  }

  return [
    endpoint({
      method: 'GET',
      path: '/tenants/settings',
      tag: TAG,
      summary: 'Show the settings of the tenant',
      scopes: ['read:tenant_settings'],
      query: Type.Object(FIELDS_QUERY, { additionalProperties: false }),
      example: { query: { fields: 'default_directory' } },
      status: 200,
      handle: async ({ tenant, query }) => fieldFilter(query)(show(await getTenant(tenant.name))),
    }),
    endpoint({
      method: 'PATCH',
      path: '/tenants/settings',
      tag: TAG,
      summary: 'Change settings of the tenant; an empty text or null takes one back',
      scopes: ['update:tenant_settings'],
      body: Settings,
      example: { body: { default_directory: 'Username-Password-Authentication' } },
      status: 200,
      async handle(call) {
        const { body, tenant } = call;
        await changes.applySettings(call, (stored) => {
          const section = exportTenantSection({ stores, tenant: stored, withSecrets: false, notes: [] });
          return {
            ...section,
            ...texts(body),
            ...(body.flags === undefined ? {} : { flags: { ...section.flags, ...body.flags } }),
          };
        });
        return show(await getTenant(tenant.name));
      },
    }),
  ];
}

/** The members that are texts, where the body has them. */
function texts(body: Settings) {
  const given = (['friendly_name', 'default_directory', 'default_audience'] as const).filter(
    (name) => body[name] !== undefined,
  );
  return Object.fromEntries(given.map((name) => [name, body[name] ?? '']));
}

function show({ friendlyName, defaultDirectory, defaultAudience, flags: set }: Tenant): object {
  return {
    friendly_name: friendlyName ?? '',
    default_directory: defaultDirectory ?? '',
    default_audience: defaultAudience ?? '',
    flags: flagsWireOf(set),
    enabled_locales: ['en'],
  };
}
