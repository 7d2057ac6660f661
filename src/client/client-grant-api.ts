// Management: client grants.
import Type from 'typebox';
import type { ApplyStores } from '../declaration/workspace.ts';
import { apiRefusals } from '../error/api-error.ts';
import type { Changes } from '../management/changes.ts';
import { type Call, type Endpoint, endpoint } from '../management/endpoint.ts';
import { CHECKPOINT_QUERY, listReply } from '../management/pagination.ts';
import { requireHeld } from '../management/require-held.ts';
import { shownAudience, storedAudience } from '../resource-server/management-audience.ts';
import type { TenantId } from '../tenant/tenant.ts';
import { type ClientGrant, ClientGrantWire } from './client-grant.ts';

interface Parts {
  readonly stores: ApplyStores;
  readonly changes: Changes;
}

const TAG = 'client-grants';
const ID = { id: { description: 'The id of the grant.', example: 'cgr_0123456789abcdef' } };

const LIST_QUERY = Type.Object(
  {
    ...CHECKPOINT_QUERY,
    client_id: Type.Optional(Type.String({ maxLength: 256 })),
    audience: Type.Optional(Type.String({ maxLength: 600 })),
    subject_type: Type.Optional(Type.Union([Type.Literal('client'), Type.Literal('user')])),
  },
  { additionalProperties: false },
);

/** The endpoints of client grants. */
export function createClientGrantEndpoints({ stores, changes }: Parts): Endpoint[] {
  async function getGrant(tenantId: TenantId, id: string): Promise<ClientGrant> {
    const grant = await stores.clientGrants.findById(tenantId, id);
    if (!grant) throw apiRefusals.missing('client grant');
    return grant;
  }

  return [
    endpoint({
      method: 'GET',
      path: '/client-grants',
      tag: TAG,
      summary: 'List client grants',
      scopes: ['read:client_grants'],
      query: LIST_QUERY,
      example: { query: { audience: 'https://someapi.com/api' } },
      status: 200,
      async handle({ query, tenant, issuer }) {
        const audience = query.audience === undefined ? undefined : storedAudience(tenant, query.audience);
        const grants = (await stores.clientGrants.list(tenant.id)).filter(
          (grant) =>
            (query.client_id === undefined || grant.clientId === query.client_id) &&
            (audience === undefined || grant.audience === audience) &&
            (query.subject_type === undefined || grant.subjectType === query.subject_type),
        );
        return listReply(
          query,
          'client_grants',
          grants,
          ({ id }) => id,
          (grant) => show(grant, issuer),
        );
      },
    }),
    endpoint({
      method: 'POST',
      path: '/client-grants',
      tag: TAG,
      summary: 'Allow a client scopes of an API',
      scopes: ['create:client_grants'],
      body: ClientGrantWire,
      example: {
        body: {
          client_id: 'BackendClient0000000000000000000',
          audience: 'https://legacy.example.com/api',
          scope: ['read:legacy'],
        },
      },
      status: 201,
      async handle(call) {
        const { body, tenant, issuer } = call;
        requireHeld(call, storedAudience(tenant, body.audience), body.scope);
        const find = () =>
          stores.clientGrants.find(
            tenant.id,
            body.client_id,
            storedAudience(tenant, body.audience),
            body.subject_type ?? 'client',
          );
        await changes.apply(call, 'clientGrants', async () => {
          // Names of clients are for files; an id is never somebody else's name here.
          if (!(await stores.clients.findById(tenant.id, body.client_id))) throw apiRefusals.missing('client');
          if (await find()) {
            throw apiRefusals.conflict(
              'A client grant for this client and audience already exists.',
              'client_grant_conflict',
            );
          }
          return body;
        });
        const made = await find();
        if (!made) throw apiRefusals.missing('client grant');
        return show(made, issuer);
      },
    }),
    endpoint({
      method: 'GET',
      path: '/client-grants/{id}',
      tag: TAG,
      summary: 'Show a client grant',
      scopes: ['read:client_grants'],
      params: ID,
      status: 200,
      handle: async ({ params, tenant, issuer }) => show(await getGrant(tenant.id, params['id'] ?? ''), issuer),
    }),
    endpoint({
      method: 'PATCH',
      path: '/client-grants/{id}',
      tag: TAG,
      summary: 'Change the scopes of a client grant',
      scopes: ['update:client_grants'],
      params: ID,
      body: Type.Object({ scope: ClientGrantWire.properties.scope }, { additionalProperties: false }),
      example: { body: { scope: [] } },
      status: 200,
      async handle(call) {
        const { body, params, tenant, issuer } = call;
        const id = params['id'] ?? '';
        await changes.apply(call, 'clientGrants', async () => {
          const grant = await getGrant(tenant.id, id);
          requireHeld(call, grant.audience, body.scope);
          const { client_id: clientId, audience, subject_type: subjectType } = show(grant, issuer);
          return { client_id: clientId, audience, subject_type: subjectType, scope: body.scope };
        });
        return show(await getGrant(tenant.id, id), issuer);
      },
    }),
    endpoint({
      method: 'DELETE',
      path: '/client-grants/{id}',
      tag: TAG,
      summary: 'Take a client grant back',
      scopes: ['delete:client_grants'],
      params: ID,
      status: 204,
      handle: (call: Call) =>
        changes.configure(call, async (sql) => {
          const { params, tenant, issuer } = call;
          const grant = await stores.clientGrants.findById(tenant.id, params['id'] ?? '', sql);
          if (!grant) throw apiRefusals.missing('client grant');
          await stores.clientGrants.delete(tenant.id, grant.id, sql);
          const name = `${grant.clientId} on ${shownAudience(issuer, grant.audience)}`;
          return { result: undefined, changes: [{ action: 'deleted', noun: 'client grant', name, members: [] }] };
        }),
    }),
  ];
}

function show({ id, clientId, audience, subjectType, scope }: ClientGrant, issuer: string) {
  return {
    id,
    client_id: clientId,
    audience: shownAudience(issuer, audience),
    subject_type: subjectType,
    scope: [...scope],
  };
}
