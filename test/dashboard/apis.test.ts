// APIs in the dashboard: how their tokens are signed, and what they offer.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { assertAccessible, type Dashboard, openDashboard } from '../support/dashboard.ts';
import { exchange } from '../support/http-exchange.ts';
import { needs } from '../support/required-program.ts';
import { signInViewer } from './viewer.ts';

const skip = needs('chromium', 'certutil');
const CLIENT = 'QuickStartPublicClient0000000000';
const USER = { username: 'user@example.com', password: 'pwd' };
const SAMPLE_API = 'https://someapi.com/api';

interface Api {
  readonly id: string;
  readonly token_lifetime: number;
  readonly enforce_policies: boolean;
  readonly scopes: readonly { readonly value: string; readonly description?: string }[];
}

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

const readApi = (called: string) => dashboard.api<Api>('GET', `/resource-servers/${encodeURIComponent(called)}`);
const goTo = (path: string) => page.goto(`${dashboard.base}${path}`);
const inDialog = (button: string) => page.getByRole('dialog').getByRole('button', { name: button, exact: true });

async function requestToken(audience: string, scope: string) {
  const json = { ...USER, grant_type: 'password', client_id: CLIENT, audience, scope };
  const { text } = await exchange({ port: dashboard.server.ports[0], path: '/oauth/token', json });
  return JSON.parse(text) as { readonly access_token: string; readonly scope?: string };
}

function isSignedBy(secret: string, token: string): boolean {
  const [header, payload, signature] = token.split('.');
  return createHmac('sha256', secret).update(`${header}.${payload}`).digest('base64url') === signature;
}

/** Reads the secret that is shown once, and closes the dialog. */
async function takeSecret(): Promise<string> {
  const dialog = page.getByRole('dialog', { name: /^The signing secret of/ });
  const secret = (await dialog.locator('pre').textContent()) ?? '';
  await dialog.getByRole('button', { name: 'I have kept it' }).click();
  await dialog.waitFor({ state: 'detached' });
  return secret;
}

test('the secret of an HS256 API is shown when it is made and when it is replaced', { skip }, async () => {
  await goTo('/apis');
  await page.getByRole('button', { name: 'Create API' }).click();
  await page.getByLabel('Name').fill('Printers');
  await page.getByRole('textbox', { name: 'Identifier' }).fill('https://printers.example.com');
  await page.getByRole('radio', { name: 'HS256' }).check();
  await inDialog('Create').click();
  const first = await takeSecret();
  await page.getByRole('heading', { level: 1, name: 'Printers' }).waitFor();
  const early = await requestToken('https://printers.example.com', '');
  assert.ok(isSignedBy(first, early.access_token));
  await page.getByRole('button', { name: 'Rotate secret' }).click();
  await inDialog('Rotate').click();
  const second = await takeSecret();
  const late = await requestToken('https://printers.example.com', '');
  assert.ok(isSignedBy(second, late.access_token));
  assert.ok(!(await page.content()).includes(second));
});

test('an API that takes HS256 gets a secret, which is shown', { skip }, async () => {
  await dashboard.api('POST', '/resource-servers', { name: 'Scanners', identifier: 'https://scanners.example.com' });
  await goTo(`/apis/${encodeURIComponent('https://scanners.example.com')}`);
  await page.getByRole('combobox', { name: 'Signing Algorithm' }).click();
  await page.getByRole('option', { name: /HS256/ }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  const secret = await takeSecret();
  const { access_token: token } = await requestToken('https://scanners.example.com', '');
  assert.ok(isSignedBy(secret, token));
});

test('permissions of an API are added, changed and deleted', { skip }, async () => {
  const identifier = 'https://doors.example.com';
  await dashboard.api('POST', '/resource-servers', { name: 'Doors', identifier });
  await goTo(`/apis/${encodeURIComponent(identifier)}#scopes`);
  await page.getByRole('tab', { name: 'Permissions', selected: true }).waitFor();
  await page.getByRole('button', { name: 'Add a permission' }).click();
  await page.getByRole('textbox', { name: 'Permission' }).fill('open doors');
  await inDialog('Add').click();
  await page.getByText('A permission is a word without spaces').waitFor();
  await page.getByRole('textbox', { name: 'Permission' }).fill('open:doors');
  await inDialog('Add').click();
  await page.getByRole('button', { name: 'Change open:doors' }).click();
  await page.getByLabel('Description').fill('Open any door');
  await inDialog('Save').click();
  await page.getByRole('cell', { name: 'Open any door' }).waitFor();
  assert.deepEqual((await readApi(identifier)).scopes, [{ value: 'open:doors', description: 'Open any door' }]);
  await page.getByRole('button', { name: 'Remove open:doors' }).click();
  await inDialog('Delete').click();
  await page.getByText('open:doors was deleted.').waitFor();
  assert.deepEqual((await readApi(identifier)).scopes, []);
});

test('settings of an API are stored, and a refusal stands at its field', { skip }, async () => {
  await goTo(`/apis/${encodeURIComponent(SAMPLE_API)}`);
  await page.getByLabel('Token Lifetime').fill('0');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Value must be >= 1').waitFor();
  await page.getByLabel('Token Lifetime').fill('3600');
  await page.getByRole('switch', { name: 'Enable RBAC' }).check({ force: true });
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').first().waitFor();
  const { token_lifetime: lifetime, enforce_policies: enforced } = await readApi(SAMPLE_API);
  assert.deepEqual({ lifetime, enforced }, { lifetime: 3600, enforced: true });
});

test('the Management API is shown, and cannot be changed', { skip }, async () => {
  await goTo('/apis');
  await page
    .getByRole('row', { name: /system/ })
    .getByRole('link')
    .click();
  await page.getByText('This is the Management API itself').waitFor();
  await assertAccessible(page);
  assert.equal(await page.getByRole('button', { name: /^(Save|Delete)/ }).count(), 0);
  await page.getByRole('tab', { name: 'Permissions' }).click();
  await page.getByRole('cell', { name: 'read:clients', exact: true }).waitFor();
  assert.equal(await page.getByRole('button', { name: /^(Add|Change|Remove)/ }).count(), 0);
});

test('whoever may only look sees APIs, and no buttons that would fail', { skip }, async () => {
  const viewer = await signInViewer(dashboard);
  await viewer.goto(`${dashboard.base}/apis/${encodeURIComponent(SAMPLE_API)}`);
  for (const tab of ['Permissions', 'Applications']) await viewer.getByRole('tab', { name: tab }).click();
  await viewer.getByText('No application has a grant on it.').waitFor();
  const name = /^(Save|Add|Change|Remove|Delete)/;
  assert.equal(await viewer.getByRole('button', { name, includeHidden: true }).count(), 0);
});
