// Account Settings in a real browser: the Default Directory of the article, set where it says.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible, type Dashboard, openDashboard } from '../support/dashboard.ts';
import { needs } from '../support/required-program.ts';
import { start } from '../support/running-program.ts';

const skip = needs('chromium', 'certutil', 'curl');
const CLIENT = 'QuickStartPublicClient0000000000';

let dashboard: Dashboard;
before(async () => {
  if (skip !== false) return;
  dashboard = await openDashboard();
  const { api } = dashboard;
  const staff = await api<{ id: string }>('POST', '/connections', { name: 'Staff', strategy: 'auth0' });
  await api('PATCH', `/connections/${staff.id}/clients`, [{ client_id: CLIENT, status: true }]);
  await api('POST', '/users', { connection: 'Staff', email: 'grace@example.com', password: 'Gr4ce-Passw0rd!' });
  await api('POST', '/connections', {
    name: 'Directory',
    strategy: 'ldap',
    options: { urls: ['ldaps://localhost:9'], base: 'dc=example,dc=com' },
  });
});
after(() => dashboard?.close());

/** The article's request, sent by curl; the status of the answer. */
async function logIn(): Promise<string> {
  const { https, caPath } = dashboard.server;
  const login = {
    ...{ grant_type: 'password', client_id: CLIENT, audience: 'https://someapi.com/api' },
    ...{ username: 'grace@example.com', password: 'Gr4ce-Passw0rd!' },
  };
  const { stdout } = await start('curl', [
    ...['--silent', '--cacert', caPath, '--output', '/dev/null', '--write-out', '%{http_code}'],
    ...['--request', 'POST', '--url', `${https}/oauth/token`],
    ...['--header', 'content-type: application/json', '--data', JSON.stringify(login)],
  ]).ended;
  return stdout;
}

test('the Default Directory is set in Account Settings, and the next login uses it', { skip }, async () => {
  const { page, base } = dashboard;
  assert.equal(await logIn(), '403');
  await page.goto(base);
  await page.getByRole('link', { name: 'Account Settings' }).click();
  await page.getByRole('heading', { level: 2, name: 'Settings', exact: true }).waitFor();
  const field = page.getByRole('combobox', { name: 'Default Directory' });
  await field.fill('');
  await page.getByRole('option', { name: /Staff/ }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').waitFor();
  assert.equal(await logIn(), '200');
});

test('the choice tells the kind of each connection, and which of them does not answer', { skip }, async () => {
  const { page, base } = dashboard;
  await page.goto(`${base}/settings#default-directory`);
  const field = page.getByRole('combobox', { name: 'Default Directory' });
  await field.fill('');
  await page.getByRole('option', { name: /Directory\s*LDAP\s*does not answer/ }).waitFor();
  await page.getByRole('option', { name: /Staff\s*Database\s*works/ }).waitFor();
});

test('a typed name that cannot serve is refused with the reason, and what was typed stays', { skip }, async () => {
  const { page, base } = dashboard;
  await page.goto(`${base}/settings`);
  const field = page.getByRole('combobox', { name: 'Default Directory' });
  await field.fill('Nowhere');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText(/“Nowhere” cannot serve.*these can:/).waitFor();
  assert.equal(await field.inputValue(), 'Nowhere');
});

test('the page is accessible, and an address leads to the field', { skip }, async () => {
  const { page, base } = dashboard;
  await page.goto(base);
  await page.goto(`${base}/settings#default-directory`);
  await page.locator('#default-directory:focus').waitFor();
  await assertAccessible(page);
});
