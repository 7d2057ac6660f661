// What POST /dbconnections/signup refuses: in Auth0's words to who asked, and with the reason to the operator.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertLogged, eventOf } from '../support/refusal.ts';
import { DATABASE } from '../support/sample-tenant.ts';
import { GRACE, NAMED, type SignUpServer, startSignUpServer } from '../support/sign-up-server.ts';
import { assertAnswer } from './sign-up-answer.ts';

type Json = Record<string, unknown>;

let server: SignUpServer;
before(async () => {
  server = await startSignUpServer();
});
after(() => server.close());

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
