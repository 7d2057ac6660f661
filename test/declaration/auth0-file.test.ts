// Files that Auth0's Deploy CLI exported: what has no counterpart is listed, and what would have kept people out is refused.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type CommandLine, openCommandLine } from '../support/command-line.ts';

/** As the Deploy CLI writes a tenant down, with much that is only Auth0's. */
const EXPORTED = `
tenant:
  friendly_name: Acme
  default_directory: Username-Password-Authentication
  session_lifetime: 168
  flags:
    allow_legacy_ro_grant_types: true
    remove_alg_from_jwks: true
  sandbox_version: '22'
clients:
  - name: Acme CLI
    app_type: native
    oidc_conformant: true
    sso_disabled: false
    custom_login_page_on: true
    is_first_party: true
    token_endpoint_auth_method: none
    allowed_logout_urls: ['https://acme.example.com']
    grant_types: [password, refresh_token, 'http://auth0.com/oauth/grant-type/password-realm', 'urn:example:unknown']
    jwt_configuration: { alg: RS256, lifetime_in_seconds: 36000, secret_encoded: false }
    refresh_token: { rotation_type: non-rotating }
    initiate_login_uri: null
  - name: Old one
    app_type: sso_integration
    oidc_conformant: false
  - name: Deployments
    app_type: non_interactive
    grant_types: [client_credentials]
resourceServers:
  - name: Orders
    identifier: https://orders.example.com
    allow_offline_access: true
    token_lifetime_for_web: 7200
    scopes: [{ value: 'read:orders', description: See orders }]
clientGrants:
  - client_id: Deployments
    audience: https://acme.eu.auth0.com/api/v2/
    scope: ['read:users', 'read:nothing']
databases:
  - name: Username-Password-Authentication
    strategy: auth0
    enabled_clients: [Acme CLI]
    options:
      mfa: { active: true, return_enroll_settings: true }
      passwordPolicy: good
      brute_force_protection: true
connections:
  - name: google-oauth2
    strategy: google-oauth2
    options: { email: true }
roles:
  - name: reader
    permissions: [{ resource_server_identifier: 'https://orders.example.com', permission_name: 'read:orders' }]
rules:
  - { name: Old rule, enabled: true, order: 1, script: ./rules/old.js }
emailProvider: {}
branding: {}
guardianPolicies: { policies: [] }
triggers: { post-login: [] }
`;
const FROM_AUTH0 = ['--from-auth0', '--tenant', 'acme', '--domain', 'login.example.com'];

let line: CommandLine;
before(async () => {
  line = await openCommandLine();
  mkdirSync(join(line.folder, 'rules'));
  line.write('rules/old.js', 'function (user, context, callback) { callback(null, user, context); }');
});
after(() => line.close());

const apply = (text: string, ...more: string[]) =>
  line.run(['apply', line.write('auth0.yaml', text), ...FROM_AUTH0, ...more]);

test('what has no counterpart is listed with its line, and the rest is applied', async () => {
  const outcome = await apply(EXPORTED);
  assert.equal(outcome.code, 0, outcome.stderr);
  const leftOut = outcome.stderr.split('\n').filter((one) => one.startsWith('left out: '));
  for (const [at, member] of [
    [5, 'tenant.session_lifetime'],
    [7, 'tenant.flags.allow_legacy_ro_grant_types'],
    [18, 'clients[0].allowed_logout_urls'],
    [19, 'clients[0].grant_types[3]'],
    [24, 'clients[1].app_type'],
    [25, 'clients[1].oidc_conformant'],
    [33, 'resourceServers[0].token_lifetime_for_web'],
    [44, 'databases[0].options.mfa'],
    [49, 'connections[0].strategy'],
    [56, 'emailProvider'],
  ] as const) {
    assert.ok(
      leftOut.some((one) => one.startsWith(`left out: auth0.yaml:${at}: ${member}`)),
      `${at} ${member}\n${leftOut.join('\n')}`,
    );
  }
  const tenant = (await line.succeed(['tenant', 'show', 'acme', '--json'])).json();
  assert.equal(tenant['default_directory'], 'Username-Password-Authentication');
  const client = (await line.succeed(['client', 'show', 'Acme CLI', '--json'])).json();
  assert.equal((client['refresh_token'] as { rotation_type: string }).rotation_type, 'non-rotating');
  assert.deepEqual(client['grant_types'], [
    'password',
    'refresh_token',
    'http://auth0.com/oauth/grant-type/password-realm',
  ]);
});

test('a variable of a section that is left out need not be there, and one of a section that is not must be', async () => {
  const captcha = `${EXPORTED}attackProtection:\n  captcha: { hcaptcha: { secret: '##CAPTCHA_HCAPTCHA_SECRET##' } }\n`;
  const { code, stderr } = await apply(captcha);
  assert.equal(code, 0, stderr);
  const missing = await apply(EXPORTED.replace('friendly_name: Acme', "friendly_name: '##FRIENDLY##'"));
  assert.equal(missing.code, 1);
  assert.match(missing.stderr, /auth0\.yaml:3: the environment has no FRIENDLY, which ##FRIENDLY## stands for/);
});

test('applying the same file again changes nothing', async () => {
  const outcome = await apply(EXPORTED, '--dry-run', '--json');
  const { changes } = JSON.parse(outcome.stdout) as { changes: { action: string; name: string }[] };
  assert.deepEqual(
    changes.filter(({ action }) => action !== 'unchanged'),
    [],
  );
});

test('what would have kept people out is refused, since leaving it out would let them in', async () => {
  for (const [text, words] of [
    ['rules:\n  - { name: Deny, script: ./deny.js, order: 1 }', /auth0\.yaml:3: .*deny\.js cannot be read \(ENOENT\)/],
    ['rules:\n  - { name: Deny, script: ./deny.js, order: 1, stage: other }', /auth0\.yaml:3: rules\[0\]\.stage/],
    ['rules:\n  - { name: -Deny, script: ./deny.js, order: 1 }', /auth0\.yaml:3: rules\[0\]\.name/],
    ['triggers: { post-login: [{ action_name: Deny }] }', /auth0\.yaml:2: There is no action Deny/],
    ['triggers: { credentials-exchange: [{ action_name: Deny }] }', /triggers\.credentials-exchange runs actions/],
    [
      'triggers: { post-login: [{ action_name: Deny }] }\nactions:\n  - { name: Deny, code: ./deny.js, modules: [x] }',
      /auth0\.yaml:4: actions\[0\]\.modules/,
    ],
    ['guardianPolicies: { policies: [all-applications] }', /guardianPolicies demands a second factor/],
    ['clients:\n  - { name: x, organization_usage: require }', /members of organizations only/],
    ['hooks:\n  - { name: x, enabled: true }', /hooks\[0\] is a hook/],
  ] as const) {
    const outcome = await apply(`tenant: {}\n${text}`);
    assert.equal(outcome.code, 1, text);
    assert.match(outcome.stderr, words);
  }
});

test('without the flag such a file is refused, and told of the flag', async () => {
  const outcome = await line.run(['apply', line.write('auth0.yaml', EXPORTED)]);
  assert.equal(outcome.code, 1);
  assert.match(outcome.stderr, /--from-auth0/);
});
