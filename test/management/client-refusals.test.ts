// What /api/v2/clients refuses: a client that is not there, an id that is taken, members of no use, and missing scopes.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  assertApiRefused,
  assertBodiesRefused,
  insufficientScope,
  invalidBody,
  jsonOf,
} from '../support/api-answer.ts';
import { MANAGER, type ManagementServer, startManagementServer } from '../support/management-server.ts';
import { BACKEND_CLIENT, BACKEND_SECRET, PUBLIC_CLIENT, SEED_REQUEST } from '../support/sample-tenant.ts';

interface Shown {
  readonly client_id: string;
  readonly name: string;
}

let server: ManagementServer;
before(async () => {
  server = await startManagementServer();
});
after(() => server.close());

const MISSING = [404, 'inexistent_client', 'The client does not exist'] as const;

const create = async (body: object) => jsonOf<Shown>(await server.api('POST', '/clients', body), 201);
const read = async (id: string) => jsonOf<Shown>(await server.api('GET', `/clients/${id}`), 200);
const patch = async (id: string, body: object) => jsonOf<Shown>(await server.api('PATCH', `/clients/${id}`, body), 200);

test('a client that is not there is answered 404 by every endpoint', async () => {
  for (const [method, path, body] of [
    ['GET', ''],
    ['PATCH', '', { name: 'X' }],
    ['DELETE', ''],
    ['POST', '/rotate-secret'],
    ['GET', '/credentials'],
  ] as const) {
    assertApiRefused(await server.api(method, `/clients/nobody${path}`, body), MISSING);
  }
});

test('a client_id can be taken once', async () => {
  const again = await server.api('POST', '/clients', { name: 'Other', client_id: BACKEND_CLIENT });
  const words = `A client with the client_id "${BACKEND_CLIENT}" already exists`;
  assertApiRefused(again, [409, 'client_conflict', words]);
  assert.equal(
    (await server.token({ ...SEED_REQUEST, client_id: BACKEND_CLIENT, client_secret: BACKEND_SECRET })).statusCode,
    200,
  );
});

test('a client without a secret has none to rotate', async () => {
  const answer = await server.api('POST', `/clients/${PUBLIC_CLIENT}/rotate-secret`);
  assertApiRefused(answer, [400, 'operation_not_supported', 'The client has no secret']);
});

test('members that are unknown, of another type or without effect are refused', async () => {
  const bodies = [
    [{ name: 'X', no_such_member: 1 }, "'Additional properties not allowed: no_such_member'."],
    [{ name: 7 }, /on property name\.$/],
    [{ name: 'X', grant_types: ['magic'] }, /on property grant_types\.0\.$/],
    [{ name: 'X', app_type: 'robot' }, /Allowed values: .* on property app_type\.$/],
    [{ name: 'X', token_endpoint_auth_method: 'none', client_secret: 'x'.repeat(20) }, /client_secret has no effect/],
    [{ name: 'X', is_token_endpoint_ip_header_trusted: true, token_endpoint_auth_method: 'none' }, /ip_header_trusted/],
    [{ name: 'X', client_secret: 'short' }, /on property client_secret\.$/],
    [{ name: 'X', callbacks: ['not a url'] }, /on property callbacks\.0\.$/],
    [{ name: 'X', web_origins: ['https://*.example'] }, /on property web_origins\.0\.$/],
    [
      { name: 'X', client_metadata: Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`m${i}`, ''])) },
      /client_metadata/,
    ],
    [
      { name: 'X', jwt_configuration: { lifetime_in_seconds: 0 } },
      /on property jwt_configuration\.lifetime_in_seconds\.$/,
    ],
    [{ name: 'X', oidc_conformant: false }, /Allowed values: true' on property oidc_conformant\.$/],
  ] as const;
  await assertBodiesRefused(
    (body) => server.api('POST', '/clients', body),
    [[{ client_id: 'x' }, "'Missing required property: name'."], ...bodies],
  );
  await assertBodiesRefused(
    (body) => server.api('PATCH', `/clients/${BACKEND_CLIENT}`, body),
    [
      [{ client_id: 'another' }, "'Additional properties not allowed: client_id'."],
      [{}, /^Payload validation error: 'Value must/],
      ...bodies.filter(([body]) => !('token_endpoint_auth_method' in body)),
    ],
  );
  const { name } = await read(BACKEND_CLIENT);
  assert.equal(name, 'Backend');
});

test('a client cannot be left with more metadata than ten members by two changes', async () => {
  const { client_id: id } = await create({ name: 'Full' });
  const six = (from: number) => Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`m${from + i}`, '']));
  await patch(id, { client_metadata: six(0) });
  const over = await server.api('PATCH', `/clients/${id}`, { client_metadata: six(6) });
  assertApiRefused(over, invalidBody(/client_metadata/));
});

test('each endpoint wants its own scope, and secrets want another one', async () => {
  const token = await server.managementToken('read:clients update:clients');
  const body = { client_secret: 'a-secret-of-my-own-choice-0123456789' };
  const refused = await server.api('PATCH', `/clients/${BACKEND_CLIENT}`, body, token);
  assertApiRefused(refused, insufficientScope('update:client_keys'));
  const rotated = await server.api('POST', `/clients/${BACKEND_CLIENT}/rotate-secret`, undefined, token);
  assertApiRefused(rotated, insufficientScope('update:client_keys'));
  const keys = await server.managementToken('update:client_keys');
  const named = await server.api('PATCH', `/clients/${BACKEND_CLIENT}`, { ...body, name: 'Mine' }, keys);
  assertApiRefused(named, insufficientScope('update:clients'));
  assertApiRefused(
    await server.api('DELETE', `/clients/${MANAGER}`, undefined, token),
    insufficientScope('delete:clients'),
  );
});
