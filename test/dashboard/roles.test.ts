// Roles in the dashboard: the permissions that they give, and who has them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { type Dashboard, openDashboard } from '../support/dashboard.ts';
import { exchange } from '../support/http-exchange.ts';
import { needs } from '../support/required-program.ts';
import { signInViewer } from './viewer.ts';

const skip = needs('chromium', 'certutil');
const CLIENT = 'QuickStartPublicClient0000000000';
const USER = { username: 'user@example.com', password: 'pwd' };
const SAMPLE_API = 'https://someapi.com/api';

let dashboard: Dashboard;
let page: Page;

before(async () => {
  if (skip !== false) return;
  dashboard = await openDashboard();
  page = dashboard.page;
});
after(async () => {
  if (skip === false) await dashboard.close();
});

const goTo = (path: string) => page.goto(`${dashboard.base}${path}`);
const inDialog = (button: string) => page.getByRole('dialog').getByRole('button', { name: button, exact: true });

async function requestToken(audience: string, scope: string) {
  const json = { ...USER, grant_type: 'password', client_id: CLIENT, audience, scope };
  const { text } = await exchange({ port: dashboard.server.ports[0], path: '/oauth/token', json });
  return JSON.parse(text) as { readonly access_token: string; readonly scope?: string };
}

test('a role gives its permissions to those who have it, and to nobody else', { skip }, async () => {
  await dashboard.api('PATCH', `/resource-servers/${encodeURIComponent(SAMPLE_API)}`, { enforce_policies: true });
  assert.equal((await requestToken(SAMPLE_API, 'read:sample')).scope ?? '', '');
  await goTo('/roles');
  await page.getByRole('button', { name: 'Create Role' }).click();
  await page.getByLabel('Name').fill('reader');
  await inDialog('Create').click();
  await page.getByRole('heading', { level: 1, name: 'reader' }).waitFor();
  await page.getByRole('button', { name: 'Add permissions' }).click();
  await page.getByRole('combobox', { name: 'API' }).click();
  await page.getByRole('option', { name: 'Sample API' }).click();
  await page.getByLabel('read:sample').check();
  await inDialog('Add').click();
  await page.getByRole('table', { name: 'Permissions of the role' }).getByText('read:sample').waitFor();

  await page.getByRole('tab', { name: 'Users' }).click();
  await page.getByRole('button', { name: 'Add users' }).click();
  await page.getByRole('combobox', { name: 'Users' }).fill('user@exam');
  await page.getByRole('option', { name: /user@example\.com/ }).click();
  await page.keyboard.press('Escape');
  await inDialog('Give them the role').click();
  await page.getByRole('table', { name: 'Users with the role' }).getByText('user@example.com').waitFor();
  assert.equal((await requestToken(SAMPLE_API, 'read:sample')).scope, 'read:sample');

  await page.getByRole('button', { name: /^Remove / }).click();
  await inDialog('Take it').click();
  await page.getByText('Nobody has this role yet.').waitFor();
  assert.equal((await requestToken(SAMPLE_API, 'read:sample')).scope ?? '', '');
  await page.getByRole('tab', { name: 'Permissions' }).click();
  await page.getByRole('button', { name: 'Remove read:sample' }).click();
  await inDialog('Take it').click();
  await page.getByText('It gives no permissions yet.').waitFor();
  await page.getByRole('tab', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Delete this role' }).click();
  await inDialog('Delete').click();
  await page.waitForURL(/\/roles$/);
});

test('a name that another role has is refused in the dialog', { skip }, async () => {
  await dashboard.api('POST', '/roles', { name: 'taken' });
  await goTo('/roles?q=tak');
  await page.getByRole('link', { name: 'taken' }).waitFor();
  await page.getByRole('button', { name: 'Create Role' }).click();
  await page.getByLabel('Name').fill('taken');
  await inDialog('Create').click();
  await page.getByText('A role with name "taken" already exists').waitFor();
  assert.equal(await page.getByLabel('Name').inputValue(), 'taken');
});

test('whoever may only look sees roles, and no buttons that would fail', { skip }, async () => {
  const role = await dashboard.api<{ id: string }>('POST', '/roles', { name: 'watchman' });
  await dashboard.api('POST', `/roles/${role.id}/permissions`, {
    permissions: [{ resource_server_identifier: SAMPLE_API, permission_name: 'write:sample' }],
  });
  const viewer = await signInViewer(dashboard);
  await viewer.goto(`${dashboard.base}/roles/${role.id}`);
  for (const tab of ['Permissions', 'Users']) await viewer.getByRole('tab', { name: tab }).click();
  await viewer.getByText('Nobody has this role yet.').waitFor();
  const name = /^(Save|Add|Change|Remove|Delete)/;
  assert.equal(await viewer.getByRole('button', { name, includeHidden: true }).count(), 0);
});
