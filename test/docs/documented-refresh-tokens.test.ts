// The examples of docs/refresh-tokens.md do what the page says.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { parse } from 'yaml';
import { PASSWORD, SAMPLE_TENANT, USER } from '../support/sample-tenant.ts';
import { HOST, startServer, type TestServer } from '../support/start-server.ts';

const PAGE = readFileSync('docs/refresh-tokens.md', 'utf8');
const blocks = (language: string) =>
  [...PAGE.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, block = '']) => block);
const [use, refusal, revocation] = blocks('json').map((block) => JSON.parse(block) as Record<string, string>);
const SHOWN = parse(blocks('yaml')[0] ?? '') as {
  resourceServers: [{ identifier: string }];
  clients: [{ name: string; client_id: string }];
};

let server: TestServer;
before(async () => {
  const [database, ...others] = SAMPLE_TENANT.databases;
  server = await startServer({
    tenant: {
      ...SAMPLE_TENANT,
      resourceServers: [...SAMPLE_TENANT.resourceServers, ...SHOWN.resourceServers],
      clients: [...SAMPLE_TENANT.clients, ...SHOWN.clients],
      databases: [{ ...database, enabled_clients: [...(database?.enabled_clients ?? []), 'Phone'] }, ...others],
    },
  });
});
after(() => server.close());

test('the client of the page logs in, uses its refresh token, and ends it', async () => {
  const login = await server.token({
    grant_type: 'password',
    username: USER,
    password: PASSWORD,
    client_id: SHOWN.clients[0].client_id,
    audience: SHOWN.resourceServers[0].identifier,
    scope: 'offline_access',
  });
  const { refresh_token: token } = login.json<{ refresh_token: string }>();
  const used = await server.token({ ...use, refresh_token: token });
  assert.equal(used.statusCode, 200, used.body);
  const revoked = await server.app.server.inject({
    ...{ method: 'POST', url: '/oauth/revoke', headers: { host: HOST, 'content-type': 'application/json' } },
    payload: JSON.stringify({ ...revocation, token }),
  });
  assert.deepEqual([revoked.statusCode, revoked.body], [200, '']);
  const refused = await server.token({ ...use, refresh_token: token });
  assert.equal(refused.statusCode, 403);
  assert.deepEqual(refused.json(), refusal);
});
