// /api/v2/client-grants: which scopes of an API a client may have.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  assertApiRefused,
  assertBodiesRefused,
  assertEmpty,
  insufficientScope,
  jsonOf,
} from '../support/api-answer.ts';
import { tokensFor } from '../support/injected-request.ts';
import { assertWalks } from '../support/list-walk.ts';
import {
  MANAGEMENT_AUDIENCE,
  MANAGER,
  type ManagementServer,
  startManagementServer,
} from '../support/management-server.ts';
import { API, BACKEND_CLIENT, BASIC_CLIENT, HS256_API, PUBLIC_CLIENT, SEED_REQUEST } from '../support/sample-tenant.ts';

interface Grant {
  readonly id: string;
  readonly scope: readonly string[];
}

let server: ManagementServer;
before(async () => {
  server = await startManagementServer();
});
after(() => server.close());

const MISSING = [404, 'inexistent_client_grant', 'The client grant does not exist'] as const;

const create = async (body: object) => jsonOf<Grant>(await server.api('POST', '/client-grants', body), 201);
const listed = async (query: string) =>
  jsonOf<Grant[]>(await server.api('GET', `/client-grants?${query}`), 200).map(({ id }) => id);

async function createMachine(): Promise<{ client_id: string; client_secret: string }> {
  const body = { name: 'Machine', app_type: 'non_interactive', grant_types: ['client_credentials'] };
  const made = jsonOf<{ client_id: string; client_secret: string }>(await server.api('POST', '/clients', body), 201);
  return { client_id: made.client_id, client_secret: made.client_secret };
}

test('a grant is created, shown, changed and taken back, and the client’s tokens follow', async () => {
  const machine = await createMachine();
  const request = { grant_type: 'client_credentials', ...machine, audience: API };
  assert.equal((await server.token(request)).statusCode, 403);
  const made = await create({ client_id: machine.client_id, audience: API, scope: ['read:sample', 'write:sample'] });
  assert.match(made.id, /^cgr_[A-Za-z0-9]{16}$/);
  assert.deepEqual(made, {
    id: made.id,
    client_id: machine.client_id,
    audience: API,
    subject_type: 'client',
    scope: ['read:sample', 'write:sample'],
  });
  assert.equal((await tokensFor(server, request)).scope, 'read:sample write:sample');
  const path = `/client-grants/${made.id}`;
  assert.deepEqual(jsonOf(await server.api('GET', path), 200), made);
  const less = jsonOf<Grant>(await server.api('PATCH', path, { scope: ['write:sample'] }), 200);
  assert.deepEqual(less, { ...made, scope: ['write:sample'] });
  assert.equal((await tokensFor(server, request)).scope, 'write:sample');
  assert.equal((await server.token({ ...request, scope: 'read:sample' })).statusCode, 403);
  jsonOf(await server.api('PATCH', path, { scope: [] }), 200);
  assert.equal((await tokensFor(server, request)).scope, undefined);
  assertEmpty(await server.api('DELETE', path));
  assert.equal((await server.token(request)).statusCode, 403);
  assertApiRefused(await server.api('GET', path), MISSING);
});

test('a grant for users limits what a client gets for them, where the API asks for one', async () => {
  const policy = { subject_type_authorization: { user: { policy: 'require_client_grant' } } };
  jsonOf(await server.api('PATCH', `/resource-servers/${encodeURIComponent(HS256_API)}`, policy), 200);
  const request = { ...SEED_REQUEST, audience: HS256_API, scope: 'read:legacy' };
  assert.equal((await server.token(request)).statusCode, 403);
  const made = await create({
    client_id: PUBLIC_CLIENT,
    audience: HS256_API,
    subject_type: 'user',
    scope: ['read:legacy'],
  });
  assert.equal((await tokensFor(server, request)).scope, 'read:legacy');
  jsonOf(await server.api('PATCH', `/client-grants/${made.id}`, { scope: [] }), 200);
  assert.equal((await tokensFor(server, request)).scope, undefined);
});

test('grants are listed in every way that Auth0’s clients walk, and by client, audience and subject', async () => {
  const ids = [BACKEND_CLIENT, BASIC_CLIENT].map((client) => ({ client_id: client, audience: API, scope: [] }));
  const [one, other] = [await create(ids[0] as object), await create(ids[1] as object)];
  const user = await create({ client_id: BASIC_CLIENT, audience: API, subject_type: 'user', scope: [] });
  await assertWalks(server, { path: '/client-grants', plural: 'client_grants', key: 'id', hasCheckpoints: true });
  assert.deepEqual(await listed(`client_id=${BACKEND_CLIENT}`), [one.id]);
  assert.deepEqual(await listed(`client_id=${BASIC_CLIENT}&subject_type=user`), [user.id]);
  const ofApi = await listed(`audience=${encodeURIComponent(API)}&subject_type=client`);
  assert.ok(ofApi.includes(one.id) && ofApi.includes(other.id) && !ofApi.includes(user.id));
  assert.deepEqual(await listed('client_id=nobody'), []);
  assert.deepEqual(await listed('audience=https://nowhere.example'), []);
});

test('the Management API is called by its audience at the host that is asked', async () => {
  const [own] = await listed(`audience=${encodeURIComponent(MANAGEMENT_AUDIENCE)}`);
  const grant = jsonOf<Record<string, unknown>>(await server.api('GET', `/client-grants/${own}`), 200);
  assert.deepEqual([grant['client_id'], grant['audience']], [MANAGER, MANAGEMENT_AUDIENCE]);
  assert.ok(!JSON.stringify((await server.api('GET', '/client-grants')).json).includes('urn:gatehouse'));
});

test('one client has one grant on an API for itself', async () => {
  const { client_id: id } = await createMachine();
  const body = { client_id: id, audience: API, scope: ['read:sample'] };
  await create(body);
  const words = 'A client grant for this client and audience already exists.';
  assertApiRefused(await server.api('POST', '/client-grants', body), [409, 'client_grant_conflict', words]);
  await create({ ...body, subject_type: 'user' });
});

test('a client that is not there, and a name in place of an id, are answered 404', async () => {
  for (const id of ['nobody', 'Backend']) {
    const answer = await server.api('POST', '/client-grants', { client_id: id, audience: API, scope: [] });
    assertApiRefused(answer, [404, 'inexistent_client', 'The client does not exist']);
  }
  for (const [method, body] of [['GET'], ['PATCH', { scope: [] }], ['DELETE']] as const) {
    assertApiRefused(await server.api(method, '/client-grants/cgr_nothing', body), MISSING);
  }
});

test('scopes and APIs that are not there, and members that are unknown or of another type, are refused', async () => {
  const { client_id: id } = await createMachine();
  const body = { client_id: id, audience: API, scope: ['read:sample'] };
  await assertBodiesRefused(
    (one) => server.api('POST', '/client-grants', one),
    [
      [{ ...body, scope: ['fly:away'] }, /has no scope fly:away\.' on property scope\.$/],
      [{ ...body, audience: 'https://nowhere.example' }, /There is no resource server https:\/\/nowhere\.example/],
      [{ ...body, audience: 'urn:gatehouse:management-api', scope: [] }, /There is no resource server urn:gatehouse/],
      [{ ...body, subject_type: 'robot' }, /Allowed values: "client", "user"' on property subject_type\.$/],
      [{ ...body, scope: 'read:sample' }, /on property scope\.$/],
      [{ ...body, organization_usage: 'deny' }, "'Additional properties not allowed: organization_usage'."],
      [{ client_id: id, scope: [] }, "'Missing required property: audience'."],
    ],
  );
  const made = await create(body);
  await assertBodiesRefused(
    (one) => server.api('PATCH', `/client-grants/${made.id}`, one),
    [
      [{ scope: ['fly:away'] }, /has no scope fly:away/],
      [{ scope: [], audience: HS256_API }, "'Additional properties not allowed: audience'."],
      [{}, "'Missing required property: scope'."],
    ],
  );
});

test('each endpoint wants its own scope', async () => {
  const token = await server.managementToken('read:client_grants');
  assert.equal((await server.api('GET', '/client-grants', undefined, token)).status, 200);
  for (const [verb, method, path, body] of [
    ['create', 'POST', '', { client_id: BACKEND_CLIENT, audience: API, scope: [] }],
    ['update', 'PATCH', '/cgr_x', { scope: [] }],
    ['delete', 'DELETE', '/cgr_x'],
  ] as const) {
    const answer = await server.api(method, `/client-grants${path}`, body, token);
    assertApiRefused(answer, insufficientScope(`${verb}:client_grants`));
  }
});
