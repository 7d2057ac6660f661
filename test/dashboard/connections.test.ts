// Connections in a real browser: made by a guided form, tested live, opened to applications, made the default, deleted.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Dashboard, openDashboard, signIn } from '../support/dashboard.ts';
import { LDAP_PASSWORD, type OpenLdap, startOpenldap } from '../support/openldap.ts';
import { needs } from '../support/required-program.ts';
import { startGatehouse } from '../support/running-program.ts';

interface Connection {
  readonly id: string;
  readonly options: Record<string, unknown>;
  readonly enabled_clients: string[];
}

const skip = needs('chromium', 'certutil', 'slapd');
const CLIENT = 'QuickStartPublicClient0000000000';
let dashboard: Dashboard;
let openldap: OpenLdap;
before(async () => {
  if (skip !== false) return;
  [dashboard, openldap] = await Promise.all([openDashboard(), startOpenldap()]);
});
after(async () => {
  await dashboard?.close();
  await openldap?.stop();
});

async function connectionOf(name: string): Promise<Connection> {
  const [found] = await dashboard.api<Connection[]>('GET', `/connections?name=${name}`);
  assert.ok(found, name);
  return found;
}

async function go(path: string): Promise<void> {
  await dashboard.page.goto(dashboard.base + path);
}

/** Gatehouse at the command line, on the data of the server. */
async function run(args: readonly string[], environment: Record<string, string>): Promise<void> {
  const { code, stderr } = await startGatehouse([...args, '--data-dir', dashboard.server.dataDir], environment).ended;
  assert.equal(code, 0, stderr);
}

test('an LDAP connection is made by its form, which first says what is missing', { skip }, async () => {
  const { page } = dashboard;
  await go('/connections');
  await page.getByRole('button', { name: 'Create connection' }).click();
  await page.getByRole('menuitem', { name: 'LDAP' }).click();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('far');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByText('“Addresses” is missing.', { exact: true }).waitFor();
  await page.getByRole('textbox', { name: 'Addresses' }).fill('ldaps://ldap.example.test');
  await page.getByLabel('Service account').fill('cn=gatehouse,dc=example,dc=test');
  await page.getByRole('textbox', { name: 'Its password' }).fill('Canary-Passw0rd');
  await page.getByRole('textbox', { name: 'Base', exact: true }).fill('dc=example,dc=test');
  await page.getByRole('button', { name: 'Test the connection' }).click();
  const failed = page.getByRole('listitem').filter({ hasText: 'This step failed' });
  await failed.getByText(/The name is not known/).waitFor();
  await page.getByText('Advanced options').click();
  await page.getByRole('textbox', { name: 'E-mail address' }).fill('rfc822 mailbox');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await page.locator('[id="options.profile_map.email-error"]').waitFor();
  assert.equal(await page.getByRole('textbox', { name: 'E-mail address' }).inputValue(), 'rfc822 mailbox');
  await page.getByRole('textbox', { name: 'E-mail address' }).fill('rfc822Mailbox');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByRole('switch', { name: 'Quick start may use it' }).waitFor();
  const { options } = await connectionOf('far');
  assert.deepEqual(options['profile_map'], { email: 'rfc822Mailbox' });
});

test('a secret is never shown, and a new address asks for it again at its field', { skip }, async () => {
  const { page } = dashboard;
  const { id } = await connectionOf('far');
  await go(`/connections/${id}#options.bind_password`);
  await page.locator('[id="options.bind_password"]:focus').waitFor();
  assert.ok(!(await page.content()).includes('Canary-Passw0rd'));
  await page.getByRole('textbox', { name: 'Addresses' }).fill('ldaps://other.example.test');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.locator('[id="options.bind_password-error"]', { hasText: 'must be given' }).waitFor();
  await page.getByRole('textbox', { name: 'Its password' }).fill('Another-Passw0rd');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').waitFor();
  assert.equal(await page.getByRole('textbox', { name: 'Its password' }).inputValue(), '');
  assert.deepEqual((await connectionOf('far')).options['urls'], ['ldaps://other.example.test']);
});

test('an application is let in at the anchor that explanations name', { skip }, async () => {
  const { page } = dashboard;
  const { id } = await connectionOf('far');
  await go('/connections');
  await go(`/connections/${id}#enabled_clients`);
  await page.getByText('Quick start', { exact: true }).waitFor();
  await page.getByRole('switch', { name: 'Quick start may use it' }).press('Space');
  await page.getByRole('switch', { name: 'Quick start may use it', checked: true }).waitFor();
  assert.deepEqual((await connectionOf('far')).enabled_clients, [CLIENT]);
});

test('the live test tells each step with its time, for a person too', { skip }, async () => {
  const { page } = dashboard;
  const { urls, base, bind_dn: account, bind_password: secret, ca } = openldap.options;
  const options = { 'options.urls': urls[0], 'options.base': base, 'options.bind_dn': account, 'options.ca': ca };
  const set = Object.entries(options).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
  const secretOption = ['--env', 'options.bind_password=BIND_PASSWORD'];
  await run(['connection', 'create', 'corp', '--strategy', 'ldap', ...set, ...secretOption], { BIND_PASSWORD: secret });
  const { id } = await connectionOf('corp');
  await go(`/connections/${id}?tab=test`);
  await page.getByLabel('User name (optional)').fill('ada');
  await page.getByRole('button', { name: 'Test the connection' }).click();
  await page.getByText('Type the password, too').waitFor();
  await page.getByRole('textbox', { name: 'Password (optional)' }).fill(LDAP_PASSWORD);
  await page.getByRole('button', { name: 'Test the connection' }).click();
  await page.getByRole('heading', { name: 'It works' }).waitFor();
  assert.match((await page.getByRole('listitem').last().textContent()) ?? '', /passed after \d+ ms/);
  await page.getByRole('textbox', { name: 'Password (optional)' }).fill('wrong');
  await page.getByRole('button', { name: 'Test the connection' }).click();
  await page.getByRole('listitem').filter({ hasText: 'This step failed' }).waitFor();
});

test('a connection becomes the Default Directory, and is deleted only when it is not', { skip }, async () => {
  const { page, api } = dashboard;
  const { id } = await connectionOf('far');
  await go(`/connections/${id}`);
  await page.getByRole('button', { name: 'Make it the Default Directory' }).click();
  await page.getByText('This connection is the Default Directory.').waitFor();
  assert.equal((await api('GET', '/tenants/settings'))['default_directory'], 'far');
  assert.equal(await page.getByRole('button', { name: 'Delete this connection' }).count(), 0);
  await api('PATCH', '/tenants/settings', { default_directory: 'Username-Password-Authentication' });
  await page.reload();
  await page.getByRole('button', { name: 'Delete this connection' }).click();
  const question = page.getByRole('dialog', { name: 'Delete the connection far?' });
  await question.getByText('It has no users.').waitFor();
  await question.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('heading', { level: 1, name: 'Connections' }).waitFor();
  assert.deepEqual(await api('GET', '/connections?name=far'), []);
});

test('a viewer sees a connection, and no button that would fail', { skip }, async () => {
  const { base, newPage } = dashboard;
  const viewer = { email: 'eve@example.com', password: 'Eve-Passw0rd!1' };
  await run(['admin', 'create', viewer.email, '--viewer', '--env', 'PASSWORD'], { PASSWORD: viewer.password });
  const page = await newPage();
  await signIn(page, base, viewer);
  await page.goto(`${base}/connections`);
  await page.getByRole('link', { name: 'corp' }).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Create connection' }).count(), 0);
  await page.getByRole('link', { name: 'corp' }).click();
  assert.equal(await page.getByLabel('Service account').isDisabled(), true);
  await page.getByText('You may look at this, but not change it.').waitFor();
  await page.getByText('Advanced options').click();
  await page.getByLabel('Brute-force protection').waitFor();
  for (const name of ['Save', 'Make it the Default Directory', 'Delete this connection']) {
    assert.equal(await page.getByRole('button', { name }).count(), 0, name);
  }
  await page.context().close();
});
