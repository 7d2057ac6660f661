// The passwords that directories are told, and the secrets that they are asked with: directories that say back what they
// heard, in every kind of answer, do not bring them into a log, an event, a refusal or the database.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { ADFS_CLIENT, startAdfsStandIn } from '../support/adfs-stand-in.ts';
import { AZURE_CLIENT, startAzureAdStandIn } from '../support/azure-ad-stand-in.ts';
import { findSecrets } from '../support/canary.ts';
import { type LdapAnswer, resultOf, startFaultyLdap, succeed } from '../support/faulty-ldap.ts';
import { type Answer as HttpAnswer, type HttpsStandIn, sendJson } from '../support/https-stand-in.ts';
import type { Answer } from '../support/injected-request.ts';
import { LDAP_FAULTS, on, onUserBind, SERVICE_NAME } from '../support/ldap-faults.ts';
import { createMemoryLog } from '../support/memory-log.ts';
import { SAMPLE_TENANT, SEED_REQUEST } from '../support/sample-tenant.ts';
import { startServer, type TestServer } from '../support/start-server.ts';

const secrets: Record<string, string> = {
  'password of a user': 'Upstream-Pw Qz7vX2mK9',
  'bind password': 'BindPw!bT4nW8sLc-service',
  'client secret at Azure AD': 'AzureSecret#gH5jR1yVd~',
  'client secret at ADFS': 'AdfsSecret+kD3fZ6tE~pM2',
};
const SAID_BACK = Object.values(secrets).join(' ');

const memory = createMemoryLog();
const answers: Answer[] = [];
const ldap = await startFaultyLdap();
let server: TestServer;
let azure: HttpsStandIn;
let adfs: HttpsStandIn;

before(async () => {
  server = await startServer({ logger: memory.logger });
  [azure, adfs] = await Promise.all([startAzureAdStandIn(server.clock), startAdfsStandIn(server.clock)]);
  const connection = (name: string, strategy: string, options: object) => ({
    ...{ name, strategy, is_domain_connection: true, options },
  });
  const bind = { base: 'dc=example,dc=test', bind_dn: SERVICE_NAME, bind_password: secrets['bind password'] };
  const plain = { urls: [`ldap://localhost:${ldap.port}`], allow_insecure: true };
  const farm = { adfs_server: adfs.origin, brute_force_protection: false };
  const azureSecret = { client_id: AZURE_CLIENT, client_secret: secrets['client secret at Azure AD'] };
  await server.apply({
    ...SAMPLE_TENANT,
    attackProtection: {
      bruteForceProtection: { enabled: false },
      suspiciousIpThrottling: { enabled: false },
      sameUserRateLimit: { enabled: false },
    },
    connections: [
      connection('ldap', 'ldap', { ...plain, ...bind }),
      connection('ad', 'ad', { ...plain, ...bind }),
      connection('azure', 'waad', {
        ...azureSecret,
        tenant_domain: 'example.onmicrosoft.com',
        login_url: azure.origin,
        graph_url: azure.origin,
      }),
      connection('farm', 'adfs', {
        ...farm,
        client_id: ADFS_CLIENT,
        client_secret: secrets['client secret at ADFS'],
      }),
      connection('old-farm', 'adfs', { ...farm, protocol: 'ws-trust' }),
    ],
  });
  await sendEverything();
});
after(async () => {
  await Promise.all([server.close(), ldap.close(), azure.close(), adfs.close()]);
});

/** A login; the breaker has rested before. */
async function ask(realm: string): Promise<void> {
  server.clock.advance(60_000);
  answers.push(
    await server.token({ ...SEED_REQUEST, realm, username: 'ada', password: secrets['password of a user'] ?? '' }),
  );
}

async function sendEverything(): Promise<void> {
  const quick = LDAP_FAULTS.filter(([, , reason]) => reason !== 'directory-timeout').map(([, answer]) => answer);
  const saying =
    (code: number, operation: number): LdapAnswer =>
    ({ messageId, socket }) =>
      void socket.write(resultOf(messageId, operation, code, SAID_BACK));
  const talkative = [
    ...[1, 32, 34, 49, 50, 51, 53, 80, 123].map((code) => onUserBind(saying(code, 0x61))),
    ...[1, 10, 32, 50, 80].map((code) => on('search', saying(code, 0x65))),
    on('bind', saying(49, 0x61)),
  ];
  for (const realm of ['ldap', 'ad']) {
    for (const answer of [succeed, ...quick, ...talkative]) {
      ldap.answer = answer;
      await ask(realm);
    }
  }
  const page: HttpAnswer = (_, response) => void response.writeHead(200).end(`<html>${SAID_BACK}</html>`);
  const broken: HttpAnswer = (_, response) => void response.socket?.end(`HTTP/1.1 200 OK\r\n${SAID_BACK}\r\n\r\n`);
  const refusing =
    (status: number, error: string): HttpAnswer =>
    (_, response) =>
      sendJson(response, status, { error, error_description: SAID_BACK, error_codes: [50126], suberror: SAID_BACK });
  const redirect: HttpAnswer = (_, response) =>
    void response.writeHead(302, { location: `https://elsewhere.test/?${encodeURIComponent(SAID_BACK)}` }).end();
  const faults = [
    page,
    broken,
    redirect,
    refusing(400, 'invalid_grant'),
    refusing(401, 'invalid_client'),
    refusing(500, 'x'),
  ];
  for (const [standIn, realms] of [
    [azure, ['azure']],
    [adfs, ['farm', 'old-farm']],
  ] as const) {
    for (const realm of realms) {
      standIn.instead = null;
      await ask(realm);
      for (const fault of faults) {
        // Where it hears a password or a secret.
        standIn.instead = (request, response) =>
          request.method === 'POST' ? fault(request, response) : standIn.itself(request, response);
        await ask(realm);
        standIn.instead = fault;
        await ask(realm);
      }
    }
  }
}

test('the requests were answered in every way that a directory leads to', () => {
  assert.deepEqual(new Set(answers.map(({ statusCode }) => statusCode)), new Set([200, 403, 503]));
  assert.ok(ldap.heard().includes(secrets['password of a user'] ?? ''));
  assert.ok(azure.seen.some(({ body }) => body.includes('AzureSecret')));
  assert.ok(adfs.seen.some(({ body }) => body.includes('AdfsSecret')));
});

test('no secret that a directory heard is in the log of the server, at any level [L-01, L-07]', () => {
  assert.deepEqual(findSecrets(memory.text(), secrets), []);
});

test('no secret that a directory heard is in the events of the tenant, or in a refusal [L-01]', async () => {
  const events = await server.logs();
  assert.ok(events.length > 50);
  assert.deepEqual(findSecrets(JSON.stringify(events), secrets), []);
  const refusals = answers.filter(({ statusCode }) => statusCode >= 400);
  assert.deepEqual(
    findSecrets(refusals.map(({ body, headers }) => body + JSON.stringify(headers)).join(), secrets),
    [],
  );
});

test('no secret that a directory heard is in any row of the database [T-16, T-45]', async () => {
  const { sql: database } = server.ground.database;
  const tables = await database.introspection.getTables();
  const rows = await Promise.all(
    tables.map(async ({ name }) => (await sql`select * from ${sql.table(name)}`.execute(database)).rows),
  );
  const text = JSON.stringify(rows);
  assert.ok(text.includes(SERVICE_NAME), 'the connections were read');
  assert.deepEqual(findSecrets(text, secrets), []);
});
