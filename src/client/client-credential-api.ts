// Management: the public keys by which clients prove themselves. A key that is added here counts once the client lists it in
// `client_authentication_methods`.
import Type from 'typebox';
import type { ApplyStores } from '../declaration/workspace.ts';
import { apiRefusals } from '../error/api-error.ts';
import type { Clock } from '../lib/clock.ts';
import { randomAlphanumeric } from '../lib/id.ts';
import type { Changes } from '../management/changes.ts';
import { type Call, type Endpoint, endpoint } from '../management/endpoint.ts';
import { requireHeldOfClient } from '../management/require-held.ts';
import type { Sql } from '../storage/database.ts';
import { ClientWire } from './client.ts';
import { type ClientCredential, readPublicKey } from './client-credential.ts';

interface Parts {
  readonly stores: ApplyStores;
  readonly changes: Changes;
  readonly clock: Clock;
}

const TAG = 'client-credentials';
const CLIENT = { id: { description: 'The client_id.', example: 'BackendClient0000000000000000000' } };
const ONE = {
  ...CLIENT,
  credential_id: { description: 'The id of the credential.', example: 'cred_0123456789abcdef' },
};
const MOST_CREDENTIALS = 2;
/** Of nobody: its private half was thrown away. */
const EXAMPLE_KEY = `-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA4U7Bscc6hBZLWue0T/e1
MLs2YZdvdv6kc0jQcl58nhNRAVLc6J2G4YPZ13q511sRHqswpqrWgm+JVKo2ipOK
A2Rpt+TepfsFE3c7tZy3vH9lavWT5UtSj8nc1UACdEUrQonPnyrKrf2bnXvhWmNp
nsOhvn9I4GVbv44A6QO+fZguI6b6bdv5+UF6Q3GbeIgRd/O1OKeGLTwdWB5sulkj
yx/rcWGddUSkFmiESmeCjlwEAO6e5NRrH0Q9NRZHpqU8Z/cAkpV9julIA2ncOz9Y
+g69sG6SOvK3QlVHf/n+q9fbvMeIgKJz+DCqRaenMKantQ9S7bck6RF1mVQpXDo7
XwIDAQAB
-----END PUBLIC KEY-----
`;

const NewCredential =
  ClientWire.properties.client_authentication_methods.properties.private_key_jwt.properties.credentials.items;
const Expiry = Type.Object(
  { expires_at: Type.Union([NewCredential.properties.expires_at, Type.Null()]) },
  { additionalProperties: false },
);

/** The endpoints of client credentials. */
export function createClientCredentialEndpoints({ stores, changes, clock }: Parts): Endpoint[] {
  async function list(call: Call, sql?: Sql): Promise<ClientCredential[]> {
    const id = call.params['id'] ?? '';
    if (!(await stores.clients.findById(call.tenant.id, id, sql))) throw apiRefusals.missing('client');
    return stores.clientCredentials.list(call.tenant.id, id, sql);
  }

  async function getOne(call: Call, sql?: Sql): Promise<ClientCredential> {
    const found = (await list(call, sql)).find(({ id }) => id === call.params['credential_id']);
    if (!found) throw apiRefusals.missing('credential');
    return found;
  }

  async function replace(
    call: Call,
    action: 'created' | 'updated' | 'deleted',
    change: (stored: ClientCredential[]) => readonly [ClientCredential[], ClientCredential],
  ): Promise<ClientCredential> {
    const clientId = call.params['id'] ?? '';
    return changes.configure(call, async (sql) => {
      if (action !== 'deleted') await requireHeldOfClient(call, stores.clientGrants, clientId, sql);
      const [all, touched] = change(await list(call, sql));
      await stores.clientCredentials.replace(call.tenant.id, clientId, all, clock.now(), sql);
      const members = action === 'updated' ? ['expires_at'] : [];
      const name = `${touched.id} of ${clientId}`;
      return { result: touched, changes: [{ action, noun: 'client credential', name, members }] };
    });
  }

  return [
    endpoint({
      method: 'GET',
      path: '/clients/{id}/credentials',
      tag: TAG,
      summary: 'List the public keys of a client',
      scopes: ['read:client_credentials'],
      params: CLIENT,
      status: 200,
      handle: async (call) => (await list(call)).map(show),
    }),
    endpoint({
      method: 'POST',
      path: '/clients/{id}/credentials',
      tag: TAG,
      summary: 'Add a public key to a client',
      scopes: ['create:client_credentials'],
      params: CLIENT,
      body: NewCredential,
      example: { body: { name: 'Key of 2026', credential_type: 'public_key', pem: EXAMPLE_KEY } },
      status: 201,
      async handle(call) {
        const { body } = call;
        const key = readPublicKey(body.pem);
        if ('problem' in key) throw apiRefusals.invalidBody(`'pem ${key.problem}' on property pem.`);
        const credential: ClientCredential = {
          id: `cred_${randomAlphanumeric(16)}`,
          name: body.name ?? null,
          kid: key.kid,
          algorithm: body.alg ?? 'RS256',
          publicKey: key.publicKey,
          expiresAt: expiryOf(body.expires_at ?? null),
        };
        const made = await replace(call, 'created', (stored) => {
          if (stored.some(({ kid }) => kid === key.kid)) {
            throw apiRefusals.conflict('The client has this key already.', 'credential_conflict');
          }
          if (stored.length >= MOST_CREDENTIALS) {
            throw apiRefusals.badRequest(
              'A client has two credentials at most: delete one first.',
              'too_many_credentials',
            );
          }
          return [[...stored, credential], credential];
        });
        return show(made);
      },
    }),
    endpoint({
      method: 'GET',
      path: '/clients/{id}/credentials/{credential_id}',
      tag: TAG,
      summary: 'Show a public key of a client',
      scopes: ['read:client_credentials'],
      params: ONE,
      status: 200,
      handle: async (call) => show(await getOne(call)),
    }),
    endpoint({
      method: 'PATCH',
      path: '/clients/{id}/credentials/{credential_id}',
      tag: TAG,
      summary: 'Change when a public key stops counting',
      scopes: ['update:client_credentials'],
      params: ONE,
      body: Expiry,
      example: { body: { expires_at: '2030-01-31T00:00:00Z' } },
      status: 200,
      async handle(call) {
        const id = (await getOne(call)).id;
        const expiresAt = expiryOf(call.body.expires_at);
        const changed = await replace(call, 'updated', (stored) => {
          const found = stored.find((one) => one.id === id);
          if (!found) throw apiRefusals.missing('credential');
          const touched = { ...found, expiresAt };
          return [stored.map((one) => (one.id === id ? touched : one)), touched];
        });
        return show(changed);
      },
    }),
    endpoint({
      method: 'DELETE',
      path: '/clients/{id}/credentials/{credential_id}',
      tag: TAG,
      summary: 'Remove a public key of a client',
      scopes: ['delete:client_credentials'],
      params: ONE,
      status: 204,
      async handle(call) {
        await replace(call, 'deleted', (stored) => {
          const found = stored.find(({ id }) => id === call.params['credential_id']);
          if (!found) throw apiRefusals.missing('credential');
          return [stored.filter((one) => one !== found), found];
        });
      },
    }),
  ];
}

function expiryOf(text: string | null): number | null {
  const at = text === null ? null : Date.parse(text);
  if (Number.isNaN(at)) throw apiRefusals.invalidBody("'The date does not exist' on property expires_at.");
  return at;
}

function show({ id, name, kid, algorithm, expiresAt }: ClientCredential): object {
  return {
    id,
    credential_type: 'public_key',
    kid,
    alg: algorithm,
    ...(name === null ? {} : { name }),
    ...(expiresAt === null ? {} : { expires_at: new Date(expiresAt).toISOString() }),
  };
}
