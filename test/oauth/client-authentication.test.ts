// How clients prove themselves: no secret, a secret in the body, or a Basic header; and that all failures look alike.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { basic, postForm } from '../support/injected-request.ts';
import { assertRefused, comparable, type Refusal } from '../support/refusal.ts';
import {
  BACKEND_CLIENT,
  BACKEND_SECRET,
  BASIC_CLIENT,
  BASIC_SECRET,
  PUBLIC_CLIENT,
  SEED_REQUEST,
} from '../support/sample-tenant.ts';
import { startServer, type TestServer } from '../support/start-server.ts';

let server: TestServer;
before(async () => {
  server = await startServer();
});
after(() => server.close());

const { client_id: _, ...REQUEST } = SEED_REQUEST;
const UNAUTHORIZED: Refusal = [401, 'access_denied', 'Unauthorized'];

interface Row {
  readonly name: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly authorization?: string;
  readonly ok: boolean;
}

const raw = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

const ROWS: readonly Row[] = [
  { name: 'no secret, being public,', clientId: PUBLIC_CLIENT, ok: true },
  { name: 'a secret though it is public', clientId: PUBLIC_CLIENT, clientSecret: 'any', ok: true },
  { name: 'a Basic header though it is public', authorization: raw(`${PUBLIC_CLIENT}:`), ok: true },
  { name: 'a secret in the body', clientId: BACKEND_CLIENT, clientSecret: BACKEND_SECRET, ok: true },
  {
    name: 'a secret in the body of a client whose method is Basic',
    clientId: BASIC_CLIENT,
    clientSecret: BASIC_SECRET,
    ok: true,
  },
  { name: 'a Basic header', authorization: basic(BASIC_CLIENT, BASIC_SECRET), ok: true },
  {
    name: 'a Basic header of a client whose method is the body',
    authorization: basic(BACKEND_CLIENT, BACKEND_SECRET),
    ok: true,
  },
  {
    name: 'a Basic header and the same client_id in the body',
    clientId: BASIC_CLIENT,
    authorization: basic(BASIC_CLIENT, BASIC_SECRET),
    ok: true,
  },
  {
    name: 'a Basic header whose scheme is in other case and followed by several blanks',
    authorization: basic(BASIC_CLIENT, BASIC_SECRET).replace('Basic ', 'bAsIc   '),
    ok: true,
  },
  {
    name: 'another scheme in the Authorization header, which is ignored,',
    clientId: BACKEND_CLIENT,
    clientSecret: BACKEND_SECRET,
    authorization: 'Bearer something',
    ok: true,
  },
  { name: 'no secret', clientId: BACKEND_CLIENT, ok: false },
  { name: 'an empty secret', clientId: BACKEND_CLIENT, clientSecret: '', ok: false },
  { name: 'a wrong secret', clientId: BACKEND_CLIENT, clientSecret: 'wrong', ok: false },
  {
    name: 'a secret that lacks its last character',
    clientId: BACKEND_CLIENT,
    clientSecret: BACKEND_SECRET.slice(0, -1),
    ok: false,
  },
  { name: 'a secret with a blank behind', clientId: BACKEND_CLIENT, clientSecret: `${BACKEND_SECRET} `, ok: false },
  { name: 'the secret of another client', clientId: BACKEND_CLIENT, clientSecret: BASIC_SECRET, ok: false },
  { name: 'an unknown client', clientId: 'Nobody', ok: false },
  { name: 'an unknown client with a secret', clientId: 'Nobody', clientSecret: BACKEND_SECRET, ok: false },
  { name: 'a client id in other case', clientId: PUBLIC_CLIENT.toLowerCase(), ok: false },
  { name: 'a client id with a blank behind', clientId: `${PUBLIC_CLIENT} `, ok: false },
  { name: 'the name of a client in place of its id', clientId: 'CLI', ok: false },
  { name: 'a Basic header with an empty secret', authorization: raw(`${BACKEND_CLIENT}:`), ok: false },
  { name: 'a Basic header without a colon', authorization: raw(BACKEND_CLIENT), ok: false },
  { name: 'a Basic header without a client', authorization: raw(`:${BACKEND_SECRET}`), ok: false },
  { name: 'a Basic header with a broken percent sign', authorization: raw(`${BACKEND_CLIENT}:%zz`), ok: false },
];

for (const { name, clientId, clientSecret, authorization, ok } of ROWS) {
  test(`a client that sends ${name} is ${ok ? 'accepted' : 'answered 401 access_denied'} [T-11]`, async () => {
    const body = {
      ...REQUEST,
      ...(clientId === undefined ? {} : { client_id: clientId }),
      ...(clientSecret === undefined ? {} : { client_secret: clientSecret }),
    };
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
    for (const answer of [await server.token(body, headers), await postForm(server, body, headers)]) {
      if (ok) assert.equal(answer.statusCode, 200, answer.body);
      else assertRefused(answer, UNAUTHORIZED);
      const challenged = !ok && authorization !== undefined;
      assert.equal(answer.headers['www-authenticate'], challenged ? 'Basic realm="oauth"' : undefined);
    }
  });
}

test('an unknown client, a missing secret and a wrong secret are answered alike in everything [T-11]', async () => {
  const answers = [
    await server.token({ ...REQUEST, client_id: 'Nobody' }),
    await server.token({ ...REQUEST, client_id: 'Nobody', client_secret: 'wrong' }),
    await server.token({ ...REQUEST, client_id: BACKEND_CLIENT }),
    await server.token({ ...REQUEST, client_id: BACKEND_CLIENT, client_secret: 'wrong' }),
  ];
  for (const answer of answers) assert.deepEqual(comparable(answer), comparable(answers[0] ?? answer));
});

test('a client of another tenant is unknown here', async () => {
  const two = await startServer();
  await two.apply({
    tenant: { name: 'other', domains: ['other.example.test'] },
    clients: [{ name: 'Foreign', client_id: 'Foreign', app_type: 'native', grant_types: ['password'] }],
  });
  assertRefused(await two.token({ ...REQUEST, client_id: 'Foreign' }), UNAUTHORIZED);
  await two.close();
});

test('no user is looked up for a client that did not prove itself [T-11]', async () => {
  server.statements.length = 0;
  await server.token({ ...REQUEST, client_id: BACKEND_CLIENT, client_secret: 'wrong' });
  assert.ok(server.statements.length > 0);
  assert.deepEqual(
    server.statements.filter((text) => /users|credentials|login_identifiers|connections/.test(text)),
    [],
  );
});
