// POST /dbconnections/signup: who signs up can log in at once, and is told in Auth0's words when something is wrong.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { decodeJwt } from 'jose';
import { type Answer, tokensFor } from '../support/injected-request.ts';
import { assertLogged, eventOf } from '../support/refusal.ts';
import { DATABASE, REALM_GRANT, SEED_REQUEST } from '../support/sample-tenant.ts';
import { GRACE, NAMED, OPEN, OPEN_TENANT, type SignUpServer, startSignUpServer } from '../support/sign-up-server.ts';

type Json = Record<string, unknown>;

let server: SignUpServer;
before(async () => {
  server = await startSignUpServer();
});
after(() => server.close());

const logIn = (realm: string, username: string, password: string = GRACE.password) =>
  server.token({ ...SEED_REQUEST, grant_type: REALM_GRANT, realm, username, password, scope: 'openid email' });

function assertAnswer(answer: Answer, status: number, body: object): void {
  assert.equal(answer.statusCode, status, answer.body);
  assert.deepEqual(answer.json(), body);
  assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8');
  assert.equal(answer.headers['cache-control'], 'no-store');
  assert.match(String(answer.headers['x-auth0-requestid']), /^[0-9a-f]{20}$/);
}

const userOf = async (id: string) => {
  const tenant = await server.app.stores.tenants.findByName('acme');
  assert.ok(tenant);
  return server.app.stores.users.findById(tenant.id, `auth0|${id}`);
};

test('who signs up is answered with an id without provider, and logs in at once, for the first time', async () => {
  const answer = await server.signUp(GRACE);
  const { _id: id } = answer.json<{ _id: string }>();
  assert.match(id, /^[0-9a-f]{24}$/);
  assertAnswer(answer, 200, { _id: id, email_verified: false, email: GRACE.email });
  const { access_token: token } = await tokensFor(server, {
    ...SEED_REQUEST,
    ...{ grant_type: REALM_GRANT, realm: OPEN, username: 'GRACE@example.com', password: GRACE.password },
  });
  assert.equal(decodeJwt(token).sub, `auth0|${id}`);
  const row = await server.ground.database.sql
    .selectFrom('users')
    .select(['logins_count', 'email_verified', 'nickname', 'picture'])
    .where('user_id', '=', `auth0|${id}`)
    .executeTakeFirstOrThrow();
  assert.deepEqual([row.logins_count, row.email_verified, row.nickname], [1, 0, 'grace']);
  assert.match(String(row.picture), /gravatar/);
});

test('a sign-up is one event of Auth0’s type ss, with the user, the client and the connection', async () => {
  const answer = await server.signUp({ ...GRACE, email: 'event@example.com' });
  const { _id: id } = answer.json<{ _id: string }>();
  const { type, user_id, user_name, client_id, client_name, connection, strategy, details } = await eventOf(
    server,
    answer,
  );
  assert.deepEqual(
    { type, user_id, user_name, client_id, client_name, connection, strategy },
    {
      ...{ type: 'ss', user_id: `auth0|${id}`, user_name: 'event@example.com' },
      ...{ client_id: GRACE.client_id, client_name: 'CLI', connection: OPEN, strategy: 'auth0' },
    },
  );
  assert.equal(details.error, undefined);
});

const EVERYTHING = {
  email: 'everything@example.com',
  username: 'everything',
  phone_number: '+15550199',
  given_name: 'Grace',
  family_name: 'Hopper',
  name: 'Grace Hopper',
  nickname: 'amazing',
  picture: 'https://example.com/grace.png',
  user_metadata: { plan: 'gold', ünïcödé: 'two\nlines' },
};

test('what people say of themselves is stored and told back', async () => {
  const answer = await server.signUp({ ...GRACE, connection: NAMED, ...EVERYTHING });
  const { _id: id } = answer.json<{ _id: string }>();
  assertAnswer(answer, 200, { _id: id, email_verified: false, ...EVERYTHING });
  const user = await userOf(id);
  assert.deepEqual(
    [user?.username, user?.phoneNumber, user?.givenName, user?.nickname, user?.userMetadata],
    ['everything', '+15550199', 'Grace', 'amazing', EVERYTHING.user_metadata],
  );
  assert.equal((await logIn(NAMED, 'everything')).statusCode, 200);
});

test('a form does the same, with user_metadata as JSON', async () => {
  const user_metadata = '{"plan":"gold"}';
  const answer = await server.signUpByForm({ ...GRACE, email: 'form@example.com', user_metadata });
  const { _id: id } = answer.json<{ _id: string }>();
  const expected = { _id: id, email_verified: false, email: 'form@example.com', user_metadata: { plan: 'gold' } };
  assertAnswer(answer, 200, expected);
  assert.equal((await logIn(OPEN, 'form@example.com')).statusCode, 200);
});

test('nobody says more of themselves than what is theirs to say [T-41]', async () => {
  const answer = await server.signUp({
    ...{ ...GRACE, email: 'mass@example.com', email_verified: true, phone_verified: true, blocked: true },
    ...{ user_id: 'chosen', _id: 'chosen', app_metadata: { admin: true }, roles: ['admin'], permissions: ['all'] },
    ...{ password_hash: '$2b$10$nFguVi9LsCAcvTZFKQlRKeLVydo8ETv483lkNsSFI/Wl1Rz1Ypo1K' },
  });
  const { _id: id } = answer.json<{ _id: string }>();
  assertAnswer(answer, 200, { _id: id, email_verified: false, email: 'mass@example.com' });
  const user = await userOf(id);
  assert.deepEqual(
    [user?.emailVerified, user?.phoneVerified, user?.blocked, user?.appMetadata],
    [false, false, false, {}],
  );
});

const EXISTS = {
  name: 'BadRequestError',
  code: 'user_exists',
  description: 'The user already exists.',
  statusCode: 400,
};
const INVALID = { ...EXISTS, code: 'invalid_signup', description: 'Invalid sign up' };

test('a name that somebody has is told as Auth0 tells it where the tenant wants that, and not told otherwise [T-04]', async () => {
  const person = { ...GRACE, connection: NAMED, email: 'twice@example.com', username: 'twice' };
  assert.equal((await server.signUp(person)).statusCode, 200);
  const again = [
    person,
    { ...person, email: 'other@example.com', username: 'TWICE' },
    { ...person, email: 'Twice@Example.com', username: 'other' },
  ];
  for (const body of again) {
    const answer = await server.signUp({ ...body, password: 'another' });
    assertAnswer(answer, 400, INVALID);
    await assertLogged(server, answer, 'fs', 'user-exists');
  }
  const told = {
    ...OPEN_TENANT,
    tenant: { ...OPEN_TENANT.tenant, flags: { enable_public_signup_user_exists_error: true } },
  };
  await server.apply(told);
  for (const body of again) assertAnswer(await server.signUp(body), 400, EXISTS);
  await server.apply(OPEN_TENANT);
  // The account is whose it was.
  assert.equal((await logIn(NAMED, 'twice')).statusCode, 200);
  assert.equal((await logIn(NAMED, 'twice', 'another')).statusCode, 403);
});

test('the same address in another database is another account', async () => {
  const { _id: one } = (await server.signUp({ ...GRACE, email: 'both@example.com' })).json<{ _id: string }>();
  const other = await server.signUp({ ...GRACE, connection: NAMED, email: 'both@example.com', username: 'both' });
  const { _id: two } = other.json<{ _id: string }>();
  assert.notEqual(two, one);
});

const oauth = (error: string, error_description: string) => ({ error, error_description });

const REFUSED: readonly (readonly [what: string, change: Json, status: number, body: object, reason: string])[] = [
  [
    'a missing client_id',
    { client_id: null },
    400,
    oauth('invalid_request', 'Missing required parameter: client_id'),
    'missing-parameter',
  ],
  [
    'a missing connection',
    { connection: '' },
    400,
    oauth('invalid_request', 'Missing required parameter: connection'),
    'missing-parameter',
  ],
  [
    'a missing password',
    { password: undefined },
    400,
    oauth('invalid_request', 'Missing required parameter: password'),
    'missing-parameter',
  ],
  [
    'a missing email',
    { email: null },
    400,
    oauth('invalid_request', 'Missing required parameter: email'),
    'missing-parameter',
  ],
  ['an unknown client', { client_id: 'nobody' }, 401, oauth('access_denied', 'Unauthorized'), 'unknown-client'],
  [
    'an unknown connection',
    { connection: 'nowhere' },
    400,
    oauth('invalid_request', 'the connection was not found'),
    'unknown-connection',
  ],
  [
    'a client that the connection is not enabled for',
    { client_id: 'NotEnabled' },
    400,
    oauth('invalid_request', 'the connection was disabled'),
    'connection-disabled',
  ],
  [
    'a client of somebody else',
    { client_id: 'ThirdParty', connection: DATABASE },
    400,
    oauth('invalid_request', 'the connection was disabled'),
    'connection-disabled',
  ],
  [
    'a database that is closed to sign-up',
    { connection: DATABASE },
    400,
    { name: 'BadRequestError', code: 'invalid_signup', description: 'Public signup is disabled', statusCode: 400 },
    'sign-up-closed',
  ],
  [
    'a missing user name',
    { connection: NAMED },
    400,
    { error: `missing username for ${NAMED} connection with requires_username enabled` },
    'missing-parameter',
  ],
  [
    'a user name where there are none',
    { username: 'grace' },
    400,
    oauth('invalid_request', 'Parameter username is of no use: the connection has no user names'),
    'malformed',
  ],
  [
    'a user name that is too long',
    { connection: NAMED, username: 'x'.repeat(16) },
    400,
    oauth('invalid_request', 'Parameter username must have 1 to 15 characters'),
    'malformed',
  ],
  [
    'a user name like an address',
    { connection: NAMED, username: 'a@b' },
    400,
    oauth('invalid_request', 'Parameter username must have neither blanks nor @, and at most 128 characters'),
    'malformed',
  ],
  [
    'an address that is none',
    { email: 'grace' },
    400,
    oauth('invalid_request', 'Parameter email must be an e-mail address'),
    'malformed',
  ],
  [
    'an address that is too long',
    { email: `${'x'.repeat(250)}@example.com` },
    400,
    oauth('invalid_request', 'Parameter email must be an e-mail address'),
    'malformed',
  ],
  [
    'an address with a line break',
    { email: 'grace\r\nbcc:x@example.com' },
    400,
    oauth('invalid_request', 'Parameter email must not contain control characters'),
    'malformed',
  ],
  [
    'a name with NUL',
    { name: 'a\0b' },
    400,
    oauth('invalid_request', 'Parameter name must not contain control characters'),
    'malformed',
  ],
  [
    'a name that is too long',
    { given_name: 'x'.repeat(301) },
    400,
    oauth('invalid_request', 'Parameter given_name must have 1 to 300 characters'),
    'malformed',
  ],
  [
    'a password that is too long',
    { password: 'x'.repeat(1025) },
    400,
    oauth('invalid_request', 'password is too long'),
    'over-limit',
  ],
  [
    'a password that is no text',
    { password: 7 },
    400,
    oauth('invalid_request', 'Parameter password must be a string'),
    'malformed',
  ],
  [
    'a picture that is no address',
    { picture: 'javascript:alert(1)' },
    400,
    oauth('invalid_request', 'Parameter picture must be the http address of a picture'),
    'malformed',
  ],
];

for (const [what, change, status, body, reason] of REFUSED) {
  test(`${what} is refused, and the operator is told why`, async () => {
    const answer = await server.signUp({ ...GRACE, email: 'refused@example.com', ...change });
    assertAnswer(answer, status, body);
    await assertLogged(server, answer, 'fs', reason);
    // What was typed may be a password, and nobody has it.
    assert.equal((await eventOf(server, answer))['user_name'], null);
  });
}

test('user_metadata has at most ten texts of 500 characters', async () => {
  const members = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at}`, 'v']));
  const words =
    'Parameter user_metadata must be an object of at most 10 texts of up to 500 characters, with names of up to 100';
  for (const user_metadata of [
    ...[members(11), { ['k'.repeat(101)]: 'v' }, { k: 'v'.repeat(501) }, { k: 7 }, { k: { deep: 'x' } }, ['x'], 'text'],
    ...[{ k: 'nul\0' }],
  ]) {
    const answer = await server.signUp({ ...GRACE, email: 'metadata@example.com', user_metadata });
    assertAnswer(answer, 400, oauth('invalid_request', words));
  }
  const user_metadata = { ...members(9), ['k'.repeat(100)]: 'v'.repeat(500) };
  assert.equal((await server.signUp({ ...GRACE, email: 'metadata@example.com', user_metadata })).statusCode, 200);
});

test('bodies that two parsers could read in two ways, other media types and credentials in the address are refused', async () => {
  const post = (payload: string, type = 'application/json', url = '/dbconnections/signup') =>
    server.app.server.inject({
      method: 'POST',
      url,
      headers: { host: 'tenant.example.test', 'content-type': type },
      payload,
    });
  const text = JSON.stringify(GRACE);
  assert.equal((await post(`${text.slice(0, -1)},"email":"x@example.com"}`)).statusCode, 400);
  assert.equal((await post('[]')).statusCode, 400);
  assert.equal((await post(text, 'text/plain')).statusCode, 415);
  assert.equal((await post(text, 'application/json', '/dbconnections/signup?password=x')).statusCode, 400);
  const got = await server.app.server.inject({
    url: '/dbconnections/signup',
    headers: { host: 'tenant.example.test' },
  });
  assert.equal(got.statusCode, 405);
});
