// Users in a real browser: found, created, changed, given roles, blocked, brought in and out, deleted.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible, type Dashboard, openDashboard } from '../support/dashboard.ts';
import { exchange } from '../support/http-exchange.ts';
import { needs } from '../support/required-program.ts';

const skip = needs('chromium', 'certutil');
const DATABASE = 'Username-Password-Authentication';
const SAM = 'auth0|67e9930075b689b7db2688df';
const SAM_PATH = `/users/${encodeURIComponent(SAM)}`;
let dashboard: Dashboard;
before(async () => {
  if (skip !== false) return;
  dashboard = await openDashboard();
  const { api } = dashboard;
  for (let at = 10; at < 40; at += 1) {
    await api('POST', '/users', { connection: DATABASE, email: `person${at}@example.com`, password: 'pw' });
  }
});
after(() => dashboard?.close());

async function go(path: string): Promise<void> {
  await dashboard.page.goto(dashboard.base + path);
}

function logIn(password: string): Promise<{ status: number }> {
  return exchange({
    port: dashboard.server.ports[0],
    path: '/oauth/token',
    json: {
      ...{ grant_type: 'password', client_id: 'QuickStartPublicClient0000000000', audience: 'https://someapi.com/api' },
      ...{ username: 'user@example.com', password },
    },
  });
}

test('users are paged through and found, and the address keeps where one was', { skip }, async () => {
  const { page } = dashboard;
  await go('/users?sort=email:1');
  await page.getByRole('link', { name: 'person10@example.com' }).waitFor();
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByText('Page 2').waitFor();
  await page.reload();
  await page.getByRole('link', { name: 'person38@example.com' }).waitFor();
  await page.getByRole('searchbox', { name: 'Search' }).fill('person12');
  await page.getByRole('link', { name: 'person38@example.com' }).waitFor({ state: 'detached' });
  await page.getByRole('link', { name: 'person12@example.com' }).waitFor();
  assert.match(page.url(), /q=person12/);
  assert.doesNotMatch(page.url(), /page=/);
  await page.getByRole('searchbox', { name: 'Search' }).fill('name:x~1');
  await page
    .getByRole('alert')
    .getByText(/[Ff]uzzy|~/)
    .waitFor();
  await page.getByRole('searchbox', { name: 'Search' }).fill(SAM);
  await page.getByRole('link', { name: 'Sam User' }).waitFor();
  await page.getByRole('button', { name: 'How to search' }).click();
  await page.getByRole('table', { name: 'Queries' }).waitFor();
});

test('a user is created, and a refusal keeps what was typed', { skip }, async () => {
  const { page, api } = dashboard;
  await go('/users/new');
  await page.getByLabel('Email', { exact: true }).fill('person12@example.com');
  await page.getByRole('textbox', { name: 'Password' }).fill('Gr4ce-Passw0rd!');
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByText('The user already exists.').waitFor();
  assert.equal(await page.getByLabel('Email', { exact: true }).inputValue(), 'person12@example.com');
  await page.getByLabel('Email', { exact: true }).fill('grace@example.com');
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('heading', { level: 1, name: 'grace@example.com' }).waitFor();
  assert.equal((await api<object[]>('GET', '/users-by-email?email=grace@example.com')).length, 1);
});

test('the profile changes, and a new password is the one that counts', { skip }, async () => {
  const { page, api } = dashboard;
  await go(SAM_PATH);
  await page.getByLabel('Given name').fill('Samantha');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').waitFor();
  assert.equal((await api('GET', SAM_PATH))['given_name'], 'Samantha');
  await page.getByRole('textbox', { name: 'New password' }).fill('another password');
  await page.getByRole('button', { name: 'Set the password' }).click();
  await page.getByText('The new password holds').waitFor();
  assert.equal((await logIn('pwd')).status, 403);
  assert.equal((await logIn('another password')).status, 200);
});

test('a block keeps the user out until it is lifted', { skip }, async () => {
  const { page } = dashboard;
  await go(SAM_PATH);
  await page.getByRole('button', { name: 'Block' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Block' }).click();
  await page.getByRole('button', { name: 'Unblock' }).waitFor();
  assert.equal((await logIn('another password')).status, 403);
  await page.getByRole('button', { name: 'Unblock' }).click();
  await page.getByRole('button', { name: 'Block', exact: true }).waitFor();
  assert.equal((await logIn('another password')).status, 200);
});

test('blocks of attack protection are shown and lifted', { skip }, async () => {
  const { page } = dashboard;
  for (let tries = 0; tries < 11; tries += 1) await logIn('wrong');
  await go('/users');
  await go(`${SAM_PATH}#blocks`);
  await page.getByRole('table', { name: 'Blocks of attack protection' }).getByText('user@example.com').waitFor();
  await page.getByRole('button', { name: 'Lift these blocks' }).click();
  await page.getByText('Attack protection blocks nothing').waitFor();
  assert.equal((await logIn('another password')).status, 200);
});

test('metadata change member by member, and what is no JSON is not sent', { skip }, async () => {
  const { page, api } = dashboard;
  await api('PATCH', SAM_PATH, { app_metadata: { plan: 'gold', seats: 3 } });
  await go(`${SAM_PATH}?tab=metadata`);
  const field = page.getByLabel('app_metadata');
  await field.fill('{"plan": ');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('This is no JSON object').waitFor();
  await field.fill('{"plan": "silver"}');
  const { name } = await api('GET', SAM_PATH);
  await api('PATCH', SAM_PATH, { app_metadata: { meanwhile: true }, name: 'Sam of meanwhile' });
  // The page hears of it, as it does when somebody comes back to it after a while.
  await page.evaluate('{ const { now } = Date; Date.now = () => now() + 60_000; }');
  await page.evaluate("window.dispatchEvent(new Event('visibilitychange'))");
  await page.getByRole('heading', { level: 1, name: 'Sam of meanwhile' }).waitFor();
  await api('PATCH', SAM_PATH, { name });
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').waitFor();
  assert.deepEqual((await api('GET', SAM_PATH))['app_metadata'], { plan: 'silver', meanwhile: true });
});

test('roles are given and taken, and permissions say where they come from', { skip }, async () => {
  const { page, api } = dashboard;
  const apiId = 'https://someapi.com/api';
  const { id } = await api<{ id: string }>('POST', '/roles', { name: 'Clerk' });
  const permissions = [{ resource_server_identifier: apiId, permission_name: 'read:sample' }];
  await api('POST', `/roles/${id}/permissions`, { permissions });
  await go(`${SAM_PATH}?tab=roles`);
  await page.getByRole('combobox', { name: 'Give roles' }).click();
  await page.getByRole('option', { name: 'Clerk' }).click();
  await page.getByRole('button', { name: 'Give' }).click();
  await page.getByRole('table', { name: 'Permissions' }).getByRole('link', { name: 'Clerk' }).waitFor();
  await page.getByRole('button', { name: 'Take the role Clerk away' }).click();
  await page.getByText('This user has no roles.').waitFor();
});

test('the log leads from a login to its event and to the inspector', { skip }, async () => {
  const { page } = dashboard;
  await go(`${SAM_PATH}?tab=log`);
  const [row] = [page.getByRole('row').filter({ hasText: 'sepft' }).first()];
  await row.waitFor();
  assert.match((await row.getByRole('link', { name: 'Inspect' }).getAttribute('href')) ?? '', /\/inspector\/\w+$/);
  assert.match((await row.getByRole('link').first().getAttribute('href')) ?? '', /\/logs\/\w+$/);
});

test('an import counts what came in and says what did not, and an export is downloaded', { skip }, async () => {
  const { page, api } = dashboard;
  await go('/users/import');
  await page.getByRole('combobox', { name: 'Connection' }).click();
  await page.getByRole('option', { name: DATABASE }).click();
  const buffer = Buffer.from(JSON.stringify([{ email: 'new@example.com' }, { email: 'person12@example.com' }]));
  await page.locator('input[type=file]').setInputFiles({ name: 'users.json', mimeType: 'application/json', buffer });
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await page.getByRole('table', { name: 'Records that failed' }).getByText('DUPLICATED_USER').waitFor();
  assert.equal((await api<object[]>('GET', '/users-by-email?email=new@example.com')).length, 1);
  await assertAccessible(page);
  await go('/users/export');
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download the file' }).click(),
  ]);
  assert.equal(download.suggestedFilename(), 'users.json.gz');
});

test('a file that is too large is not sent, and the command line is named', { skip }, async () => {
  const { page } = dashboard;
  await go('/users/import');
  const buffer = Buffer.alloc(500 * 1024 + 1, ' ');
  await page.locator('input[type=file]').setInputFiles({ name: 'big.json', mimeType: 'application/json', buffer });
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await page.getByText('This file is larger than 500 KB').waitFor();
  await page.getByText('gatehouse user import users.json').waitFor();
});

test('a user is deleted after a question', { skip }, async () => {
  const { page, api } = dashboard;
  const [grace] = await api<{ user_id: string }[]>('GET', '/users-by-email?email=grace@example.com');
  await go(`/users/${encodeURIComponent(grace?.user_id ?? '')}`);
  await page.getByRole('button', { name: 'Delete this user' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('heading', { level: 1, name: 'Users' }).waitFor();
  assert.deepEqual(await api('GET', '/users-by-email?email=grace@example.com'), []);
});
