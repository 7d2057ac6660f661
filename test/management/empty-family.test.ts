// Management: the families of which this version has nothing. They answer as Auth0 does where nobody made anything, so that its
// tools come to an end; making something, or changing what cannot be changed, is refused.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ManagementServer, startManagementServer } from '../support/management-server.ts';

let server: ManagementServer;
before(async () => {
  server = await startManagementServer();
});
after(() => server.close());

const PAGE = '?page=0&per_page=100&include_totals=true';
const page = (plural: string) => ({ start: 0, limit: 100, length: 0, total: 0, [plural]: [] });

/** What the Deploy CLI asks for, and the answer that satisfies it. */
const LISTS: readonly (readonly [path: string, query: string, answer: unknown])[] = [
  ['/actions/modules', '?page=0&per_page=100', { modules: [], total: 0, page: 0, per_page: 100 }],
  ['/branding/phone/providers', '', { providers: [] }],
  ['/branding/phone/templates', '', { templates: [] }],
  ['/connection-profiles', '?take=10', { connection_profiles: [] }],
  ['/connections-directory-provisionings', '?take=50', { directory_provisionings: [] }],
  ['/custom-domains', '', []],
  ['/event-streams', '?take=50', { eventStreams: [] }],
  ['/flows', PAGE, page('flows')],
  ['/flows/vault/connections', PAGE, page('connections')],
  ['/forms', PAGE, page('forms')],
  ['/hooks', PAGE, page('hooks')],
  ['/network-acls', PAGE, page('network_acls')],
  ['/organizations', '?include_totals=true&take=50', { organizations: [] }],
  ['/prompts/rendering', PAGE, page('configs')],
  ['/rate-limit-policies', '?take=50', { rate_limit_policies: [] }],
  ['/self-service-profiles', PAGE, page('self_service_profiles')],
  ['/token-exchange-profiles', '?take=50', { token_exchange_profiles: [] }],
  ['/user-attribute-profiles', '?take=10', { user_attribute_profiles: [] }],
];

const SETTINGS: readonly (readonly [method: string, path: string, another: object, member: string])[] = [
  ['PATCH', '/attack-protection/bot-detection', { challenge_password_policy: 'always' }, 'challenge_password_policy'],
  ['PATCH', '/attack-protection/captcha', { auth_challenge: { fail_open: true } }, 'auth_challenge.fail_open'],
  ['PATCH', '/branding', { colors: { primary: '#000000' } }, 'colors'],
  ['PATCH', '/prompts', { identifier_first: false }, 'identifier_first'],
  ['PUT', '/prompts/login/custom-text/en', { login: { title: 'Hello' } }, 'login'],
  ['PUT', '/prompts/login/partials', { login: {} }, 'login'],
  ['PATCH', '/risk-assessments/settings', { enabled: true }, 'enabled'],
  ['PATCH', '/risk-assessments/settings/new-device', { remember_for: 60 }, 'remember_for'],
  ['PATCH', '/supplemental-signals', { akamai_enabled: true }, 'akamai_enabled'],
];

test('making something of which there is nothing is refused with a sentence', async () => {
  for (const [path] of LISTS) {
    if (path === '/connections-directory-provisionings') continue;
    const method = path === '/prompts/rendering' ? 'PATCH' : 'POST';
    const { status, json } = await server.api(method, path, { name: 'One' });
    const { message, ...rest } = json as { message: string };
    assert.deepEqual(
      { status, ...rest },
      { status: 400, statusCode: 400, error: 'Bad Request', errorCode: 'operation_not_supported' },
      path,
    );
    assert.match(message, /^This version of Gatehouse has no [a-zA-Z- ]+\.$/, path);
  }
});

test('what is not there is not found', async () => {
  for (const path of ['/forms/ap_1', '/organizations/org_1', '/branding/themes/default']) {
    const { status, json } = await server.api('GET', path);
    assert.deepEqual([status, json], [404, { statusCode: 404, error: 'Not Found', message: 'Not Found' }], path);
  }
});

test('lists are empty, in the form in which Auth0’s tools read them', async () => {
  for (const [path, query, answer] of LISTS) {
    const { status, json } = await server.api('GET', `${path}${query}`);
    assert.deepEqual([status, json], [200, answer], path);
  }
});

test('lists by page are bare without totals', async () => {
  for (const path of ['/forms', '/hooks', '/organizations', '/prompts/rendering']) {
    assert.deepEqual((await server.api('GET', path)).json, [], path);
  }
});

test('settings take what they answer, or a part of it', async () => {
  for (const [method, path] of SETTINGS) {
    const shown = await server.api('GET', path);
    assert.equal(shown.status, 200, path);
    for (const body of [shown.json, {}]) {
      const { status, json } = await server.api(method, path, body);
      assert.deepEqual([status, json], [200, shown.json], path);
    }
  }
});

test('settings refuse what would have no effect, and name it', async () => {
  for (const [method, path, another, member] of SETTINGS) {
    const shown = (await server.api('GET', path)).json;
    const { status, json } = await server.api(method, path, another);
    const { message, errorCode } = json as { message: string; errorCode: string };
    assert.deepEqual([status, errorCode], [400, 'invalid_body'], path);
    const words = `: only what GET answers is accepted' on property ${member}.`;
    assert.match(message, /^Payload validation error: 'This version of Gatehouse has no [a-zA-Z ]+: /, path);
    assert.ok(message.endsWith(words), message);
    assert.deepEqual((await server.api('GET', path)).json, shown, path);
  }
});

test('settings refuse members and values of another kind', async () => {
  for (const [body, on] of [
    [{ identifier_first: true, colour: 'red' }, ' on property colour'],
    ['{"identifier_first":true,"__proto__":{"a":1}}', ' on property __proto__'],
    [{ identifier_first: 'true' }, ' on property identifier_first'],
    [[], ''],
    ['null', ''],
  ] as const) {
    const { status, json } = await server.api('PATCH', '/prompts', body);
    const { message } = json as { message: string };
    assert.equal(status, 400);
    assert.ok(message.endsWith(`accepted'${on}.`), message);
  }
  const { status } = await server.api('PATCH', '/attack-protection/bot-detection', { allowlist: ['192.0.2.1'] });
  assert.equal(status, 400);
});

test('every one needs its scope', async () => {
  const token = await server.managementToken('read:users');
  for (const [path, query] of LISTS) {
    const { status, json } = await server.api('GET', `${path}${query}`, undefined, token);
    assert.deepEqual([status, (json as { errorCode: string }).errorCode], [403, 'insufficient_scope'], path);
  }
  for (const [method, path] of SETTINGS) {
    assert.equal((await server.api('GET', path, undefined, token)).status, 403, path);
    assert.equal((await server.api(method, path, {}, token)).status, 403, path);
  }
});
