// Management: the accounts of a user, linked and taken off again.
import Type from 'typebox';
import type { ApplyStores } from '../declaration/workspace.ts';
import { apiRefusals } from '../error/api-error.ts';
import { type Call, type Endpoint, endpoint } from '../management/endpoint.ts';
import type { IdentityChanges } from '../management/identity-changes.ts';
import type { VerifyOwnIdToken } from '../token/verify-id-token.ts';
import type { Identity } from './identity.ts';
import { toIdentityObjects } from './user-object.ts';

interface Parts {
  readonly stores: ApplyStores;
  readonly identities: IdentityChanges;
  readonly verifyIdToken: VerifyOwnIdToken;
}

const TAG = 'users';
const ID = { id: { description: 'The user_id.', example: 'auth0|67e9930075b689b7db2688df' } };
const ACCOUNT = {
  ...ID,
  provider: { description: 'The provider of the account.', example: 'auth0' },
  user_id: { description: 'The id of the account, without the provider.', example: '5f7c8ec7c33c6c004bbafe82' },
};
const LinkBody = Type.Union([
  Type.Object({ link_with: Type.String({ minLength: 1, maxLength: 16_384 }) }, { additionalProperties: false }),
  Type.Object(
    {
      provider: Type.String({ minLength: 1, maxLength: 64 }),
      user_id: Type.String({ minLength: 1, maxLength: 600 }),
      connection_id: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    },
    { additionalProperties: false },
  ),
]);

/** The endpoints of identities. */
export function createIdentityEndpoints({ stores, identities, verifyIdToken }: Parts): Endpoint[] {
  async function show({ tenant }: Call, list: readonly Identity[]): Promise<object> {
    const connections = await stores.connections.list(tenant.id);
    return toIdentityObjects(list, new Map(connections.map(({ id, name }) => [id, name])));
  }

  /** Security: a user's own token links only that user, and only with an account that has just been logged in to. */
  function requireOwn({ caller, params }: Call): boolean {
    if (caller.scopes.has('update:users')) return false;
    if (caller.userId === null || caller.userId !== params['id']) throw apiRefusals.insufficientScope(['update:users']);
    return true;
  }

  return [
    endpoint({
      method: 'POST',
      path: '/users/{id}/identities',
      tag: TAG,
      summary: 'Link another user’s account to a user; the other user is one no more',
      scopes: ['update:users', 'update:current_user_identities'],
      params: ID,
      body: LinkBody,
      example: { body: { provider: 'auth0', user_id: '5f7c8ec7c33c6c004bbafe82' } },
      status: 201,
      async handle(call) {
        const { body, caller, params, tenant, issuer } = call;
        const isOwn = requireOwn(call);
        if ('link_with' in body) {
          const subject = await verifyIdToken(tenant.id, issuer, caller.clientId, body.link_with);
          if (subject === null) throw apiRefusals.badRequest('The ID token in link_with is not valid', 'invalid_body');
          return show(call, await identities.link(call, params['id'] ?? '', subject));
        }
        if (isOwn) throw apiRefusals.insufficientScope(['update:users']);
        const secondary = `${body.provider}|${body.user_id}`;
        return show(call, await identities.link(call, params['id'] ?? '', secondary));
      },
    }),
    endpoint({
      method: 'DELETE',
      path: '/users/{id}/identities/{provider}/{user_id}',
      tag: TAG,
      summary: 'Take a linked account off a user; it is a user of its own again',
      scopes: ['update:users', 'update:current_user_identities'],
      params: ACCOUNT,
      status: 200,
      async handle(call) {
        requireOwn(call);
        const { id = '', provider = '', user_id: identityId = '' } = call.params;
        return show(call, await identities.unlink(call, id, provider, identityId));
      },
    }),
  ];
}
