// A rule that is broken lets nobody in: the caller hears that it failed, the log says which one and why, and whoever the rule
// has nothing to do with logs in meanwhile.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { LoginInspection } from '../../src/grant/login-inspection.ts';
import { MANAGED_TENANT, MANAGEMENT_AUDIENCE } from '../support/management-server.ts';
import { PATIENT_WITH_CODE, type RuleServer, refusalOf, startRuleServer } from '../support/rule-server.ts';
import { DATABASE, PASSWORD, REALM_GRANT, USER_ID } from '../support/sample-tenant.ts';

const ADMINISTRATORS = 'gatehouse-administrators';
const FAILED = [403, 'access_denied', 'A rule of this tenant failed.'];
const PASS = '(user, context, callback) => callback(null, user, context)';

let server: RuleServer;
before(async () => {
  server = await startRuleServer({
    options: PATIENT_WITH_CODE,
    tenant: {
      ...MANAGED_TENANT,
      databases: [
        ...MANAGED_TENANT.databases,
        { name: ADMINISTRATORS, enabled_clients: ['CLI'], options: { passwordPolicy: 'none' } },
      ],
      users: [
        ...MANAGED_TENANT.users,
        { connection: DATABASE, email: 'endless@example.com', password: PASSWORD },
        { connection: ADMINISTRATORS, email: 'root@example.com', password: PASSWORD },
      ],
    },
  });
});
after(() => server.close());

async function inspect(requestId: string): Promise<LoginInspection> {
  return (await server.api('GET', `/login-inspections/${requestId}`)).json;
}

const BROKEN: readonly (readonly [name: string, script: string, says: RegExp])[] = [
  ['throws', '(user) => {\n  user.app_metadata.plan = 1;\n}', /TypeError: .* \(line 2\)/],
  ['rejects', 'async () => { throw new RangeError("out of it"); }', /RangeError: out of it \(line 1\)/],
  ['throws nothing of use', '() => { throw undefined; }', /undefined/],
  ['never calls back', '() => {}', /It ended without calling back/],
  ['is no function', '({ rule: true })', /A rule is a function of user, context and callback/],
  ['needs what is not there', '() => setTimeout(() => {}, 1)', /ReferenceError: .*setTimeout/],
  ['leaves too much', `(u, c, callback) => { c.idToken.x = 'x'.repeat(150000); callback(null, u, c); }`, /100 KiB/],
];

for (const [what, script, says] of BROKEN) {
  test(`a rule that ${what} refuses the login, and the log says why [T-36]`, async () => {
    await server.setRules({ name: 'First', script: PASS }, { name: 'Broken', script });
    const refused = await server.logIn();
    assert.deepEqual(refusalOf(refused), FAILED);
    const { explanation, phases, user } = await inspect(refused.requestId);
    assert.equal(explanation?.reason, 'rule-failed');
    assert.match(explanation.says, /^The rule Broken failed, and a login whose rules fail is refused: /);
    assert.match(explanation.says, says);
    assert.deepEqual(explanation.fix.setting, { kind: 'rule', id: 'Broken', member: 'script' });
    assert.equal(user?.user_id, USER_ID);
    const course = phases.map(({ phase, outcome }) => `${phase}:${outcome}`).join(' ');
    assert.match(course, /scopes:passed rules:refused actions:not reached tokens:not reached$/);
  });
}

test('a rule that never ends for one user refuses that one, and everybody else logs in beside it [T-36]', async () => {
  await server.setRules({
    name: 'Endless',
    script: `(user, context, callback) => {
      if (user.email === 'endless@example.com') for (;;);
      callback(null, user, context);
    }`,
  });
  const [endless, ...others] = await Promise.all([
    server.logIn({ username: 'endless@example.com' }),
    ...Array.from({ length: 4 }, () => server.logIn()),
  ]);
  assert.deepEqual(
    others.map(({ status }) => status),
    [200, 200, 200, 200],
  );
  assert.ok(endless);
  assert.deepEqual(refusalOf(endless), FAILED);
  assert.match(
    (await inspect(endless.requestId)).explanation?.says ?? '',
    /200 ms of processor time|longer than it may/,
  );
});

test('a login that rules let through says so, and one without rules too', async () => {
  const ofRules = ({ phases }: LoginInspection) => phases.find(({ phase }) => phase === 'rules');
  await server.setRules(PASS);
  const ruled = ofRules(await inspect((await server.logIn()).requestId));
  assert.deepEqual([ruled?.outcome, ruled?.says], ['passed', 'The enabled rules let the user in.']);
  await server.setRules();
  const free = ofRules(await inspect((await server.logIn()).requestId));
  assert.deepEqual([free?.outcome, free?.says], ['not reached', 'No rule is enabled for the user.']);
});

test('a denial is explained with the words of the rule', async () => {
  await server.setRules({ name: 'Staff', script: `(u, c, callback) => callback(new UnauthorizedError('Staff only'))` });
  const { explanation } = await inspect((await server.logIn()).requestId);
  assert.equal(explanation?.says, 'The rule Staff denied the login: Staff only.');
  assert.equal(explanation?.fix.command, 'gatehouse rule show Staff --tenant acme');
});

test('administrators get in whatever rules do, so that they can mend them', async () => {
  await server.setRules({ name: 'Nobody', script: `(u, c, callback) => callback(new UnauthorizedError('nobody'))` });
  const asAdministrator = { grant_type: REALM_GRANT, realm: ADMINISTRATORS, username: 'root@example.com' };
  assert.equal((await server.logIn({ ...asAdministrator, audience: MANAGEMENT_AUDIENCE, scope: '' })).status, 200);
  assert.equal((await server.logIn()).status, 403);
});

test('rules are looked at when the password was right, and not before', async () => {
  await server.setRules({ name: 'Nobody', script: `(u, c, callback) => callback(new UnauthorizedError('nobody'))` });
  const wrong = await server.logIn({ password: 'wrong' });
  assert.deepEqual(refusalOf(wrong), [403, 'invalid_grant', 'Wrong email or password.']);
});

test('tenants without enabled rules start no process and ask the database nothing more', async () => {
  await server.setRules();
  await server.logIn();
  server.statements.length = 0;
  await server.logIn();
  assert.ok(!server.statements.some((text) => /"rules"|"rule_configs"/.test(text)));
});
