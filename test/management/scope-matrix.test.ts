// Who may call what, generated from the route table: no endpoint answers without a token or with scopes that are not its own.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Endpoint } from '../../src/management/endpoint.ts';
import { CURRENT_USER_SCOPES, MANAGEMENT_SCOPES } from '../../src/resource-server/management-audience.ts';
import { assertApiRefused, insufficientScope } from '../support/api-answer.ts';
import { tokensFor } from '../support/injected-request.ts';
import { endpointsOf, pathOf } from '../support/management-endpoints.ts';
import { MANAGEMENT_AUDIENCE, type ManagementServer, startManagementServer } from '../support/management-server.ts';
import { SEED_REQUEST } from '../support/sample-tenant.ts';

/** Answered to anybody: they tell nothing of a tenant. */
const OPEN: readonly string[] = [];

/** Of scopes that a client can be granted. */
const GRANTED = MANAGEMENT_SCOPES.filter((scope) => !CURRENT_USER_SCOPES.includes(scope));

let server: ManagementServer;
let endpoints: readonly Endpoint[];
before(async () => {
  server = await startManagementServer();
  endpoints = endpointsOf(server).filter(({ scopes }) => scopes.length > 0);
});
after(() => server.close());

const nameOf = ({ method, path }: Endpoint) => `${method} ${path}`;
const ask = (one: Endpoint, token: string | null) => server.api(one.method, pathOf(one), undefined, token);

/** A machine's token for these scopes; each is asked for once. */
function tokens(): (scopes: readonly string[]) => Promise<string> {
  const made = new Map<string, Promise<string>>();
  return (scopes) => {
    const scope = scopes.join(' ');
    const token = made.get(scope) ?? server.managementToken(scope);
    made.set(scope, token);
    return token;
  };
}

test('there are endpoints, each is declared once, and those that are open to anybody are known [T-35]', () => {
  const all = endpointsOf(server);
  assert.ok(all.length > 50);
  assert.equal(new Set(all.map(nameOf)).size, all.length);
  const open = all.filter(({ scopes }) => scopes.length === 0).map(nameOf);
  assert.deepEqual(open, OPEN);
});

test('no endpoint answers without a token [T-35] [T-44]', async () => {
  for (const one of endpoints) {
    assertApiRefused(await ask(one, null), [401, null, 'Missing authentication']);
    if (one.method !== 'GET') continue;
    const head = await server.api('HEAD', pathOf(one), undefined, null);
    assert.equal(head.status, 401, nameOf(one));
  }
});

test('no endpoint answers a machine that has every scope but its own [T-35]', async () => {
  const tokenFor = tokens();
  for (const one of endpoints) {
    const others = GRANTED.filter((scope) => !one.scopes.includes(scope));
    assertApiRefused(await ask(one, await tokenFor(others)), insufficientScope(...one.scopes));
  }
});

test('every endpoint answers a machine that has any one of its scopes [T-35]', async () => {
  const tokenFor = tokens();
  for (const one of endpoints) {
    for (const scope of one.scopes.filter((name) => GRANTED.includes(name))) {
      const answer = await ask(one, await tokenFor([scope]));
      assert.ok(![401, 403, 500].includes(answer.status), `${nameOf(one)} with ${scope}: ${answer.raw.body}`);
    }
  }
});

test('no endpoint but those about oneself answers a user’s own token [T-35]', async () => {
  const request = { ...SEED_REQUEST, audience: MANAGEMENT_AUDIENCE, scope: MANAGEMENT_SCOPES.join(' ') };
  const { access_token: token, scope } = await tokensFor(server, request);
  assert.deepEqual(scope?.split(' '), CURRENT_USER_SCOPES);
  for (const one of endpoints.filter(({ scopes }) => !scopes.some((name) => CURRENT_USER_SCOPES.includes(name)))) {
    assertApiRefused(await ask(one, token), insufficientScope(...one.scopes));
  }
});

test('what may be changed with a scope is not changed with the right to read it [T-35]', () => {
  const reading = new Set(endpoints.filter(({ method }) => method === 'GET').flatMap(({ scopes }) => scopes));
  const changing = endpoints.filter(({ method }) => method !== 'GET').flatMap(({ scopes }) => scopes);
  const both = changing.filter((scope) => reading.has(scope));
  assert.deepEqual(both, []);
});

test('every scope that an endpoint names is one of the Management API [T-35]', () => {
  const named = new Set(endpoints.flatMap(({ scopes }) => scopes));
  assert.deepEqual(
    [...named].filter((scope) => !MANAGEMENT_SCOPES.includes(scope)),
    [],
  );
});

/** Scopes of these may open nothing: their endpoints are still to come, or Auth0 names more scopes than there is to do. */
const UNUSED = new Set([
  ...['actions', 'triggers', 'rules', 'rules_configs', 'hooks', 'email_provider', 'email_templates', 'user_tickets'],
  ...['guardian_factors', 'mfa_policies', 'branding', 'custom_domains', 'prompts', 'forms', 'flows', 'log_streams'],
  ...['flows_vault_connections', 'event_streams', 'network_acls', 'organizations', 'self_service_profiles'],
  ...['phone_providers', 'phone_templates', 'token_exchange_profiles', 'entitlements', 'insights'],
  ...['authentication_methods', 'device_credentials', 'grants', 'refresh_tokens', 'sessions', 'users_app_metadata'],
]);

test('every scope of the Management API opens some endpoint [T-35]', () => {
  const named = new Set(endpoints.flatMap(({ scopes }) => scopes));
  const idle = MANAGEMENT_SCOPES.filter((scope) => !named.has(scope));
  assert.deepEqual(
    idle.filter((scope) => !UNUSED.has(scope.split(':')[1] ?? '')),
    [],
  );
});
