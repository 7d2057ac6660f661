// Which connection is asked, and what is said when none can be: realm, default directory, enabled clients, strategies.
import { after, before, test } from 'node:test';
import { addConnection, changeTenant } from '../support/change-tenant.ts';
import { assertLogged, assertRefused, type Refusal } from '../support/refusal.ts';
import { DATABASE, REALM_GRANT, SEED_REQUEST } from '../support/sample-tenant.ts';
import { startServer, type TestServer } from '../support/start-server.ts';

let server: TestServer;
before(async () => {
  server = await startServer();
  await addConnection(server, 'Corporate', 'samlp');
});
after(() => server.close());

const REALM_REQUEST = { ...SEED_REQUEST, grant_type: REALM_GRANT };
const NO_DEFAULT: Refusal = [500, 'server_error', 'Authorization server not configured with default connection.'];

interface Row {
  readonly name: string;
  /** The tenant's default directory; its database when left out. */
  readonly defaultDirectory?: string | null;
  readonly request: Record<string, unknown>;
  readonly refusal: Refusal;
  readonly reason: string;
}

const ROWS: readonly Row[] = [
  {
    name: 'password-realm without a realm',
    request: REALM_REQUEST,
    refusal: [400, 'invalid_request', 'Missing required parameter: realm'],
    reason: 'missing-parameter',
  },
  {
    name: 'password-realm with realm null, as the Python SDK sends it',
    request: { ...REALM_REQUEST, realm: null, scope: null, audience: null },
    refusal: [400, 'invalid_request', 'Missing required parameter: realm'],
    reason: 'missing-parameter',
  },
  {
    name: 'password-realm with an unknown realm',
    request: { ...REALM_REQUEST, realm: 'nowhere' },
    refusal: [403, 'invalid_request', 'Unknown realm'],
    reason: 'unknown-realm',
  },
  {
    name: 'password-realm with the name of a realm in other case',
    request: { ...REALM_REQUEST, realm: DATABASE.toLowerCase() },
    refusal: [403, 'invalid_request', 'Unknown realm'],
    reason: 'unknown-realm',
  },
  {
    name: 'password-realm with a connection that the client may not use',
    request: { ...REALM_REQUEST, realm: 'Second' },
    refusal: [400, 'invalid_request', 'the connection was disabled'],
    reason: 'connection-disabled',
  },
  {
    name: 'password-realm with a connection that checks no passwords',
    request: { ...REALM_REQUEST, realm: 'Corporate' },
    refusal: [400, 'invalid_request', 'invalid connection specified for password grant'],
    reason: 'strategy',
  },
  {
    name: 'a client for which the default directory is not enabled',
    request: { ...SEED_REQUEST, client_id: 'NotEnabled' },
    refusal: [400, 'invalid_request', 'the connection was disabled'],
    reason: 'connection-disabled',
  },
  {
    name: 'a tenant without a default directory',
    defaultDirectory: null,
    request: SEED_REQUEST,
    refusal: NO_DEFAULT,
    reason: 'no-default-directory',
  },
  {
    name: 'a tenant without a default directory, with a realm that the client may not use',
    defaultDirectory: null,
    request: { ...SEED_REQUEST, realm: 'Second' },
    refusal: NO_DEFAULT,
    reason: 'no-default-directory',
  },
  {
    name: 'a tenant without a default directory, with the parameter connection',
    defaultDirectory: null,
    request: { ...SEED_REQUEST, connection: DATABASE },
    refusal: NO_DEFAULT,
    reason: 'no-default-directory',
  },
  {
    name: 'a default directory that was deleted',
    defaultDirectory: 'Deleted',
    request: SEED_REQUEST,
    refusal: [500, 'server_error', 'the connection was not found'],
    reason: 'default-directory-missing',
  },
  {
    name: 'a default directory that checks no passwords',
    defaultDirectory: 'Corporate',
    request: SEED_REQUEST,
    refusal: [400, 'invalid_request', 'specified strategy does not support requested operation'],
    reason: 'strategy',
  },
];

for (const { name, defaultDirectory = DATABASE, request, refusal, reason } of ROWS) {
  test(`${name} is answered ${refusal[0]} ${refusal[1]}`, async () => {
    await changeTenant(server, { defaultDirectory });
    const answer = await server.token(request);
    assertRefused(answer, refusal);
    await assertLogged(server, answer, 'fepft', reason);
    // The configuration is wrong, not the password: a wrong one hears the same.
    assertRefused(await server.token({ ...request, password: 'wrong' }), refusal);
  });
}
