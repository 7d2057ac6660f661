// A token request opened again: its phases, how each ended, and who may open which. Whatever happened, the inspection says
// the same as the answer did.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { postRaw } from '../support/injected-request.ts';
import { MANAGEMENT_AUDIENCE, MANAGER, MANAGER_SECRET } from '../support/management-server.ts';
import { API, DATABASE, PUBLIC_CLIENT, SEED_REQUEST, USER, USER_ID } from '../support/sample-tenant.ts';
import { course, type InspectionServer, PHASES, startInspectionServer } from './login-inspections.ts';

let server: InspectionServer;
before(async () => {
  server = await startInspectionServer();
});
after(() => server.close());

const CODE = ['rules', 'actions'];

test('a login that was granted is shown whole', async () => {
  const inspection = await server.inspectionOf({});
  const courseWithoutRules = PHASES.map((phase) => `${phase}:${CODE.includes(phase) ? 'not reached' : 'passed'}`);
  assert.equal(course(inspection), courseWithoutRules.join(' '));
  const { request_id: requestId, log_id: logId, connection, phases, ...rest } = inspection;
  assert.match(String(requestId), /^[0-9a-f]{20}$/);
  assert.match(logId, /^900/);
  assert.equal(connection?.name, DATABASE);
  assert.deepEqual(rest, {
    date: '2026-01-15T12:00:00.000Z',
    outcome: 'granted',
    grant_type: 'password',
    client: { client_id: PUBLIC_CLIENT, name: 'CLI' },
    user: { user_id: USER_ID, name: USER },
    audience: API,
    scope: 'read:sample',
    ip: '127.0.0.1',
    answer: { status: 200, error: null, error_description: null },
    took_ms: 0,
    explanation: null,
    warnings: [],
  });
  for (const { phase, took_ms: tookMs, title, says } of phases) {
    assert.equal(tookMs, CODE.includes(phase) ? null : 0);
    assert.match(`${title}. ${says}`, /^[A-Z].*\.$/);
  }
});

test('without an audience it is said that the access token is opaque', async () => {
  const { phases } = await server.inspectionOf({ audience: undefined, scope: 'openid' });
  assert.match(phases.find(({ phase }) => phase === 'scopes')?.says ?? '', /opaque.*Granted: openid .*\.$/);
});

test('a client that asks for itself goes through the phases that are not about users', async () => {
  const request = { grant_type: 'client_credentials', client_id: MANAGER, client_secret: MANAGER_SECRET };
  const inspection = await server.inspectionOf({ ...request, audience: MANAGEMENT_AUDIENCE, scope: 'read:logs' });
  assert.equal(
    course(inspection),
    'client:passed grant:passed connection:not reached guard:not reached directory:not reached scopes:passed rules:not reached actions:not reached tokens:passed',
  );
  assert.equal(inspection.user, null);
});

test('an id that no token request has is 404, also that of a change of an administrator', async () => {
  for (const id of ['19bc1a5a0f1b2c3d4e5f', '900', 'nothing']) {
    assert.equal((await server.api('GET', `/login-inspections/${id}`)).status, 404, id);
  }
  const { raw } = await server.api('PATCH', '/tenants/settings', { friendly_name: 'Acme' });
  assert.equal(raw.statusCode, 200);
  const id = String(raw.headers['x-auth0-requestid']);
  const [change] = await server.logs();
  assert.equal(change?.details['request_id'], id);
  assert.equal((await server.api('GET', `/login-inspections/${id}`)).status, 404);
});

test('a request of another tenant is not shown', async () => {
  await server.apply({ tenant: { name: 'other', domains: ['other.example.test'] } });
  const headers = { host: 'other.example.test' };
  const id = String((await server.token(SEED_REQUEST, headers)).headers['x-auth0-requestid']);
  assert.equal((await server.logs('other'))[0]?.details['request_id'], id);
  assert.equal((await server.api('GET', `/login-inspections/${id}`)).status, 404);
});

/** Changes what is stored of the event of a refused request; resolves to its log id. */
async function changedEvent(change: (details: Record<string, unknown>) => object): Promise<string> {
  const answer = await server.token({ ...SEED_REQUEST, client_id: 'Nobody' });
  const id = String(answer.headers['x-auth0-requestid']);
  const { sql } = server.ground.database;
  const row = await sql.selectFrom('log_events').selectAll().where('request_id', '=', id).executeTakeFirstOrThrow();
  const event = JSON.parse(row.event) as { details: Record<string, unknown> };
  const changed = JSON.stringify({ ...event, details: change(event.details) });
  await sql.updateTable('log_events').set({ event: changed }).where('log_id', '=', row.log_id).execute();
  return row.log_id;
}

test('an event of a version without phases is shown with what it has', async () => {
  const id = await changedEvent(({ phases: _p, grant_type: _g, answer: _a, ...details }) => details);
  const { outcome, answer, explanation, warnings } = await server.inspect(id);
  assert.deepEqual([outcome, answer.status, explanation?.reason], ['refused', null, 'unknown-client']);
  assert.deepEqual(warnings, ['The event was written by a version that did not record phases.']);
});

test('an event that stands for many requests says so', async () => {
  const { warnings } = await server.inspect(await changedEvent((details) => ({ ...details, turned_away: 7 })));
  assert.deepEqual(warnings, ['The event stands for 7 requests that ended like this one.']);
});

test('every answer of the token endpoint carries the id by which it is opened', async () => {
  const answers = [
    await postRaw(server, '{', { 'content-type': 'application/json' }),
    await postRaw(server, 'x', { 'content-type': 'application/xml' }),
    await postRaw(server, '', {}),
    await server.app.server.inject({
      method: 'POST',
      url: '/oauth/token?password=x',
      headers: { host: 'tenant.example.test', 'content-type': 'application/json' },
      payload: '{}',
    }),
  ];
  for (const answer of answers) {
    assert.equal((await server.inspect(answer.headers['x-auth0-requestid'])).outcome, 'refused');
  }
});
