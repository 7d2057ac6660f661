// A client that asks for itself: which tokens it gets, which scopes, and every way to be refused.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { changeTenant } from '../support/change-tenant.ts';
import { basic, getUserinfo, postForm, tokensFor } from '../support/injected-request.ts';
import { MACHINE, MACHINE_REQUEST, MACHINE_SECRET, MACHINE_TENANT, PARTNER } from '../support/machine-tenant.ts';
import { assertLogged, assertRefused, eventOf } from '../support/refusal.ts';
import {
  API,
  BACKEND_CLIENT,
  BACKEND_SECRET,
  HS256_API,
  PUBLIC_CLIENT,
  SAMPLE_TENANT,
} from '../support/sample-tenant.ts';
import { ISSUER, startServer, type TestServer } from '../support/start-server.ts';
import { verifyWithPublishedKeys, verifyWithSecret } from '../support/verify-token.ts';

let server: TestServer;
before(async () => {
  server = await startServer({ tenant: MACHINE_TENANT });
});
after(() => server.close());

const NO_GRANT = (audience: string) =>
  [
    403,
    'access_denied',
    `Client is not authorized to access "${audience}". You need to create a "client-grant" associated to this API.`,
  ] as const;

test('a client that asks for itself gets a JWT in its own name and nothing else', async () => {
  for (const answer of [await server.token(MACHINE_REQUEST), await postForm(server, MACHINE_REQUEST)]) {
    assert.equal(answer.statusCode, 200, answer.body);
    const { access_token: token, ...rest } = answer.json<{ access_token: string }>();
    assert.deepEqual(rest, { scope: 'read:sample write:sample', expires_in: 86_400, token_type: 'Bearer' });
    const issuedAt = Math.floor(server.clock.now() / 1000);
    assert.deepEqual(await verifyWithPublishedKeys(server, token), {
      iss: ISSUER,
      sub: `${MACHINE}@clients`,
      aud: API,
      iat: issuedAt,
      exp: issuedAt + 86_400,
      scope: 'read:sample write:sample',
      gty: 'client-credentials',
      azp: MACHINE,
    });
  }
});

test('the secret may come in a Basic header', async () => {
  const { client_id: _, client_secret: __, ...request } = MACHINE_REQUEST;
  const answer = await server.token(request, { authorization: basic(MACHINE, MACHINE_SECRET) });
  assert.equal(answer.statusCode, 200, answer.body);
});

for (const [requested, granted] of [
  ['read:sample', 'read:sample'],
  ['write:sample', 'write:sample'],
  ['write:sample read:sample write:sample', 'write:sample read:sample'],
  ['', 'read:sample write:sample'],
  ['   ', 'read:sample write:sample'],
] as const) {
  test(`the scope ${JSON.stringify(requested)} is granted as ${JSON.stringify(granted)} [T-25]`, async () => {
    const { scope } = await tokensFor(server, { ...MACHINE_REQUEST, scope: requested });
    assert.equal(scope, granted);
  });
}

for (const [requested, missing] of [
  ['delete:sample', 'delete:sample'],
  ['read:sample delete:sample', 'delete:sample'],
  ['nothing:known other:unknown', 'nothing:known, other:unknown'],
  ['openid', 'openid'],
  ['openid profile read:sample', 'openid, profile'],
  ['offline_access', 'offline_access'],
] as const) {
  test(`the scope ${JSON.stringify(requested)} goes beyond the client grant and is refused [T-25]`, async () => {
    const answer = await server.token({ ...MACHINE_REQUEST, scope: requested });
    assertRefused(answer, [403, 'access_denied', `Client has not been granted scopes: ${missing}`]);
    await assertLogged(server, answer, 'feccft', 'scope');
  });
}

test('a client without a client grant on the API is refused, also when it has one for users [T-25]', async () => {
  const answer = await server.token({ ...MACHINE_REQUEST, audience: HS256_API });
  assertRefused(answer, NO_GRANT(HS256_API));
  await assertLogged(server, answer, 'feccft', 'client-grant');
});

test('the policy allow_all for users opens nothing to a client that asks for itself [T-25]', async () => {
  await server.apply({
    ...SAMPLE_TENANT,
    clients: [{ ...MACHINE_TENANT.clients[1], grant_types: ['client_credentials'] }],
  });
  const answer = await server.token({ ...MACHINE_REQUEST, client_id: BACKEND_CLIENT, client_secret: BACKEND_SECRET });
  assertRefused(answer, NO_GRANT(API));
  await server.apply(MACHINE_TENANT);
});

test('an unknown audience is refused with its name', async () => {
  const answer = await server.token({ ...MACHINE_REQUEST, audience: 'https://nowhere.example.test' });
  assertRefused(answer, [403, 'access_denied', 'Service not found: https://nowhere.example.test']);
});

test('the userinfo endpoint is no API that a client may ask for', async () => {
  const answer = await server.token({ ...MACHINE_REQUEST, audience: `${ISSUER}userinfo` });
  assertRefused(answer, [403, 'access_denied', `Service not found: ${ISSUER}userinfo`]);
});

test('without an audience and without a default one the client is refused', async () => {
  const { audience: _, ...request } = MACHINE_REQUEST;
  const answer = await server.token(request);
  assertRefused(answer, [403, 'access_denied', 'Non-global clients are not allowed access to APIv1']);
  await assertLogged(server, answer, 'feccft', 'missing-audience');
});

test('the default audience of the tenant takes the place of one that was not sent', async () => {
  const { audience: _, ...request } = MACHINE_REQUEST;
  await changeTenant(server, { defaultAudience: API });
  const { access_token: token } = await tokensFor(server, { ...request, audience: null });
  assert.equal((await verifyWithPublishedKeys(server, token)).aud, API);
  await changeTenant(server, { defaultAudience: null });
});

test('a client whose list of grants lacks client_credentials is refused before anything else [T-26]', async () => {
  const answer = await server.token({ ...MACHINE_REQUEST, client_id: BACKEND_CLIENT, client_secret: BACKEND_SECRET });
  assertRefused(answer, [403, 'unauthorized_client', "Grant type 'client_credentials' not allowed for the client."]);
  await assertLogged(server, answer, 'feccft', 'grant-not-enabled');
});

test('a machine may not use the password grant without being given it [T-26]', async () => {
  const answer = await server.token({ ...MACHINE_REQUEST, grant_type: 'password', username: 'a', password: 'b' });
  assertRefused(answer, [403, 'unauthorized_client', "Grant type 'password' not allowed for the client."]);
});

test('a public client is refused, also when its list names the grant [T-26]', async () => {
  const [publicClient] = MACHINE_TENANT.clients;
  await server.apply({ ...SAMPLE_TENANT, clients: [{ ...publicClient, grant_types: ['client_credentials'] }] });
  const answer = await server.token({ ...MACHINE_REQUEST, client_id: PUBLIC_CLIENT });
  assertRefused(answer, [403, 'unauthorized_client', "Grant type 'client_credentials' not allowed for the client."]);
  await assertLogged(server, answer, 'feccft', 'public-client');
  await server.apply(MACHINE_TENANT);
});

test('a client of somebody else may ask for itself: it sees no password', async () => {
  const { scope } = await tokensFor(server, { ...MACHINE_REQUEST, client_id: PARTNER });
  assert.equal(scope, 'read:sample');
});

for (const [name, secret] of [
  ['no secret', undefined],
  ['a wrong secret', 'wrong'],
] as const) {
  test(`a client with ${name} is refused and logged as a failed exchange of client credentials [T-11]`, async () => {
    const answer = await server.token({ ...MACHINE_REQUEST, client_secret: secret });
    assertRefused(answer, [401, 'access_denied', 'Unauthorized']);
    await assertLogged(
      server,
      answer,
      'feccft',
      secret === undefined ? 'missing-client-secret' : 'wrong-client-secret',
    );
  });
}

test('the regions of the password grant are none of its business', async () => {
  const elsewhere = await startServer({ tenant: MACHINE_TENANT, options: { password_grant_regions: 'eu' } });
  try {
    await tokensFor(elsewhere, MACHINE_REQUEST);
  } finally {
    await elsewhere.close();
  }
});

test('the token is logged with its client and its scope, and without a user', async () => {
  const answer = await server.token(MACHINE_REQUEST);
  const event = await eventOf(server, answer);
  const { type, description, client_id, client_name, user_id, connection, audience, scope } = event;
  assert.deepEqual(
    { type, description, client_id, client_name, user_id, connection, audience, scope },
    {
      type: 'seccft',
      description: 'Successful exchange of Client Credentials for Access Token',
      client_id: MACHINE,
      client_name: 'Machine',
      user_id: null,
      connection: null,
      audience: API,
      scope: 'read:sample write:sample',
    },
  );
});

test('the token opens no userinfo, even where the API has a scope called openid [T-25]', async () => {
  const named = await startServer({
    tenant: {
      ...MACHINE_TENANT,
      resourceServers: [
        { identifier: API, scopes: [{ value: 'openid' }, { value: 'read:sample' }] },
        SAMPLE_TENANT.resourceServers[1],
      ],
      clientGrants: [{ client_id: 'Machine', audience: API, scope: ['openid', 'read:sample'] }],
    },
  });
  try {
    const { access_token: token, scope } = await tokensFor(named, MACHINE_REQUEST);
    assert.equal(scope, 'read:sample');
    assert.equal((await verifyWithPublishedKeys(named, token)).aud, API);
    assert.equal((await getUserinfo(named, token)).statusCode, 401);
  } finally {
    await named.close();
  }
});

test('the token for an HS256 API is signed with its secret', async () => {
  const grant = { client_id: 'Machine', audience: HS256_API, scope: [] };
  await server.apply({ ...MACHINE_TENANT, clientGrants: [grant] });
  const { access_token: token, scope } = await tokensFor(server, { ...MACHINE_REQUEST, audience: HS256_API });
  assert.equal(scope, undefined);
  const claims = await verifyWithSecret(server, token, SAMPLE_TENANT.resourceServers[1]?.signing_secret ?? '');
  assert.deepEqual([claims.sub, claims.aud, 'scope' in claims], [`${MACHINE}@clients`, HS256_API, false]);
});

test('a scope that the API has dropped is granted no more [T-25]', async () => {
  const [first, second] = SAMPLE_TENANT.resourceServers;
  await server.apply({ ...SAMPLE_TENANT, resourceServers: [{ ...first, scopes: [{ value: 'read:sample' }] }, second] });
  assert.equal((await tokensFor(server, MACHINE_REQUEST)).scope, 'read:sample');
  const answer = await server.token({ ...MACHINE_REQUEST, scope: 'write:sample' });
  assert.equal(answer.statusCode, 403);
  await server.apply(MACHINE_TENANT);
});
