// The actions and the file that docs/actions.md shows, and the request in docs/rules.md, do what the pages say of them.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { parse } from 'yaml';
import { type ActionServer, startActionServer } from '../support/action-server.ts';
import { type CommandLine, openCommandLine } from '../support/command-line.ts';
import { refusalOf } from '../support/rule-server.ts';
import { SAMPLE_TENANT, USER } from '../support/sample-tenant.ts';

const PAGE = readFileSync('docs/actions.md', 'utf8');
const [addDepartment = '', onlyStaff = '', readersMayOnlyRead = '', countVisits = ''] = [
  ...PAGE.matchAll(/^```js\n(.*?)^```/gms),
].map(([, code]) => code);

let server: ActionServer;
let line: CommandLine;
before(async () => {
  server = await startActionServer();
  line = await openCommandLine();
});
after(async () => {
  await server.close();
  await line.close();
});

test('the department gets into the ID token, and roles into the access token', async () => {
  await server.setActions(addDepartment);
  const { idToken, accessToken } = await server.logIn({ scope: 'openid' });
  assert.equal(idToken['https://example.com/department'], 'none');
  assert.deepEqual(accessToken['https://example.com/roles'], []);
});

test('only staff may log in', async () => {
  const bind = (value: string) =>
    server.setActions({ name: 'only-staff', code: onlyStaff, secrets: [{ name: 'STAFF_DOMAIN', value }] });
  await bind('acme.example');
  assert.deepEqual(refusalOf(await server.logIn()), [403, 'access_denied', 'Only staff may log in here.']);
  await bind('example.com');
  assert.equal((await server.logIn()).status, 200);
});

test('readers get no scope to write', async () => {
  await server.setActions(readersMayOnlyRead);
  const { accessToken } = await server.logIn({ scope: 'read:sample write:sample' });
  assert.equal(accessToken['scope'], 'read:sample');
});

test('visits are counted', async () => {
  await server.setActions(countVisits);
  const visits = async () => (await server.logIn({ scope: 'openid' })).idToken['https://example.com/visits'];
  assert.deepEqual([await visits(), await visits()], [1, 2]);
});

test('the file is applied, and the command tries an action', async () => {
  const [, yaml = ''] = /^```yaml\n(.*?)^```/ms.exec(PAGE) ?? [];
  mkdirSync(join(line.folder, 'actions'));
  line.write('actions/only-staff.js', onlyStaff);
  line.write('actions/add-department.js', addDepartment);
  const file = parse(yaml.replace('##STAFF_DOMAIN##', 'acme.example')) as object;
  await line.succeed(['apply', line.write('tenant.yaml', { ...SAMPLE_TENANT, ...file })]);
  const [, bind = ''] = /`gatehouse (action bind [^`]+)`/.exec(PAGE) ?? [];
  assert.match((await line.succeed(bind.split(' '))).stdout, /^Nothing to change\.$/m);
  const [, command = ''] = /^gatehouse (action try .*)$/m.exec(PAGE) ?? [];
  const path = join(line.folder, 'actions/only-staff.js');
  const args = command.replace('only-staff.js', path).replace('ada@example.com', USER).split(' ');
  assert.match((await line.succeed(args)).stdout, /^PASSED/);
});

test('a rule that asks another server fails where the operator grants none, and says so', async () => {
  await server.setActions();
  const [, askPlan = ''] =
    /^```js\n(async function askPlan.*?)^```/ms.exec(readFileSync('docs/rules.md', 'utf8')) ?? [];
  await server.setRules({ name: 'Ask plan', script: askPlan });
  const { requestId, status } = await server.logIn();
  assert.equal(status, 403);
  const { json } = await server.api('GET', `/login-inspections/${requestId}`);
  const { explanation } = json as { explanation: { says: string } };
  assert.match(explanation.says, /fetch: the operator grants no host, see sandbox_hosts/);
});
