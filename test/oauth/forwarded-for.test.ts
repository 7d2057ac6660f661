// A backend logs its users in from one address. Trusted to, it says in `auth0-forwarded-for` where each of them is; from
// anybody else the header changes nothing.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as fc from 'fast-check';
import { basic } from '../support/injected-request.ts';
import {
  assertionRequest,
  KEY_MACHINE,
  MACHINE_REQUEST,
  MACHINE_TENANT,
  signAssertion,
} from '../support/machine-tenant.ts';
import { eventOf } from '../support/refusal.ts';
import {
  BACKEND_CLIENT,
  BACKEND_SECRET,
  BASIC_CLIENT,
  BASIC_SECRET,
  PUBLIC_CLIENT,
  SEED_REQUEST,
  USER,
} from '../support/sample-tenant.ts';
import { HOST, type LogEventWire, startServer, type TestServer } from '../support/start-server.ts';

const PEER = '198.51.100.7';
const USERS_ADDRESS = '203.0.113.9';
const BACKEND_REQUEST = { ...SEED_REQUEST, client_id: BACKEND_CLIENT, client_secret: BACKEND_SECRET };
const TRUSTED = new Set([BACKEND_CLIENT, KEY_MACHINE]);

let server: TestServer;
before(async () => {
  const clients = MACHINE_TENANT.clients.map((client) =>
    TRUSTED.has(client.client_id) ? { ...client, is_token_endpoint_ip_header_trusted: true } : client,
  );
  server = await startServer({ tenant: { ...MACHINE_TENANT, clients }, options: { trusted_proxies: ['10.0.0.1'] } });
});
after(() => server.close());

type Headers = Record<string, string>;

/** POST /oauth/token from the peer's address. */
function post(body: Record<string, unknown>, headers: Headers = {}, remoteAddress = PEER) {
  return server.app.server.inject({
    method: 'POST',
    url: '/oauth/token',
    remoteAddress,
    headers: { host: HOST, 'content-type': 'application/json', ...headers },
    payload: JSON.stringify(body),
  });
}

/** The event of this request: where it came from, who spoke for it, how that is known, and what was ignored. */
async function origin(body: Record<string, unknown>, headers: Headers = {}, remoteAddress = PEER) {
  return originOf(await eventOf(server, await post(body, headers, remoteAddress)));
}

function originOf({ ip, client_ip: clientIp, details }: LogEventWire): unknown[] {
  return [ip, clientIp, details['ip_source'], details['warnings'] ?? []];
}

const HEADER = { 'auth0-forwarded-for': USERS_ADDRESS };
const TOLD = [USERS_ADDRESS, PEER, 'auth0-forwarded-for', []];
const NOT_TRUSTED = 'The header auth0-forwarded-for was ignored: the client is not trusted with it.';
const NO_ADDRESS = 'The header auth0-forwarded-for was ignored: it is not one address.';
const ownAddress = (warning: string) => [PEER, null, 'socket', [warning]];

test('a trusted client that proved itself says where its user is [T-09]', async () => {
  assert.deepEqual(await origin(BACKEND_REQUEST, HEADER), TOLD);
  assert.deepEqual(await origin(BACKEND_REQUEST), [PEER, null, 'socket', []]);
  const columns = ['last_ip'] as const;
  const user = () => server.ground.database.sql.selectFrom('users').select(columns).where('email', '=', USER);
  await post(BACKEND_REQUEST, HEADER);
  assert.equal((await user().executeTakeFirstOrThrow()).last_ip, USERS_ADDRESS);
});

test('without the setting the header changes nothing [T-09]', async () => {
  const request = { ...SEED_REQUEST, client_id: BASIC_CLIENT };
  const authorization = basic(BASIC_CLIENT, BASIC_SECRET);
  assert.deepEqual(await origin(request, { ...HEADER, authorization }), ownAddress(NOT_TRUSTED));
  assert.deepEqual(await origin(MACHINE_REQUEST, HEADER), ownAddress(NOT_TRUSTED));
});

test('a client that proves nothing is not trusted, whatever is stored about it [T-09]', async () => {
  assert.deepEqual(await origin(SEED_REQUEST, HEADER), ownAddress(NOT_TRUSTED));
  const { app, ground, clock } = server;
  const tenant = await app.stores.tenants.findByName('acme');
  assert.ok(tenant);
  const client = await app.stores.clients.findById(tenant.id, PUBLIC_CLIENT);
  assert.ok(client);
  const save = (isTokenEndpointIpHeaderTrusted: boolean) =>
    app.stores.clients.save(tenant.id, { ...client, isTokenEndpointIpHeaderTrusted }, clock.now(), ground.database.sql);
  await save(true);
  app.forgetConfiguration();
  assert.deepEqual(await origin(SEED_REQUEST, HEADER), ownAddress(NOT_TRUSTED));
  await save(false);
  app.forgetConfiguration();
});

test('a refused login has its user’s address too, and what the client got wrong has the client’s own [T-09]', async () => {
  assert.deepEqual(await origin({ ...BACKEND_REQUEST, password: 'wrong' }, HEADER), TOLD);
  assert.deepEqual(await origin({ ...BACKEND_REQUEST, username: 'nobody@example.com' }, HEADER), TOLD);
  assert.deepEqual(await origin({ ...BACKEND_REQUEST, audience: 'https://unknown.example.com' }, HEADER), TOLD);
  assert.deepEqual(await origin({ ...BACKEND_REQUEST, grant_type: 'client_credentials' }, HEADER), TOLD);
  for (const request of [
    { ...BACKEND_REQUEST, client_secret: 'wrong' },
    { ...SEED_REQUEST, client_id: BACKEND_CLIENT },
    { ...BACKEND_REQUEST, grant_type: 'magic' },
    { ...BACKEND_REQUEST, scope: 1 },
  ])
    assert.deepEqual(await origin(request, HEADER), [PEER, null, 'socket', []]);
});

test('a warning about the header is in the event of a refused login too', async () => {
  assert.deepEqual(await origin({ ...SEED_REQUEST, password: 'wrong' }, HEADER), ownAddress(NOT_TRUSTED));
});

test('an assertion proves a client as a secret does', async () => {
  assert.deepEqual(await origin(assertionRequest(await signAssertion(server)), HEADER), TOLD);
});

test('the header must be one address, in any spelling', async () => {
  for (const [text, address] of [
    ['  203.0.113.9 ', '203.0.113.9'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['2001:DB8:0:0::9', '2001:db8::9'],
  ] as const) {
    const event = await origin(BACKEND_REQUEST, { 'auth0-forwarded-for': text });
    assert.deepEqual(event, [address, PEER, 'auth0-forwarded-for', []]);
  }
  const padded = `${USERS_ADDRESS}${' '.repeat(5000)}, 192.0.2.1`;
  for (const text of ['203.0.113.9, 192.0.2.1', padded, '203.0.113.9:443', '0313.0.0161.011', 'localhost', ',', '٢'])
    assert.deepEqual(await origin(BACKEND_REQUEST, { 'auth0-forwarded-for': text }), ownAddress(NO_ADDRESS), text);
  assert.deepEqual(await origin(BACKEND_REQUEST, { 'auth0-forwarded-for': '' }), [PEER, null, 'socket', []]);
});

test('behind a trusted proxy the client’s address is the one that the proxy saw', async () => {
  const headers = { ...HEADER, 'x-forwarded-for': `192.0.2.99, ${PEER}` };
  assert.deepEqual(await origin(BACKEND_REQUEST, headers, '::ffff:10.0.0.1'), TOLD);
});

test('a client is trusted, and no longer, as soon as its entry says so', async () => {
  const entry = { name: 'Late', client_id: 'Late', client_secret: 'a-secret-of-late-0123456789' };
  const apply = (isTrusted: object) =>
    server.apply({
      tenant: MACHINE_TENANT.tenant,
      clients: [{ ...entry, grant_types: ['client_credentials'], ...isTrusted }],
      clientGrants: [{ client_id: 'Late', audience: MACHINE_REQUEST.audience, scope: [] }],
    });
  const request = { ...MACHINE_REQUEST, client_id: 'Late', client_secret: entry.client_secret };
  await apply({ is_token_endpoint_ip_header_trusted: true });
  assert.deepEqual(await origin(request, HEADER), TOLD);
  await apply({});
  assert.deepEqual(await origin(request, HEADER), ownAddress(NOT_TRUSTED));
});

test('no text in these headers is answered with a fault of the server [T-09]', async () => {
  // Node gives header values as Latin-1, without line ends and NUL.
  const any = fc.string({ unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)) });
  const nearly = fc.string({ unit: fc.constantFrom(...'0123456789abcdef.:,%[] /'.split('')) });
  const text = fc.oneof(any, nearly, fc.ipV4(), fc.ipV6(), fc.array(fc.ipV6()).map(String));
  await fc.assert(
    fc.asyncProperty(text, text, async (told, forwarded) => {
      const headers = { 'auth0-forwarded-for': told, 'x-forwarded-for': forwarded };
      const answer = await post({ ...BACKEND_REQUEST, grant_type: 'client_credentials' }, headers, '10.0.0.1');
      assert.equal(answer.statusCode, 403);
    }),
    { numRuns: 300 },
  );
});
