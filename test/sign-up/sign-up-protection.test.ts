// What stands around sign-up: one account for one name however many ask at once, a limit for each address, a bounded line of
// hashes, the pages that may ask, and the administrators' own database.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ADMINISTRATORS } from '../../src/connection/connection.ts';
import { createAdministrator, DASHBOARD_CLIENT } from '../../src/declaration/administrator.ts';
import { inspectLogin } from '../../src/grant/login-inspection.ts';
import { Secret } from '../../src/lib/secret.ts';
import { createCountedHasher } from '../support/counted-hasher.ts';
import type { Answer } from '../support/injected-request.ts';
import { assertLogged, comparable, eventOf } from '../support/refusal.ts';
import { GRACE, OPEN, OPEN_TENANT, type SignUpServer, STRICT, startSignUpServer } from '../support/sign-up-server.ts';
import { HOST } from '../support/start-server.ts';

const TRUSTING = { options: { trusted_proxies: ['127.0.0.1'] } };
const from = (address: string) => ({ 'x-forwarded-for': address });
const errorOf = (answer: Answer) => answer.json<{ error?: string; code?: string }>();

let server: SignUpServer;
before(async () => {
  server = await startSignUpServer(TRUSTING);
});
after(() => server.close());

async function usersNamed(email: string): Promise<number> {
  const { sql } = server.ground.database;
  const rows = await sql.selectFrom('users').select('user_id').where('email', '=', email).execute();
  return rows.length;
}

test('of eight sign-ups with one address at once one makes the account, twenty times over, and nothing is half made [F-13]', async () => {
  for (let round = 0; round < 20; round += 1) {
    const spellings = [`race${round}@example.com`, `RACE${round}@example.com`, `Race${round}@Example.com`];
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, at) =>
        server.signUp({ ...GRACE, email: spellings[at % 3] }, from(`203.0.113.${round}`)),
      ),
    );
    const made = answers.filter((answer) => answer.statusCode === 200);
    assert.equal(made.length, 1, `round ${round}`);
    assert.deepEqual(new Set(answers.map((answer) => answer.statusCode)), new Set([200, 400]));
    assert.equal(
      (await Promise.all(spellings.map(usersNamed))).reduce((sum, count) => sum + count),
      1,
    );
  }
});

test('a sign-up that is sent again because its answer was lost says so, and changes nothing [F-14]', async () => {
  const person = { ...GRACE, email: 'lost@example.com' };
  assert.equal((await server.signUp(person, from('203.0.113.50'))).statusCode, 200);
  const again = await server.signUp(person, from('203.0.113.50'));
  assert.deepEqual([again.statusCode, errorOf(again).code], [400, 'invalid_signup']);
  await assertLogged(server, again, 'fs', 'user-exists');
  assert.equal(await usersNamed('lost@example.com'), 1);
});

/** The answers to so many sign-ups of this address, with the name of a known user or of nobody. */
async function exhaust(address: string, email: string, times: number, change: object = {}): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let sent = 0; sent < times; sent += 1) {
    answers.push(await server.signUp({ ...GRACE, connection: STRICT, email, ...change }, from(address)));
  }
  return answers;
}

test('a sign-up that is refused is answered alike whether somebody has the address or not, up to the 51st, which is 429 [T-04]', async () => {
  const known = { email: 'known@example.com', password: 'Some-Horse-7-Battery' };
  const made = await server.signUp({ ...GRACE, connection: STRICT, ...known }, from('198.51.100.9'));
  assert.equal(made.statusCode, 200);
  const ofKnown = await exhaust('198.51.100.1', known.email, 52);
  const ofNobody = await exhaust('198.51.100.2', 'nobody@example.com', 52);
  assert.deepEqual(ofKnown.map(comparable), ofNobody.map(comparable));
  assert.deepEqual(
    ofKnown.map((answer) => answer.statusCode),
    [...Array<number>(50).fill(400), 429, 429],
  );
});

test('an address that signed up too often waits, whatever came of it, and hears for how long [T-06]', async () => {
  const here = from('198.51.100.20');
  for (let sent = 0; sent < 50; sent += 1) {
    const answer = await server.signUp({ ...GRACE, email: `many${sent % 30}@example.com` }, here);
    assert.equal(answer.statusCode, sent < 30 ? 200 : 400);
  }
  const refused = await server.signUp({ ...GRACE, email: 'late@example.com' }, here);
  assert.deepEqual([refused.statusCode, errorOf(refused).error], [429, 'too_many_attempts']);
  assert.deepEqual([refused.headers['retry-after'], refused.headers['x-ratelimit-limit']], ['2', '50']);
  await assertLogged(server, refused, 'limit_mu', 'sign-up-throttled');
  // Elsewhere and for logins nothing is shut.
  assert.equal((await server.signUp({ ...GRACE, email: 'late@example.com' }, from('198.51.100.21'))).statusCode, 200);
  const login = { grant_type: 'password', username: 'sam', password: 'correct horse battery staple' };
  assert.equal((await server.token({ ...login, client_id: GRACE.client_id }, here)).statusCode, 200);
  server.clock.advance(1200);
  assert.equal((await server.signUp({ ...GRACE, email: 'later@example.com' }, here)).statusCode, 200);
  assert.equal((await server.signUp({ ...GRACE, email: 'too-soon@example.com' }, here)).statusCode, 429);
});

test('the limit is the tenant’s to set, and its allow list is not limited', async () => {
  const limited = await startSignUpServer({
    ...TRUSTING,
    tenant: {
      ...OPEN_TENANT,
      attackProtection: {
        suspiciousIpThrottling: {
          allowlist: ['10.0.0.0/8'],
          stage: { 'pre-user-registration': { max_attempts: 2, rate: 60_000 } },
        },
      },
    },
  });
  const statuses = async (address: string) => {
    const answers: number[] = [];
    for (let sent = 0; sent < 3; sent += 1) {
      answers.push((await limited.signUp({ ...GRACE, email: 'grace@example.com' }, from(address))).statusCode);
    }
    return answers;
  };
  assert.deepEqual(await statuses('192.0.2.1'), [200, 400, 429]);
  assert.deepEqual(await statuses('10.1.1.1'), [400, 400, 400]);
  const parallel = await Promise.all(
    Array.from({ length: 6 }, (_, at) => limited.signUp({ ...GRACE, email: `p${at}@example.com` }, from('192.0.2.2'))),
  );
  assert.equal(parallel.filter((answer) => answer.statusCode === 200).length, 2);
  await limited.close();
});

test('a refused sign-up is opened again like a login, with what to change', async () => {
  const answer = await server.signUp({ ...GRACE, connection: 'Second', client_id: 'BackendClient0000000000000000000' });
  const tenant = await server.app.stores.tenants.findByName('acme');
  assert.ok(tenant);
  const id = String(answer.headers['x-auth0-requestid']);
  const inspection = await inspectLogin(server.app.stores, tenant, id);
  assert.equal(inspection?.outcome, 'refused');
  const { reason, fix } = inspection?.explanation ?? {};
  assert.deepEqual(
    [reason, fix?.command],
    ['sign-up-closed', 'gatehouse connection update Second --set options.disable_signup=false --tenant acme'],
  );
});

test('auth0-forwarded-for moves nobody’s limit: a sign-up does not prove its client', async () => {
  const headers = { ...from('198.51.100.30'), 'auth0-forwarded-for': '192.0.2.77' };
  const answer = await server.signUp({ ...GRACE, email: 'forwarded@example.com' }, headers);
  const { ip, details } = await eventOf(server, answer);
  assert.equal(ip, '198.51.100.30');
  assert.match(String(details['warnings']), /does not prove its client/);
});

test('a password is hashed once for a name that somebody has and for one that nobody has, and for a weak one never', async () => {
  const hasher = createCountedHasher();
  const counted = await startSignUpServer({ wrapHasher: hasher.wrap });
  const hashed = async (body: object) => {
    hasher.calls.length = 0;
    counted.statements.length = 0;
    const { statusCode } = await counted.signUp({ ...GRACE, ...body });
    return [statusCode, ...hasher.calls];
  };
  assert.deepEqual(await hashed({}), [200, 'hash']);
  assert.deepEqual(await hashed({}), [400, 'hash']);
  assert.deepEqual(await hashed({ email: 'new@example.com' }), [200, 'hash']);
  assert.deepEqual(await hashed({ connection: STRICT, password: 'weak' }), [400]);
  await counted.close();
});

test('when the line of hashes is full a sign-up is answered 503 with Retry-After, and costs the address nothing [T-19]', async () => {
  const hasher = createCountedHasher();
  const full = await startSignUpServer({ options: { hash_wait_budget_ms: 0 }, wrapHasher: hasher.wrap });
  for (let sent = 0; sent < 60; sent += 1) {
    const answer = await full.signUp(GRACE);
    assert.deepEqual([answer.statusCode, errorOf(answer).error], [503, 'temporarily_unavailable']);
    assert.equal(answer.headers['retry-after'], '1');
  }
  assert.deepEqual(hasher.calls, []);
  // One event a minute, which says how many there were.
  assert.deepEqual(
    (await full.logs()).map(({ type, details }) => [type, details.error?.reason]),
    [['api_limit', 'hash-line-full']],
  );
  await full.close();
});

test('no more sign-ups are hashed at once than there are slots', async () => {
  let [atOnce, most] = [0, 0];
  const slow = await startSignUpServer({
    options: { hash_slots: 2 },
    wrapHasher: (hasher) => ({
      ...hasher,
      async hash(password) {
        atOnce += 1;
        most = Math.max(most, atOnce);
        return hasher.hash(password).finally(() => {
          atOnce -= 1;
        });
      },
    }),
  });
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, at) => slow.signUp({ ...GRACE, email: `slot${at}@example.com` })),
  );
  assert.ok(answers.every((answer) => answer.statusCode === 200));
  assert.equal(most, 2);
  await slow.close();
});

test('a page of an origin that the client lists may sign people up, and one of another client reads no answer [T-37]', async () => {
  const OWN = 'https://app.example.test';
  const allowed = (answer: Answer) => answer.headers['access-control-allow-origin'];
  const preflight = await server.app.server.inject({
    method: 'OPTIONS',
    url: '/dbconnections/signup',
    headers: { host: HOST, origin: OWN, 'access-control-request-method': 'POST' },
  });
  assert.deepEqual([preflight.statusCode, allowed(preflight)], [204, OWN]);
  const send = (email: string, origin: string, change: object = {}) =>
    server.signUp({ ...GRACE, email, ...change }, { origin, ...from('198.51.100.40') });
  assert.equal(allowed(await send('page@example.com', OWN)), OWN);
  assert.equal(allowed(await send('page@example.com', OWN)), OWN);
  assert.equal(allowed(await send('none', OWN)), OWN);
  assert.equal(allowed(await send('other@example.com', 'https://backend.example.test')), undefined);
  assert.equal(allowed(await send('page@example.com', 'https://backend.example.test')), undefined);
  assert.equal(allowed(await send('x@example.com', 'https://evil.example')), undefined);
});

test('nobody makes an account among the administrators, not even where an operator opened their database', async () => {
  const administered = await startSignUpServer();
  const tenant = await administered.app.stores.tenants.findByName('acme');
  assert.ok(tenant);
  const { database, clock, hasher } = administered.ground;
  assert.ok(hasher);
  await createAdministrator(
    { database, clock, hasher, stores: administered.app.stores, defaultDomains: null },
    tenant,
    { email: 'root@example.com', password: new Secret('Correct-Horse-7'), kind: 'administrator' },
  );
  await administered.apply({
    tenant: OPEN_TENANT.tenant,
    databases: [{ name: ADMINISTRATORS, enabled_clients: [DASHBOARD_CLIENT], options: { disable_signup: false } }],
  });
  const answer = await administered.signUp({
    ...{ ...GRACE, client_id: DASHBOARD_CLIENT, connection: ADMINISTRATORS, password: 'Correct-Horse-7' },
  });
  assert.deepEqual(
    [answer.statusCode, answer.json()],
    [400, { error: 'invalid_request', error_description: 'the connection was not found' }],
  );
  await administered.close();
});

test('a sign-up whose event cannot be stored is not answered as if it had been', async () => {
  const failing = await startSignUpServer();
  await failing.ground.database.sql.schema.alterTable('log_events').renameTo('gone').execute();
  const answer = await failing.signUp({ ...GRACE, connection: OPEN });
  assert.equal(answer.statusCode, 500);
  await failing.ground.database.sql.schema.alterTable('gone').renameTo('log_events').execute();
  await failing.close();
});
