// What a connection asks of new passwords: each option by itself, at every door that sets one, and in each door's own words.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import sheriff from 'password-sheriff';
import type { PasswordPolicy } from '../../src/connection/database-options.ts';
import { policyProblem } from '../../src/directory/database/password-policy.ts';
import { weaknessOf } from '../../src/directory/database/password-strength.ts';
import { Secret } from '../../src/lib/secret.ts';
import { assertApiRefused, invalidBody, jsonOf } from '../support/api-answer.ts';
import { type CommandLine, openCommandLine } from '../support/command-line.ts';
import { type ManagementServer, startManagementServer } from '../support/management-server.ts';

const ANY: PasswordPolicy = {
  ...{ level: 'none', minLength: null, historySize: 0 },
  ...{ dictionary: null, refusesPersonalInfo: false },
};
const ADA = {
  ...{ email: 'lovelace.a@example.com', username: 'countess', name: 'Ada King Byron', nickname: 'enchantress' },
  userMetadata: { first: 'Augusta', last: 'Noel', name: 'Babbage', pet: 'Puff' },
};

const weakness = (level: PasswordPolicy['level'], minLength: number | null, password: string) =>
  weaknessOf({ level, minLength }, new Secret(password));
const problem = async (policy: Partial<PasswordPolicy>, password: string) =>
  (await policyProblem({ ...ANY, ...policy }, new Secret(password), ADA))?.name ?? null;

test('every level is that of Auth0’s own checker, rule by rule and word by word', () => {
  for (const level of ['none', 'low', 'fair', 'good', 'excellent'] as const) {
    for (const password of ['', 'a', 'abcdef', 'Abcdefg1', 'abcdefg!1', 'aaaBBB111!', 'Correct-Horse-7']) {
      const { rules, verified } = sheriff(level).missing(password);
      const own = weakness(level, null, password);
      assert.deepEqual(own, verified ? null : { rules, policy: sheriff(level).toString() }, `${level} ${password}`);
    }
  }
});

test('a least length takes the place of the level’s own, longer or shorter', () => {
  assert.equal(weakness('excellent', 4, 'Ab1!'), null);
  assert.deepEqual(weakness('none', 20, 'nineteen-characters')?.rules, [
    { message: 'At least %d characters in length', format: [20], code: 'lengthAtLeast', verified: false },
  ]);
});

test('a dictionary refuses the common passwords and words of its own, whatever their letter case', async () => {
  const policy = { dictionary: ['Gatehouse-2026'] };
  for (const common of ['123456', 'password', 'DRAGON', 'qqqqqq1', 'gateHOUSE-2026']) {
    assert.equal(await problem(policy, common), 'PasswordDictionaryError', common);
    assert.equal(await problem({}, common), null);
  }
  for (const other of ['password of mine', 'gatehouse-2027', '__proto__'])
    assert.equal(await problem(policy, other), null);
});

test('a password that holds a name of the user is refused, whatever its letter case', async () => {
  const policy = { refusesPersonalInfo: true };
  const telling = [
    'LOVELACE.A',
    'Countess!',
    'xxAdaxx',
    'king-7',
    'BYRON',
    'enchantress',
    'augusta',
    'noel',
    'babbage1',
  ];
  for (const password of telling) {
    assert.equal(await problem(policy, password), 'PasswordNoUserInfoError', password);
    assert.equal(await problem({}, password), null);
  }
  for (const other of ['Puff-the-dragon', 'example.com', 'lovelace']) assert.equal(await problem(policy, other), null);
});

test('names of one or two letters keep nobody from a password', async () => {
  const short = {
    ...ADA,
    name: 'Al B',
    nickname: '',
    email: 'jo@example.com',
    username: null,
    userMetadata: { first: 7 },
  };
  assert.equal(await policyProblem({ ...ANY, refusesPersonalInfo: true }, new Secret('Always job'), short), null);
});

const STRICT = {
  passwordPolicy: 'low',
  password_complexity_options: { min_length: 7 },
  password_history: { enable: true, size: 3 },
  password_dictionary: { enable: true, dictionary: ['jabberwock'] },
  password_no_personal_info: { enable: true },
  requires_username: true,
};

let server: ManagementServer;
before(async () => {
  server = await startManagementServer();
});
after(() => server.close());

async function makeStrict(name: string, options: object = STRICT): Promise<string> {
  const made = await server.api('POST', '/connections', { name, strategy: 'auth0', options });
  return jsonOf<{ id: string }>(made, 201).id;
}

test('the options come back from the Management API as they were set', async () => {
  const id = await makeStrict('As-set');
  const { options } = jsonOf<{ options: object }>(await server.api('GET', `/connections/${id}`), 200);
  assert.deepEqual(options, { ...STRICT, brute_force_protection: true, disable_signup: true });
});

test('options out of their bounds are refused', async () => {
  for (const options of [
    { password_complexity_options: { min_length: 0 } },
    { password_complexity_options: { min_length: 129 } },
    { password_history: { enable: true, size: 25 } },
    { password_dictionary: { dictionary: Array.from({ length: 201 }, (_, index) => `word ${index}`) } },
    { password_dictionary: { dictionary: ['x'.repeat(51)] } },
    { password_no_personal_info: { enabled: true } },
    { validation: { username: { min: 3, max: 2 } } },
    { validation: { username: { max: 129 } } },
    { validation: { email: {} } },
  ]) {
    const refused = await server.api('POST', '/connections', { name: 'Refused', strategy: 'auth0', options });
    assertApiRefused(refused, invalidBody(/options/));
  }
});

const REFUSALS = [
  ['short', 'auth0_password_strength_error', 'PasswordStrengthError: Password is too weak'],
  ['Jabberwock', 'auth0_password_dictionary_error', 'PasswordDictionaryError: Password is too common'],
  ['password', 'auth0_password_dictionary_error', 'PasswordDictionaryError: Password is too common'],
  ['my-lovelace-1', 'auth0_password_no_user_info_error', 'PasswordNoUserInfoError: Password contains user information'],
] as const;

test('users are created and changed with passwords that the connection takes, and with no others', async () => {
  await makeStrict('Both-doors');
  const send = (password: string) =>
    server.api('POST', '/users', { connection: 'Both-doors', email: 'lovelace@example.com', password });
  for (const [password, code, words] of REFUSALS) assertApiRefused(await send(password), [400, code, words]);
  const { user_id: id } = jsonOf<{ user_id: string }>(await send('first of mine'), 201);
  const change = (body: object) => server.api('PATCH', `/users/${encodeURIComponent(id)}`, body);
  for (const [password, code, words] of REFUSALS) assertApiRefused(await change({ password }), [400, code, words]);
});

test('a password that the user had lately is refused until as many others were taken', async () => {
  await makeStrict('Remembering');
  const user = { connection: 'Remembering', email: 'ada@example.com', password: 'first of mine' };
  const { user_id: id } = jsonOf<{ user_id: string }>(await server.api('POST', '/users', user), 201);
  const change = (password: string) => server.api('PATCH', `/users/${encodeURIComponent(id)}`, { password });
  const words = 'PasswordHistoryError: Password has previously been used';
  const refused = async (password: string) =>
    assertApiRefused(await change(password), [400, 'auth0_password_history_error', words]);
  await refused('first of mine');
  jsonOf(await change('second of mine'), 200);
  jsonOf(await change('third of mine'), 200);
  await refused('first of mine');
  await refused('second of mine');
  await refused('third of mine');
  jsonOf(await change('fourth of mine'), 200);
  jsonOf(await change('first of mine'), 200);
});

async function historyLength(): Promise<number> {
  return (await server.ground.database.sql.selectFrom('password_history').selectAll().execute()).length;
}

test('no more hashes are kept than the history asks for, and none when nobody asks or the user is gone', async () => {
  const id = await makeStrict('Kept', { passwordPolicy: 'none', password_history: { enable: true, size: 3 } });
  const started = await historyLength();
  const user = { connection: 'Kept', email: 'ada@example.com', password: 'a' };
  const { user_id: userId } = jsonOf<{ user_id: string }>(await server.api('POST', '/users', user), 201);
  const path = `/users/${encodeURIComponent(userId)}`;
  for (const password of 'bcdef') jsonOf(await server.api('PATCH', path, { password }), 200);
  assert.equal((await historyLength()) - started, 2);
  jsonOf(await server.api('PATCH', `/connections/${id}`, { options: { passwordPolicy: 'none' } }), 200);
  jsonOf(await server.api('PATCH', path, { password: 'g' }), 200);
  assert.equal(await historyLength(), started);
  jsonOf(await server.api('PATCH', `/connections/${id}`, { options: { password_history: { enable: true } } }), 200);
  jsonOf(await server.api('PATCH', path, { password: 'Another-one-7' }), 200);
  assert.equal(await historyLength(), started + 1);
  assert.equal((await server.api('DELETE', path)).status, 204);
  assert.equal(await historyLength(), started);
});

test('a user name that is longer or shorter than the connection takes is refused', async () => {
  await makeStrict('Named', { requires_username: true, validation: { username: { min: 3, max: 5 } } });
  const send = (username: string) =>
    server.api('POST', '/users', { connection: 'Named', username, password: 'Correct-Horse-7' });
  const words = "'A user name has 3 to 5 characters' on property username.";
  for (const name of ['ad', 'adalov']) assertApiRefused(await send(name), invalidBody(words));
  jsonOf(await send('ada'), 201);
});

test('the command line refuses what the connection does not take, where a file is warned about', async () => {
  const line: CommandLine = await openCommandLine();
  const file = {
    tenant: { name: 'acme', domains: ['tenant.example.test'] },
    databases: [{ name: 'Users', options: { ...STRICT, requires_username: false } }],
    users: [{ connection: 'Users', email: 'lovelace@example.com', password: 'lovelace' }],
  };
  const applied = await line.succeed(['apply', line.write('acme.yaml', file)]);
  assert.match(applied.stderr, /Users does not take the password: Password contains user information\.$/m);
  const set = (password: string) => line.run(['user', 'set-password', 'lovelace@example.com'], password);
  for (const [password, words] of [
    ['short', /password: the password is weaker than the policy `low`\./m],
    ['jabberwock', /Password is too common\./],
    ['my-lovelace', /Password contains user information\./],
  ] as const) {
    const { code, stdout, stderr } = await set(password);
    assert.equal(code, 1);
    assert.match(stderr, words);
    assert.ok(!(stdout + stderr).includes(password));
  }
  assert.equal((await set('second of mine')).code, 0);
  assert.match((await set('lovelace')).stderr, /user information/);
  assert.equal((await set('third of mine')).code, 0);
  assert.match((await set('second of mine')).stderr, /Password has previously been used\./);
  const create = ['user', 'create', 'bob@example.com', '--set', 'connection=Users', '--stdin', 'password'];
  assert.equal((await line.run(create, 'bob')).code, 1);
  await line.close();
});
