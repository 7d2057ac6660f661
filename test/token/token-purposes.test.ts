// Everything that this server gives out and takes back, at every door that takes such a thing: each opens its own door and
// no other, whoever holds it and whatever it says.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { getUserinfo } from '../support/injected-request.ts';
import { type MailedServer, startMailedServer, ticketIn } from '../support/mailed-server.ts';
import { MANAGED_TENANT } from '../support/management-server.ts';
import { loginRequest, REFRESH_TENANT, refreshRequest, STEADY_CLIENT, tokensOf } from '../support/refresh-tenant.ts';
import { BACKEND_CLIENT, PUBLIC_CLIENT, SEED_REQUEST } from '../support/sample-tenant.ts';

let server: MailedServer;
const given = new Map<string, string>();

before(async () => {
  const clients = [...REFRESH_TENANT.clients, ...MANAGED_TENANT.clients.slice(-1)];
  server = await startMailedServer({
    tenant: { ...REFRESH_TENANT, clients, clientGrants: MANAGED_TENANT.clientGrants },
  });
  const tokens = await tokensOf(server, loginRequest(STEADY_CLIENT));
  const opaque = await tokensOf(server, { ...loginRequest(STEADY_CLIENT), audience: null, scope: 'openid' });
  assert.equal((await server.askForPassword({ client_id: PUBLIC_CLIENT })).statusCode, 200);
  given.set('a token for an API and userinfo', tokens.access_token);
  given.set('an opaque token', opaque.access_token);
  given.set('an ID token', tokens.id_token ?? '');
  given.set('a refresh token', tokens.refresh_token ?? '');
  given.set('a token for the Management API', await server.managementToken());
  given.set('a ticket for a new password', ticketIn(await server.newestLink()));
});
after(() => server.close());

interface Door {
  readonly name: string;
  readonly opensFor: readonly string[];
  opens(text: string): Promise<boolean>;
}

const DOORS: readonly Door[] = [
  {
    name: 'userinfo',
    opensFor: ['a token for an API and userinfo', 'an opaque token'],
    opens: async (text) => (await getUserinfo(server, text)).statusCode === 200,
  },
  {
    name: 'the Management API',
    opensFor: ['a token for the Management API'],
    opens: async (text) => (await server.api('GET', '/clients', undefined, text)).status === 200,
  },
  {
    name: 'the refresh token grant',
    opensFor: ['a refresh token'],
    opens: async (text) => (await server.token(refreshRequest(STEADY_CLIENT, text))).statusCode === 200,
  },
  {
    name: 'the page for a new password',
    opensFor: ['a ticket for a new password'],
    opens: async (text) =>
      (await server.get(`/u/reset-password?ticket=${encodeURIComponent(text)}`)).statusCode === 200,
  },
  {
    name: 'the password grant',
    opensFor: [],
    opens: async (text) => (await server.token({ ...SEED_REQUEST, password: text.slice(0, 1024) })).statusCode === 200,
  },
  {
    name: 'the secret of a client',
    opensFor: [],
    opens: async (text) => {
      const request = { ...SEED_REQUEST, client_id: BACKEND_CLIENT, client_secret: text.slice(0, 1024) };
      return (await server.token(request)).statusCode === 200;
    },
  },
];

for (const door of DOORS) {
  test(`of everything that is given out, ${door.name} takes what is meant for it [T-22]`, async () => {
    const taken: string[] = [];
    for (const [kind, text] of given) if (await door.opens(text)) taken.push(kind);
    assert.deepEqual(taken, door.opensFor);
  });
}
