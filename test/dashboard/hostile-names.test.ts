// Names that are markup: stored in every field that takes them, and shown as what they are, text.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Dashboard, openDashboard } from '../support/dashboard.ts';
import { exchange } from '../support/http-exchange.ts';
import { needs } from '../support/required-program.ts';

const skip = needs('chromium', 'certutil');
const MARKUP = '<img src=x onerror="document.title=\'executed\'">';
/** For names without blanks. */
const WORD = '<img/src="x"/onerror="document.title=1">';
const DATABASE = 'Username-Password-Authentication';
const CLIENT = 'QuickStartPublicClient0000000000';
const PASSWORD = 'A-g00d-Passw0rd!';

let dashboard: Dashboard;
let pages: readonly string[];
before(async () => {
  if (skip !== false) return;
  dashboard = await openDashboard();
  pages = await storeMarkup(dashboard);
});
after(() => dashboard?.close());

/** Stores it in twelve fields and more; the pages that show them. */
async function storeMarkup({ api, server }: Dashboard): Promise<readonly string[]> {
  await api('PATCH', '/tenants/settings', { friendly_name: MARKUP });
  const client = await api<{ client_id: string }>('POST', '/clients', {
    ...{ name: MARKUP, description: MARKUP, client_metadata: { note: MARKUP } },
    ...{ app_type: 'native', grant_types: ['password'] },
  });
  const resource = await api<{ id: string }>('POST', '/resource-servers', {
    ...{ name: MARKUP, identifier: `https://api.example.com/${WORD}` },
    scopes: [{ value: 'read:x', description: MARKUP }],
  });
  const role = await api<{ id: string }>('POST', '/roles', { name: MARKUP, description: MARKUP });
  const user = await api<{ user_id: string }>('POST', '/users', {
    ...{ connection: DATABASE, email: 'markup@example.com', password: PASSWORD },
    ...{ name: MARKUP, given_name: MARKUP, family_name: MARKUP, nickname: MARKUP },
    ...{ user_metadata: { note: MARKUP }, app_metadata: { [MARKUP]: MARKUP } },
  });
  await api('POST', `/users/${encodeURIComponent(user.user_id)}/roles`, { roles: [role.id] });
  const connection = await api<{ id: string }>('POST', '/connections', {
    ...{ name: 'Hostile', strategy: 'ldap' },
    options: { urls: ['ldaps://localhost:9'], base: `ou=${MARKUP},dc=example,dc=com` },
  });
  const action = await api<{ id: string }>('POST', '/actions/actions', {
    ...{ name: MARKUP, code: `// ${MARKUP}`, supported_triggers: [{ id: 'post-login', version: 'v3' }] },
    secrets: [{ name: MARKUP, value: MARKUP }],
  });
  const { headers } = await exchange({
    port: server.ports[0],
    path: '/oauth/token',
    headers: { 'user-agent': MARKUP },
    json: {
      ...{ grant_type: 'password', client_id: CLIENT, username: 'markup@example.com', password: PASSWORD },
      ...{ audience: MARKUP, scope: MARKUP },
    },
  });
  const userPath = `/users/${encodeURIComponent(user.user_id)}`;
  return [
    ...['/', '/settings', '/applications', '/apis', '/connections', '/users', '/roles', '/logs', '/try-it', '/health'],
    ...[`/applications/${client.client_id}`, `/applications/${client.client_id}?tab=quick-start`],
    ...[`/apis/${resource.id}`, `/apis/${resource.id}?tab=permissions`, `/roles/${role.id}`],
    ...[userPath, `${userPath}?tab=metadata`, `${userPath}?tab=roles`, `${userPath}?tab=log`],
    ...['/actions', `/actions/${action.id}`, `/actions/${action.id}?tab=secrets`],
    ...[`/connections/${connection.id}`, `/inspector/${String(headers['x-auth0-requestid'])}`],
  ];
}

test('names that are markup are shown as text on every page [T-38]', { skip }, async () => {
  const { page, base } = dashboard;
  let shown = 0;
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(`${page.url()}: ${error.message}`));
  for (const path of pages) {
    await page.goto(`${base}${path}`, { waitUntil: 'networkidle' });
    await page.getByRole('heading', { level: 1 }).waitFor();
    // The network is idle, too, before a slow page has asked for anything.
    await page.getByLabel('Loading', { exact: true }).first().waitFor({ state: 'detached' });
    // Had it been markup, it would be an element now, and would have changed the title.
    assert.equal(await page.locator('img[src="x"]').count(), 0, path);
    assert.notEqual(await page.title(), 'executed', path);
    if ((await page.content()).includes('&lt;img src=x')) shown += 1;
  }
  assert.deepEqual(problems, []);
  assert.ok(shown >= 12, `the markup was seen on ${shown} pages`);
});
