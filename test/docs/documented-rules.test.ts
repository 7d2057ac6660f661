// The rules and the file that docs/rules.md shows do what the page says of them.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { parse } from 'yaml';
import { type CommandLine, openCommandLine } from '../support/command-line.ts';
import { type RuleServer, refusalOf, startRuleServer } from '../support/rule-server.ts';
import { SAMPLE_TENANT, USER } from '../support/sample-tenant.ts';

const PAGE = readFileSync('docs/rules.md', 'utf8');
const [addDepartment = '', onlyStaff = '', readersMayOnlyRead = '', countVisits = ''] = [
  ...PAGE.matchAll(/^```js\n(.*?)^```/gms),
].map(([, code]) => code);

let server: RuleServer;
let line: CommandLine;
before(async () => {
  server = await startRuleServer();
  line = await openCommandLine();
});
after(async () => {
  await server.close();
  await line.close();
});

test('the department gets into the ID token, and roles into the access token', async () => {
  await server.setRules(addDepartment);
  const { idToken, accessToken } = await server.logIn({ scope: 'openid' });
  assert.equal(idToken['https://example.com/department'], 'none');
  assert.deepEqual(accessToken['https://example.com/roles'], []);
});

test('only staff may log in', async () => {
  await server.setRules(onlyStaff);
  await server.api('PUT', '/rules-configs/STAFF_DOMAIN', { value: 'acme.example' });
  assert.deepEqual(refusalOf(await server.logIn()), [403, 'access_denied', 'Only staff may log in here.']);
  await server.api('PUT', '/rules-configs/STAFF_DOMAIN', { value: 'example.com' });
  assert.equal((await server.logIn()).status, 200);
});

test('readers get no scope to write', async () => {
  await server.setRules(readersMayOnlyRead);
  const { accessToken } = await server.logIn({ scope: 'read:sample write:sample' });
  assert.equal(accessToken['scope'], 'read:sample');
});

test('visits are counted', async () => {
  await server.setRules(countVisits);
  const visits = async () => (await server.logIn({ scope: 'openid' })).idToken['https://example.com/visits'];
  assert.deepEqual([await visits(), await visits()], [1, 2]);
});

test('the file is applied, and the command tries a rule', async () => {
  const [, yaml = ''] = /^```yaml\n(.*?)^```/ms.exec(PAGE) ?? [];
  mkdirSync(join(line.folder, 'rules'));
  line.write('rules/only-staff.js', onlyStaff);
  line.write('rules/add-department.js', addDepartment);
  const file = parse(yaml.replace('##STAFF_DOMAIN##', 'acme.example')) as object;
  await line.succeed(['apply', line.write('tenant.yaml', { ...SAMPLE_TENANT, ...file })]);
  const [, command = ''] = /^gatehouse (rule try .*)$/m.exec(PAGE) ?? [];
  const path = join(line.folder, 'rules/only-staff.js');
  const args = command.replace('only-staff.js', path).replace('ada@example.com', USER).split(' ');
  const { stdout } = await line.succeed(args);
  assert.match(stdout, /^PASSED/);
});
