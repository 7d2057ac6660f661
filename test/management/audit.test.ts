// Whoever changes something is written down with it: who, by what, of what, and which members; never what stands in them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Secret } from '../../src/lib/secret.ts';
import { jsonOf } from '../support/api-answer.ts';
import { findSecrets } from '../support/canary.ts';
import { endpointsOf, FIXED } from '../support/management-endpoints.ts';
import { MANAGER, type ManagementServer, startManagementServer } from '../support/management-server.ts';
import { createMemoryLog } from '../support/memory-log.ts';
import { DATABASE, PUBLIC_CLIENT, USER_ID } from '../support/sample-tenant.ts';
import { HOST, type LogEventWire } from '../support/start-server.ts';
import { ids, NEW_SECRETS, REFRESH_TOKENS, remember } from './audited-change.ts';
import { CHANGES } from './audited-changes.ts';

const log = createMemoryLog();
let server: ManagementServer;
before(async () => {
  server = await startManagementServer({ logger: log.logger });
  const [second] = (await server.api('GET', '/connections?name=Second')).json as [{ id: string }];
  ids['second'] = second.id;
  for (const id of REFRESH_TOKENS) await addRefreshToken(id);
});
after(() => server.close());

/** Of the sample user, made at no login. */
async function addRefreshToken(id: string): Promise<void> {
  const tenant = await server.app.stores.tenants.findByName('acme');
  assert.ok(tenant);
  const connection = (await server.app.stores.connections.list(tenant.id)).find(({ name }) => name === DATABASE);
  assert.ok(connection);
  const now = server.clock.now();
  const effects = server.app.stores.refreshTokens.creationOf(tenant.id, {
    ...{ id, userId: USER_ID, clientId: PUBLIC_CLIENT, connectionId: connection.id, audience: null, scope: [] },
    ...{ secret: new Secret('secret'), rotating: false, counter: 0, createdAt: now, replacedAt: now, usedAt: null },
    ...{ expiresAt: null, endsAt: null, revokedAt: null },
  });
  for (const { query } of effects) await server.ground.database.sql.executeQuery(query);
}

async function eventsOf(requestId: unknown): Promise<LogEventWire[]> {
  return (await server.logs()).filter(({ details }) => details['request_id'] === requestId);
}

test('every change is written down with who made it, of what, and which members [L-08]', async () => {
  server.clock.advance(600_000);
  for (const make of CHANGES) {
    const change = make();
    const [method = '', template = ''] = change.endpoint.split(' ');
    const path = template.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
      encodeURIComponent(change.values?.[name] ?? ''),
    );
    const answer = await server.api(method, `${path}${change.query ?? ''}`, change.body);
    assert.ok(answer.status < 300, `${change.endpoint}: ${answer.raw.body}`);
    remember(change, answer.json);
    const [event, ...more] = await eventsOf(answer.raw.headers['x-auth0-requestid']);
    assert.ok(event, `no event of ${change.endpoint}`);
    assert.deepEqual(more, [], change.endpoint);
    const { details } = event;
    const { target } = details as { target?: { type: string; name: string } };
    assert.deepEqual(
      {
        ...{ type: event.type, client: event['client_id'], clientName: event['client_name'], user: event['user_id'] },
        ...{ ip: event['ip'], hostname: event['hostname'], tenant: event['tenant_name'] },
        ...{ operation: details['operation'], noun: target?.type, action: details['action'] },
      },
      {
        ...{ type: change.type ?? 'sapi', client: MANAGER, clientName: 'Management', user: null },
        ...{ ip: '127.0.0.1', hostname: HOST, tenant: 'acme' },
        ...{ operation: `${method} /api/v2${path}`, noun: change.noun, action: change.action },
      },
      change.endpoint,
    );
    if (change.name instanceof RegExp) assert.match(target?.name ?? '', change.name);
    else assert.equal(target?.name, change.name, change.endpoint);
    const changed = details['changed'] as string[];
    const names = change.action === 'created' ? change.changed.filter((name) => !changed.includes(name)) : changed;
    assert.deepEqual(names.toSorted(), change.action === 'created' ? [] : change.changed.toSorted(), change.endpoint);
  }
});

test('no event and no line of the operational log holds what was written [L-08] [L-01]', async () => {
  const events = JSON.stringify(await server.logs());
  const shown = jsonOf<object>(await server.api('GET', '/logs?per_page=100'), 200);
  assert.ok(events.includes('Audited'));
  for (const text of [events, JSON.stringify(shown), log.text()]) assert.deepEqual(findSecrets(text, NEW_SECRETS), []);
});

test('what is refused, and what changes nothing, is no change', async () => {
  const count = async () => (await server.logs()).filter(({ type }) => type === 'sapi').length;
  const told = await count();
  await server.api('PATCH', '/clients/nobody', { name: 'X' });
  await server.api('PATCH', `/clients/${PUBLIC_CLIENT}`, { name: 7 });
  await server.api('PATCH', `/clients/${PUBLIC_CLIENT}`, { name: 'X' }, null);
  await server.api('DELETE', `/users/${encodeURIComponent('auth0|nobody')}`);
  jsonOf(await server.api('PATCH', `/clients/${PUBLIC_CLIENT}`, { name: 'CLI' }), 200);
  assert.equal(await count(), told);
});

test('every endpoint that changes something is looked at here [L-08]', () => {
  const known = new Set(CHANGES.map((make) => make().endpoint));
  const endpoints = endpointsOf(server).filter(({ method }) => method !== 'GET');
  const tags = new Set(endpoints.filter((one) => known.has(`${one.method} ${one.path}`)).map(({ tag }) => tag));
  const all = endpoints.filter(({ tag }) => tags.has(tag)).map(({ method, path }) => `${method} ${path}`);
  assert.deepEqual(all.filter((name) => !FIXED.has(name)).toSorted(), [...known].toSorted());
});
