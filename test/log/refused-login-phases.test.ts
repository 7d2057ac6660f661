// A token request that was refused or failed, opened again: the phase in which it ended, what to change there, and the
// command that changes it; and nothing of a password, a token or the name of somebody unknown.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { findSecrets } from '../support/canary.ts';
import { addConnection, changeTenant } from '../support/change-tenant.ts';
import { basic } from '../support/injected-request.ts';
import {
  BACKEND_CLIENT,
  BASIC_CLIENT,
  BASIC_SECRET,
  DATABASE,
  PASSWORD,
  REALM_GRANT,
  SEED_REQUEST,
} from '../support/sample-tenant.ts';
import { course, type InspectionServer, PHASES, startInspectionServer, until } from './login-inspections.ts';

let server: InspectionServer;
before(async () => {
  server = await startInspectionServer();
});
after(() => server.close());

interface Row {
  readonly name: string;
  readonly request: object;
  readonly course: string;
  readonly reason: string;
  readonly setting: readonly [kind: string, member: string | null] | null;
  readonly command: RegExp | null;
}

const ROWS: readonly Row[] = [
  {
    name: 'a wrong password',
    request: { password: 'wRoNg-Pw!bT4nW8sLc' },
    course: until('directory', 'refused'),
    reason: 'wrong-password',
    setting: ['user', 'password'],
    command: /^gatehouse user set-password 'auth0\|67e9930075b689b7db2688df' --tenant acme$/,
  },
  {
    name: 'an unknown user',
    request: { username: 'Typed_Pw#gH5jR1yVd' },
    course: until('directory', 'refused'),
    reason: 'unknown-user',
    setting: ['connection', null],
    command: /^gatehouse user list/,
  },
  {
    name: 'an unknown client',
    request: { client_id: 'Nobody' },
    course: until('client', 'refused'),
    reason: 'unknown-client',
    setting: ['caller', 'client_id'],
    command: /^gatehouse client list/,
  },
  {
    name: 'a client without its secret',
    request: { client_id: BACKEND_CLIENT },
    course: until('client', 'refused'),
    reason: 'missing-client-secret',
    setting: ['client', 'token_endpoint_auth_method'],
    command: /^gatehouse client update BackendClient0+ --set token_endpoint_auth_method=none/,
  },
  {
    name: 'a grant that is not enabled',
    request: { client_id: 'WithoutGrant' },
    course: until('grant', 'refused'),
    reason: 'grant-not-enabled',
    setting: ['client', 'grant_types'],
    command: /^gatehouse client update WithoutGrant --set .*password.* --tenant acme$/,
  },
  {
    name: 'a grant type that nobody knows',
    request: { grant_type: 'magic' },
    course: PHASES.map((phase) => `${phase}:${phase === 'grant' ? 'refused' : 'not reached'}`).join(' '),
    reason: 'unsupported-grant-type',
    setting: ['caller', 'grant_type'],
    command: null,
  },
  {
    name: 'a parameter that is no text',
    request: { scope: 1 },
    course: PHASES.map((phase) => `${phase}:not reached`).join(' '),
    reason: 'malformed',
    setting: ['caller', 'body'],
    command: null,
  },
  {
    name: 'no user name',
    request: { username: undefined },
    course: until('connection', 'refused'),
    reason: 'missing-parameter',
    setting: ['caller', 'body'],
    command: null,
  },
  {
    name: 'an unknown realm',
    request: { grant_type: REALM_GRANT, realm: 'nowhere' },
    course: until('connection', 'refused'),
    reason: 'unknown-realm',
    setting: ['caller', 'realm'],
    command: /^gatehouse connection list/,
  },
  {
    name: 'a connection that the client is not enabled for',
    request: { client_id: 'NotEnabled' },
    course: until('connection', 'refused'),
    reason: 'connection-disabled',
    setting: ['connection', 'enabled_clients'],
    command:
      /^gatehouse connection update Username-Password-Authentication --set enabled_clients=.*,NotEnabled --tenant acme$/,
  },
  {
    name: 'a user whom an administrator blocked',
    request: { username: 'blocked@example.com' },
    course: until('directory', 'refused'),
    reason: 'user-blocked',
    setting: ['user', 'blocked'],
    command: /^gatehouse user unblock /,
  },
  {
    name: 'an API that is not there',
    request: { audience: 'https://unknown.example.com' },
    course: until('scopes', 'refused'),
    reason: 'audience',
    setting: ['api', 'identifier'],
    command: /^gatehouse api list/,
  },
];

for (const { name, request, course: expected, reason, setting, command } of ROWS) {
  test(`${name} is refused in its phase, with what to change`, async () => {
    const inspection = await server.inspectionOf(request);
    assert.equal(course(inspection), expected);
    assert.equal(inspection.outcome, 'refused');
    const { explanation } = inspection;
    assert.equal(explanation?.reason, reason);
    const { setting: found, command: line } = explanation.fix;
    assert.deepEqual(found && [found.kind, found.member], setting);
    if (command === null) assert.equal(line, null);
    else assert.match(line ?? '', command);
    const said = inspection.phases.find(({ outcome }) => outcome === 'refused')?.says;
    assert.ok(said === undefined || said === explanation.says);
  });
}

test('a directory that cannot be reached is a failure, and the words are those of the connection test', async () => {
  server.directory.isDown = true;
  const inspection = await server.inspectionOf({ grant_type: REALM_GRANT, realm: 'corp', username: 'ada' });
  assert.equal(course(inspection), until('directory', 'failed'));
  assert.equal(inspection.outcome, 'failed');
  assert.match(inspection.explanation?.says ?? '', /the connection corp\. Nobody answers there/);
  assert.equal(inspection.explanation?.fix.command, 'gatehouse connection test corp --tenant acme');
});

test('a tenant without a default directory is a failure of this side, and the one choice there is is named', async () => {
  await changeTenant(server, { defaultDirectory: null });
  const several = await server.inspectionOf({});
  assert.equal(course(several), until('connection', 'failed'));
  assert.match(several.explanation?.fix.command ?? '', /^gatehouse connection list/);
  const one = await server.inspectionOf({ client_id: undefined }, { authorization: basic(BASIC_CLIENT, BASIC_SECRET) });
  assert.equal(one.explanation?.fix.command, `gatehouse tenant update acme --set default_directory=${DATABASE}`);
  await changeTenant(server, { defaultDirectory: 'gone' });
  assert.equal((await server.inspectionOf({})).explanation?.reason, 'default-directory-missing');
  await addConnection(server, 'saml', 'samlp');
  await changeTenant(server, { defaultDirectory: 'saml' });
  assert.equal((await server.inspectionOf({})).explanation?.reason, 'strategy');
  await changeTenant(server, { defaultDirectory: DATABASE });
});

test('a name that is blocked is refused before the password is looked at', async () => {
  for (let i = 0; i < 3; i += 1) await server.token({ ...SEED_REQUEST, username: 'sam', password: `wrong ${i}` });
  const inspection = await server.inspectionOf({ username: 'sam' });
  assert.equal(course(inspection), until('guard', 'refused'));
  assert.equal(inspection.explanation?.reason, 'brute-force-block');
  assert.match(inspection.explanation.fix.says, /auth0-forwarded-for/);
});

test('phases hold no password, no token and no name of somebody unknown [L-01] [L-04]', async () => {
  const secrets = { typed: 'Typed_Pw#gH5jR1yVd', wrong: 'wRoNg-Pw!bT4nW8sLc', right: PASSWORD };
  await server.token({ ...SEED_REQUEST, username: secrets.typed });
  await server.token({ ...SEED_REQUEST, password: secrets.wrong });
  const granted = await server.token(SEED_REQUEST);
  const { access_token: token } = granted.json<{ access_token: string }>();
  const id = granted.headers['x-auth0-requestid'];
  const told = JSON.stringify([await server.logs(), await server.inspect(id)]);
  assert.deepEqual(findSecrets(told, { ...secrets, token: token.split('.')[2] ?? '' }), []);
});
