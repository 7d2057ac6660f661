// Values that a program can only hold if they are escaped, and a server whose tenant consists of them: with it the tests of
// this folder run the quick starts. In them is whatever some language takes for the end of a literal, for something to
// fill in, or for an escape of its own.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import type { QuickStartValues } from '../../dashboard/quick-start/quick-start.ts';
import { type DevServer, startDevServer } from '../support/dev-server.ts';
import { findTwoFreePorts } from '../support/free-ports.ts';
import { ROOT, type RunningProgram, start } from '../support/running-program.ts';

const FILLED_IN = '$HOME ${HOME} #{1+1} #$0 %s %@ %{http_code} {0} \\(1+1) `id` $(id) !! &amp;';
const ENDINGS = `' " \\ \\" ''' """ \\n \\u0041 \\x41 \\101 ??/ ?> */ // </script> <!-- ]]>`;
const UNSEEN = '\u0001\t\b\f\r\n\u007f\u0085\u00ad\u200d\u2028\u2029\u202e\ufeff\u{e0041}';
const PASSWORD_REALM = 'http://auth0.com/oauth/grant-type/password-realm';
const STAFF = 'Staff';
const PUBLIC_CLIENT = 'PublicClient00000000000000000000';
const CONFIDENTIAL_CLIENT = 'ConfidentialClient00000000000000';
const USER_ID = '67e9930075b689b7db2688e0';

/** What the confidential application of the hostile tenant is filled in with, except for the addresses. */
export const HOSTILE: QuickStartValues = {
  issuer: 'https://login.example.com',
  clientId: CONFIDENTIAL_CLIENT,
  clientSecret: `${FILLED_IN}${ENDINGS}ü`,
  // Visible ASCII is all that the server takes for an API's name.
  audience: `https://orders.example.com/?${FILLED_IN}${ENDINGS}`.replaceAll(' ', '_'),
  scope: 'read:orders',
  username: "o'hara$home#{1+1}%s`id`{0}@example.com",
  password: `${FILLED_IN}${ENDINGS}${UNSEEN}ü€😀`,
  apiUrl: 'https://orders.example.com/orders',
  realm: STAFF,
};

/** As an application that is not known to the public may do without; the tenant refuses its password. */
export function refusedValues(values: QuickStartValues): QuickStartValues {
  const password = `${values.password}!`;
  return { ...values, clientId: PUBLIC_CLIENT, clientSecret: null, realm: null, password };
}

export interface HostileServer {
  /** Values that this server gives a token for; the API is the example one. */
  readonly values: QuickStartValues;
  readonly server: DevServer;
  /** Fails unless the token is what the values ask for. */
  assertToken(token: string): void;
  stop(): Promise<void>;
}

/** Starts Gatehouse on the hostile tenant, and the example API for its audience. */
export async function startHostileServer(pageOrigin = 'http://localhost:4180'): Promise<HostileServer> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-quick-start-'));
  const file = join(folder, 'tenant.yaml');
  writeFileSync(file, JSON.stringify(tenantOf(pageOrigin)));
  const server = await startDevServer({ file });
  const [apiPort] = await findTwoFreePorts();
  const api = startApi(server, apiPort);
  await api.waitFor(/listens/);
  return {
    values: { ...HOSTILE, issuer: server.https, apiUrl: `http://localhost:${apiPort}/orders` },
    server,
    assertToken(token) {
      const { iss, sub, aud, scope, azp } = decodeJwt(token);
      assert.deepEqual(
        { iss, sub, aud, scope, azp },
        {
          iss: `${server.https}/`,
          sub: `auth0|${USER_ID}`,
          aud: HOSTILE.audience,
          scope: HOSTILE.scope,
          azp: HOSTILE.clientId,
        },
      );
    },
    async stop() {
      await api.stop();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function startApi(server: DevServer, port: number): RunningProgram {
  const environment = {
    NODE_EXTRA_CA_CERTS: server.caPath,
    ISSUER_BASE_URL: `${server.https}/`,
    AUDIENCE: HOSTILE.audience,
    PORT: String(port),
  };
  return start(process.execPath, [join(ROOT, 'examples/orders-api/server.js')], { environment });
}

function tenantOf(pageOrigin: string): object {
  const grants = ['password', PASSWORD_REALM];
  return {
    tenant: { name: 'quick-start', default_directory: STAFF },
    resourceServers: [
      {
        name: 'Orders API',
        identifier: HOSTILE.audience,
        scopes: [{ value: HOSTILE.scope, description: 'Read orders' }],
      },
    ],
    clients: [
      {
        name: 'Confidential',
        client_id: CONFIDENTIAL_CLIENT,
        client_secret: HOSTILE.clientSecret,
        app_type: 'regular_web',
        grant_types: grants,
        web_origins: [pageOrigin],
      },
      {
        name: 'Public',
        client_id: PUBLIC_CLIENT,
        app_type: 'native',
        grant_types: grants,
        web_origins: [pageOrigin],
      },
    ],
    databases: [{ name: STAFF, enabled_clients: ['Confidential', 'Public'], options: { passwordPolicy: 'none' } }],
    users: [
      {
        connection: STAFF,
        user_id: USER_ID,
        email: HOSTILE.username,
        password: HOSTILE.password,
        email_verified: true,
      },
    ],
  };
}
