// Which scopes are granted for which request: Auth0's rules for password-type grants, surprises included.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { decodeJwt } from 'jose';
import { tokensFor } from '../support/injected-request.ts';
import { API, HS256_API, SAMPLE_TENANT, SEED_REQUEST } from '../support/sample-tenant.ts';
import { startServer, type TestServer } from '../support/start-server.ts';

let server: TestServer;
before(async () => {
  server = await startServer();
});
after(() => server.close());

const ALL_OF_API = 'read:sample write:sample delete:sample';
const ALL_OF_OIDC = 'openid profile email address phone';

interface Row {
  readonly name: string;
  readonly audience: string | null;
  readonly scope: unknown;
  readonly granted: string | undefined;
}

const ROWS: readonly Row[] = [
  { name: 'no scope gives all scopes of the API', audience: API, scope: undefined, granted: ALL_OF_API },
  { name: 'scope null is no scope', audience: API, scope: null, granted: ALL_OF_API },
  { name: 'an empty scope is no scope', audience: API, scope: '', granted: ALL_OF_API },
  { name: 'a scope of blanks is no scope', audience: API, scope: '   ', granted: ALL_OF_API },
  {
    name: 'scopes of OpenID Connect alone leave all scopes of the API',
    audience: API,
    scope: 'openid profile',
    granted: `openid profile ${ALL_OF_API}`,
  },
  {
    name: 'offline_access is no scope of the API, so all of those are granted',
    audience: API,
    scope: 'openid offline_access',
    granted: `openid ${ALL_OF_API}`,
  },
  {
    name: 'openid alone stands for all of OpenID Connect',
    audience: API,
    scope: 'openid',
    granted: `${ALL_OF_OIDC} ${ALL_OF_API}`,
  },
  { name: 'one scope of the API gives that one', audience: API, scope: 'write:sample', granted: 'write:sample' },
  {
    name: 'scopes of the API come in the order asked for',
    audience: API,
    scope: 'delete:sample read:sample',
    granted: 'delete:sample read:sample',
  },
  {
    name: 'the order of scopes in a request does not matter to what is granted (oidcc-ensure-other-scope-order-succeeds)',
    audience: null,
    scope: 'email openid',
    granted: 'email openid',
  },
  { name: 'repeats are granted once', audience: API, scope: 'read:sample read:sample', granted: 'read:sample' },
  {
    name: 'blanks around scopes do not matter',
    audience: API,
    scope: ' read:sample  write:sample ',
    granted: 'read:sample write:sample',
  },
  {
    name: 'no scope and no audience give all of OpenID Connect',
    audience: null,
    scope: undefined,
    granted: ALL_OF_OIDC,
  },
  {
    name: 'openid alone gives all of OpenID Connect without an API too',
    audience: null,
    scope: 'openid',
    granted: ALL_OF_OIDC,
  },
  {
    name: 'an unknown scope without an audience gives no scope',
    audience: null,
    scope: 'extra-scope',
    granted: undefined,
  },
];

/** Attempts to get more than there is. */
const TOO_MUCH: readonly Row[] = [
  {
    name: 'a scope that the API does not define is dropped without a word',
    audience: API,
    scope: 'read:sample admin:everything',
    granted: 'read:sample',
  },
  { name: 'only unknown scopes give none', audience: API, scope: 'admin:everything', granted: undefined },
  { name: 'a scope of another API is unknown here', audience: HS256_API, scope: 'read:sample', granted: undefined },
  { name: 'scopes know upper and lower case', audience: API, scope: 'READ:SAMPLE', granted: undefined },
  { name: 'only a space separates scopes', audience: API, scope: 'read:sample\twrite:sample', granted: undefined },
  { name: 'a star is no scope', audience: API, scope: '* read:*', granted: undefined },
  {
    name: 'a scope of an API is unknown without its audience',
    audience: null,
    scope: 'read:sample',
    granted: undefined,
  },
];

async function check({ audience, scope, granted }: Row): Promise<void> {
  const tokens = await tokensFor(server, { ...SEED_REQUEST, audience, scope });
  assert.equal(tokens.scope, granted);
  assert.equal('scope' in tokens, granted !== undefined);
  if (audience === API) assert.equal(decodeJwt(tokens.access_token)['scope'], granted, 'the token says the same');
}

for (const row of ROWS) test(row.name, () => check(row));

for (const row of TOO_MUCH) {
  test(`no scope is granted that was not defined for this API: ${row.name} [T-25]`, () => check(row));
}

test('a scope taken from the API is in no later token [T-25]', async () => {
  const changing = await startServer();
  await changing.apply({
    tenant: SAMPLE_TENANT.tenant,
    resourceServers: [{ identifier: API, scopes: [{ value: 'read:sample' }] }],
  });
  const tokens = await tokensFor(changing, { ...SEED_REQUEST, scope: 'read:sample write:sample' });
  assert.equal(tokens.scope, 'read:sample');
  await changing.close();
});
