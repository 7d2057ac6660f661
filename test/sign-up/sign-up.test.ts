// POST /dbconnections/signup: who signs up can log in at once, says what is theirs to say, and takes nobody's name.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { decodeJwt } from 'jose';
import { tokensFor } from '../support/injected-request.ts';
import { assertLogged, eventOf } from '../support/refusal.ts';
import { REALM_GRANT, SEED_REQUEST } from '../support/sample-tenant.ts';
import { GRACE, NAMED, OPEN, OPEN_TENANT, type SignUpServer, startSignUpServer } from '../support/sign-up-server.ts';
import { assertAnswer } from './sign-up-answer.ts';

let server: SignUpServer;
before(async () => {
  server = await startSignUpServer();
});
after(() => server.close());

const logIn = (realm: string, username: string, password: string = GRACE.password) =>
  server.token({ ...SEED_REQUEST, grant_type: REALM_GRANT, realm, username, password, scope: 'openid email' });

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
