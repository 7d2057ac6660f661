// Every page of the dashboard, by its address: none keeps anybody out, in light or in dark, and none breaks its policy.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { assertAccessible, type Dashboard, openDashboard } from '../support/dashboard.ts';
import { exchange } from '../support/http-exchange.ts';
import { needs } from '../support/required-program.ts';
import { ROOT } from '../support/running-program.ts';
import { assertFitsTelephone } from './viewer.ts';

const skip = needs('chromium', 'certutil');
const CLIENT = 'QuickStartPublicClient0000000000';
const API = 'https://someapi.com/api';
/** With everything that an editor gives a colour. */
const SCRIPT = `// A comment.
function (user, context, callback) {
  /* Another one. */
  if (!/^[a-z]+@/u.test(user.email) && user.logins_count > 1) throw new Error("text \\n");
  context.idToken['https://example.com/x'] = \`\${user.name} \${true}\`;
  callback(null, user, context);
}`;

let dashboard: Dashboard;
let addresses: Readonly<Record<string, readonly string[]>>;
const problems: string[] = [];
before(async () => {
  if (skip !== false) return;
  dashboard = await openDashboard();
  addresses = await addressesOf(dashboard);
  const { page } = dashboard;
  page.on('console', (message) => {
    // A page that asks for what is not there says so itself.
    const isMissing = /status of (404|409)/.test(message.text());
    if (message.type() === 'error' && !isMissing) problems.push(`${page.url()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`${page.url()}: ${error.message}`));
});
after(() => dashboard?.close());

/** An address of each route; the keys are the router's own paths. */
async function addressesOf({ api, server }: Dashboard): Promise<Readonly<Record<string, readonly string[]>>> {
  const role = await api<{ id: string }>('POST', '/roles', { name: 'Clerk' });
  const rule = await api<{ id: string }>('POST', '/rules', { name: 'Add it', script: SCRIPT, enabled: false });
  await api('PUT', '/rules-configs/WORDS', { value: 'words' });
  const action = await api<{ id: string }>('POST', '/actions/actions', {
    ...{ name: 'Add it', supported_triggers: [{ id: 'post-login', version: 'v3' }] },
    ...{ code: 'exports.onExecutePostLogin = async () => {};', secrets: [{ name: 'WORDS', value: 'words' }] },
  });
  await api('POST', `/actions/actions/${action.id}/deploy`);
  await api('PATCH', '/actions/triggers/post-login/bindings', {
    bindings: [{ ref: { type: 'action_id', value: action.id } }],
  });
  const [connection] = await api<readonly { id: string }[]>('GET', '/connections?strategy=auth0');
  const [user] = await api<readonly { user_id: string }[]>('GET', '/users?q=email:user@example.com');
  const wrong = { grant_type: 'password', client_id: CLIENT, username: 'user@example.com', password: 'wrong' };
  const { headers } = await exchange({ port: server.ports[0], path: '/oauth/token', json: wrong });
  const [event] = await api<readonly { log_id: string }[]>('GET', '/logs?per_page=1');
  assert.ok(connection && user && event);
  // Tables are looked at with something in them.
  await api('POST', `/roles/${role.id}/permissions`, {
    permissions: [{ resource_server_identifier: API, permission_name: 'read:sample' }],
  });
  await api('POST', `/roles/${role.id}/users`, { users: [user.user_id] });
  const tabs = (address: string, names: readonly string[]) => [address, ...names.map((tab) => `${address}?tab=${tab}`)];
  const userAddress = `/users/${encodeURIComponent(user.user_id)}`;
  return {
    '/': ['/'],
    '/settings': ['/settings'],
    '/applications': ['/applications'],
    '/applications/:id': tabs(`/applications/${CLIENT}`, ['credentials', 'apis', 'connections', 'quick-start']),
    '/apis': ['/apis'],
    '/apis/:id': tabs(`/apis/${encodeURIComponent(API)}`, ['permissions', 'applications']),
    '/connections': ['/connections'],
    '/connections/new/:strategy': ['auth0', 'ldap', 'ad', 'waad', 'adfs'].map((kind) => `/connections/new/${kind}`),
    '/connections/:id': tabs(`/connections/${connection.id}`, ['applications', 'test']),
    '/users': ['/users'],
    '/users/new': ['/users/new'],
    '/users/import': ['/users/import'],
    '/users/export': ['/users/export'],
    '/users/:id': tabs(userAddress, ['metadata', 'roles', 'log']),
    '/roles': ['/roles'],
    '/roles/:id': tabs(`/roles/${role.id}`, ['permissions', 'users']),
    '/rules': ['/rules'],
    '/rules/new': ['/rules/new', '/rules/new?template=email-domain'],
    '/rules/named': ['/rules/named?name=Add%20it', '/rules/named?name=Nothing'],
    '/rules/:id': [`/rules/${rule.id}`],
    '/actions': ['/actions'],
    '/actions/named': ['/actions/named?name=Nothing'],
    '/actions/:id': tabs(`/actions/${action.id}`, ['secrets', 'versions']),
    '/attack-protection': ['/attack-protection'],
    '/signing-keys': ['/signing-keys'],
    '/logs': ['/logs'],
    '/logs/:id': [`/logs/${event.log_id}`],
    '/inspector': ['/inspector'],
    '/inspector/:id': [`/inspector/${String(headers['x-auth0-requestid'])}`, '/inspector/00000000000000000000'],
    '/try-it': ['/try-it'],
    '/health': ['/health'],
  };
}

/** Parts of the dashboard, so that one that takes long is a part and not all. */
const AREAS: readonly (readonly [name: string, routes: RegExp])[] = [
  ['applications and APIs', /^\/(applications|apis)/],
  ['connections and roles', /^\/(connections|roles)/],
  ['users', /^\/users/],
  ['rules and actions', /^\/(rules|actions)/],
  ['logs, the inspector and the rest', /^\/(?!applications|apis|connections|roles|users|rules|actions)/],
];

test('every route of the dashboard has an address here', { skip }, () => {
  const router = readFileSync(join(ROOT, 'dashboard', 'router.tsx'), 'utf8');
  const routes = [...router.matchAll(/ page\('([^']+)'/g)].map(([, path = '']) => path);
  const outside = ['/sign-in', '/set-up'];
  assert.deepEqual(routes.filter((path) => !outside.includes(path)).toSorted(), Object.keys(addresses).toSorted());
});

for (const [name, area] of AREAS) {
  test(`the pages of ${name} are accessible, fit on a telephone, and keep to their policy`, { skip }, async () => {
    const { page, base } = dashboard;
    problems.length = 0;
    const routes = Object.keys(addresses).filter((route) => area.test(route));
    assert.ok(routes.length > 3, name);
    for (const address of routes.flatMap((route) => addresses[route] ?? [])) {
      await page.goto(`${base}${address}`, { waitUntil: 'networkidle' });
      await page.getByRole('heading', { level: 1 }).waitFor();
      // The network is idle, too, before a slow page has asked for anything.
      await page.getByLabel('Loading', { exact: true }).first().waitFor({ state: 'detached' });
      assert.equal(await page.getByText('This page failed').count(), 0, address);
      await assertAccessible(page);
      await assertFitsTelephone(page);
    }
    assert.deepEqual(problems, []);
  });
}
