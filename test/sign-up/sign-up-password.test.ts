// Passwords at sign-up: what the connection does not take is told as Auth0's libraries expect it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Answer } from '../support/injected-request.ts';
import { assertLogged } from '../support/refusal.ts';
import { GRACE, type SignUpServer, STRICT, startSignUpServer } from '../support/sign-up-server.ts';

let server: SignUpServer;
before(async () => {
  server = await startSignUpServer();
});
after(() => server.close());

function assertAnswer(answer: Answer, status: number, body: object): void {
  assert.equal(answer.statusCode, status, answer.body);
  assert.deepEqual(answer.json(), body);
}

const rule = (code: string, message: string, verified: boolean, more: object = {}) => ({
  message,
  code,
  ...more,
  verified,
});

test('a password that is too weak is told rule by rule, as Auth0’s libraries show it', async () => {
  const answer = await server.signUp({ ...GRACE, connection: STRICT, password: 'aaab1' });
  const kinds = [
    { message: 'lower case letters (a-z)', code: 'lowerCase', verified: true },
    { message: 'upper case letters (A-Z)', code: 'upperCase', verified: false },
    { message: 'numbers (i.e. 0-9)', code: 'numbers', verified: true },
    { message: 'special characters (e.g. !@#$%^&*)', code: 'specialCharacters', verified: false },
  ];
  assertAnswer(answer, 400, {
    name: 'PasswordStrengthError',
    message: 'Password is too weak',
    code: 'invalid_password',
    description: {
      rules: [
        rule('lengthAtLeast', 'At least %d characters in length', false, { format: [10] }),
        rule('containsAtLeast', 'Contain at least %d of the following %d types of characters:', false, {
          format: [3, 4],
          items: kinds,
        }),
        rule('identicalChars', 'No more than %d identical characters in a row (e.g., "%s" not allowed)', false, {
          format: [2, 'aaa'],
        }),
      ],
      verified: false,
    },
    policy: [
      '* At least 10 characters in length',
      '* Contain at least 3 of the following 4 types of characters:',
      ' * lower case letters (a-z)',
      ' * upper case letters (A-Z)',
      ' * numbers (i.e. 0-9)',
      ' * special characters (e.g. !@#$%^&*)',
      '* No more than 2 identical characters in a row (e.g., "aaa" not allowed)',
    ].join('\n'),
    statusCode: 400,
  });
  await assertLogged(server, answer, 'fs', 'password-refused');
});

test('a password that is too common, or holds a name, is told by its name', async () => {
  const send = (password: string) => server.signUp({ ...GRACE, connection: STRICT, password });
  assertAnswer(await send('correct-horse-7-BATTERY'), 400, {
    name: 'PasswordDictionaryError',
    message: 'Password is too common',
    code: 'invalid_password',
    description: 'Password is not allowed, it might be too common.',
    statusCode: 400,
  });
  assertAnswer(await send('Grace-Hopper-1906'), 400, {
    name: 'PasswordNoUserInfoError',
    message: 'Password contains user information',
    code: 'invalid_password',
    description: 'Password is based on user information',
    statusCode: 400,
  });
  assert.equal((await send('Other-Horse-7-Battery')).statusCode, 200);
});
