// Applications in the dashboard, as an administrator makes, changes and deletes them.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { Page, Response } from 'playwright-core';
import { assertAccessible, type Dashboard, openDashboard } from '../support/dashboard.ts';
import { exchange } from '../support/http-exchange.ts';
import { needs } from '../support/required-program.ts';
import { signInViewer } from './viewer.ts';

const skip = needs('chromium', 'certutil');
const USER = { username: 'user@example.com', password: 'pwd' };
const API = 'https://someapi.com/api';

interface Client {
  readonly client_id: string;
  readonly name: string;
  readonly grant_types: readonly string[];
  readonly web_origins: readonly string[];
  readonly client_metadata: Record<string, string>;
  readonly token_endpoint_auth_method?: string;
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

const readClient = (id: string) => dashboard.api<Client>('GET', `/clients/${id}`);
const makeClient = (body: object) => dashboard.api<Client>('POST', '/clients', body);
const requestToken = (json: object) => exchange({ port: dashboard.server.ports[0], path: '/oauth/token', json });
const goTo = (path: string) => page.goto(`${dashboard.base}${path}`);
const said = (words: string | RegExp) => page.getByRole('alert').filter({ hasText: words }).first().waitFor();

async function create(name: string, type: string): Promise<void> {
  await goTo('/applications');
  await page.getByRole('button', { name: 'Create Application' }).click();
  await page.getByLabel('Name').fill(name);
  await page.getByRole('radio', { name: type }).check();
  await page.getByRole('dialog').getByRole('button', { name: 'Create', exact: true }).click();
}

test('a new application gives tokens for passwords once a connection is switched on', { skip }, async () => {
  await create('Shop', 'Native');
  await page.getByRole('heading', { level: 1, name: 'Shop' }).waitFor();
  const id = decodeURIComponent(new URL(page.url()).pathname.split('/').at(-1) ?? '');
  const grant = { ...USER, grant_type: 'password', client_id: id, audience: API };
  await page.getByText('Nobody can log in to it yet').waitFor();
  assert.notEqual((await requestToken(grant)).status, 200);
  await page.getByRole('link', { name: 'Switch a connection on' }).click();
  await page.getByRole('switch', { name: 'Username-Password-Authentication may be used' }).check({ force: true });
  await page.getByText('Nobody can log in to it yet').waitFor({ state: 'detached' });
  assert.equal((await requestToken(grant)).status, 200);
});

test('an application and an API are told to give refresh tokens, which rotate', { skip }, async () => {
  const connections = await dashboard.api<readonly { id: string }[]>('GET', '/connections?strategy=auth0');
  const { client_id: id } = await makeClient({ name: 'Phone', app_type: 'native', grant_types: ['password'] });
  for (const { id: connection } of connections) {
    await dashboard.api('PATCH', `/connections/${connection}/clients`, [{ client_id: id, status: true }]);
  }
  const login = { ...USER, grant_type: 'password', client_id: id, audience: API, scope: 'offline_access' };
  const tokenOf = async (json: object) =>
    (JSON.parse((await requestToken(json)).text) as { refresh_token?: string }).refresh_token;
  assert.equal(await tokenOf(login), undefined);

  await goTo(`/apis/${encodeURIComponent(API)}`);
  await page.getByRole('switch', { name: 'Allow Offline Access' }).check({ force: true });
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').first().waitFor();
  await goTo(`/applications/${id}#grant_types`);
  await page.getByRole('checkbox', { name: 'Refresh Token' }).check();
  await page.getByRole('button', { name: 'Save' }).click();
  const section = page.getByRole('region', { name: 'Refresh Tokens' });
  await section.getByRole('switch', { name: 'Rotation' }).check({ force: true });
  await section.getByLabel('Leeway').fill('601');
  await section.getByRole('button', { name: 'Save' }).click();
  await section.getByText(/600/).last().waitFor();
  await section.getByLabel('Leeway').fill('0');
  await section.getByLabel('Absolute lifetime').fill('86400');
  await section.getByLabel('Idle lifetime').fill('3600');
  await section.getByRole('button', { name: 'Save' }).click();
  await section.getByRole('button', { name: 'Undo changes' }).waitFor({ state: 'detached' });
  await assertAccessible(page);

  const first = await tokenOf(login);
  const refresh = { grant_type: 'refresh_token', client_id: id };
  const second = await tokenOf({ ...refresh, refresh_token: first });
  assert.ok(first && second && first !== second);
  assert.equal((await requestToken({ ...refresh, refresh_token: first })).status, 403);
  assert.equal((await requestToken({ ...refresh, refresh_token: second })).status, 403, 'reuse ends them all');
});

test('a secret is shown when it is made, and at no other time', { skip }, async () => {
  const leaks: string[] = [];
  const listener = (response: Response) => {
    if (response.request().method() !== 'GET' || !response.url().includes('/api/v2/clients')) return;
    const look = (text: string) => text.includes('client_secret"') && leaks.push(response.url());
    // The page may have gone on before its answer was looked at.
    void response.text().then(look, () => {});
  };
  page.on('response', listener);
  await create('Back office', 'Regular Web Application');
  const dialog = page.getByRole('dialog', { name: 'The client secret of Back office' });
  const first = await dialog.locator('pre').textContent();
  await dialog.getByRole('button', { name: 'I have kept it' }).click();
  await page.getByRole('heading', { level: 1, name: 'Back office' }).waitFor();
  assert.ok(!(await page.content()).includes(first ?? ''));

  await page.getByRole('tab', { name: 'Credentials' }).click();
  await page.getByRole('button', { name: 'Rotate secret' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Rotate' }).click();
  const second = await page
    .getByRole('dialog', { name: 'The new client secret of Back office' })
    .locator('pre')
    .textContent();
  assert.notEqual(second, first);
  await page.getByRole('button', { name: 'I have kept it' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.ok(!(await page.content()).includes(second ?? ''));
  const id = decodeURIComponent(new URL(page.url()).pathname.split('/').at(-1) ?? '');
  const grant = { ...USER, grant_type: 'password', client_id: id, audience: API };
  const refused = await requestToken({ ...grant, client_secret: first });
  assert.equal(refused.status, 401);
  const known = await requestToken({ ...grant, client_secret: second });
  assert.notEqual(known.status, 401);
  page.off('response', listener);
  assert.deepEqual(leaks, []);
});

test('settings are stored as they were typed', { skip }, async () => {
  const { client_id: id } = await makeClient({ name: 'Kiosk', app_type: 'spa', grant_types: ['password'] });
  await goTo(`/applications/${id}`);
  await page.getByLabel('Allowed Web Origins').fill('https://one.example.com\nhttps://two.example.com');
  await page.getByLabel('Client Credentials').uncheck();
  await page.getByLabel('Password with realm').check();
  await page.getByRole('button', { name: 'Add a text' }).click();
  await page.getByLabel('Name of text 1').fill('team');
  await page.getByLabel('Text 1', { exact: true }).fill('kiosks');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').first().waitFor();
  const stored = await readClient(id);
  assert.deepEqual(stored.web_origins, ['https://one.example.com', 'https://two.example.com']);
  assert.deepEqual(stored.grant_types, ['password', 'http://auth0.com/oauth/grant-type/password-realm']);
  assert.deepEqual(stored.client_metadata, { team: 'kiosks' });
});

test('a refusal stands at its field, and what was typed stays', { skip }, async () => {
  const { client_id: id } = await makeClient({ name: 'Refused', app_type: 'native', grant_types: [] });
  await goTo(`/applications/${id}`);
  await page.getByLabel('Description').fill('Kept');
  await page.getByLabel('Trust auth0-forwarded-for').check({ force: true });
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('needs a client with a secret or key').waitFor();
  assert.equal(await page.getByLabel('Description').inputValue(), 'Kept');
  await page.getByRole('button', { name: 'Undo changes' }).click();
  await page.getByLabel('Allowed Web Origins').fill('shop.example.com/path');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('“shop.example.com/path” is no origin').waitFor();
  await page.getByRole('button', { name: 'Undo changes' }).click();
});

test('an address with the name of a member leads to its field', { skip }, async () => {
  const { client_id: id } = await makeClient({ name: 'Linked', grant_types: [] });
  for (const name of ['grant_types', 'token_endpoint_auth_method', 'web_origins', 'is_first_party']) {
    await goTo(`/applications/${id}#${name}`);
    await page.locator(`#${name}:focus`).waitFor();
  }
  await goTo(`/applications/${id}#public_keys`);
  await page.getByRole('tab', { name: 'Credentials', selected: true }).waitFor();
});

test('a public key takes the place of a secret', { skip }, async () => {
  const { client_id: id } = await makeClient({ name: 'Signer', app_type: 'regular_web', grant_types: [] });
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  await goTo(`/applications/${id}?tab=credentials`);
  await page.getByRole('button', { name: 'Add a public key' }).click();
  await page.getByLabel('Public key (PEM)').fill(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  await page.getByRole('dialog').getByRole('button', { name: 'Add' }).click();
  await page.getByText('is a private key').waitFor();
  await page.getByLabel('Public key (PEM)').fill(publicKey.export({ type: 'spki', format: 'pem' }).toString());
  await page.getByRole('dialog').getByRole('button', { name: 'Add' }).click();
  await page.getByRole('table', { name: 'Public keys' }).getByText('RS256').waitFor();

  await page.getByRole('tab', { name: 'Settings' }).click();
  await page.getByRole('combobox', { name: 'Token Endpoint Authentication Method' }).click();
  await page.getByRole('option', { name: /Private Key JWT/ }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').first().waitFor();
  assert.equal((await readClient(id)).token_endpoint_auth_method, undefined);
});

test('an application is given scopes of an API, and loses them again', { skip }, async () => {
  const { client_id: id } = await makeClient({ name: 'Robot', app_type: 'non_interactive', grant_types: [] });
  await goTo(`/applications/${id}?tab=apis`);
  await page.getByRole('button', { name: 'Add an API' }).click();
  await page.getByRole('combobox', { name: 'API' }).click();
  await page.getByRole('option', { name: /Sample API/ }).click();
  await page.getByLabel('read:sample').check();
  await page.getByRole('dialog').getByRole('button', { name: 'Add' }).click();
  const table = page.getByRole('table', { name: 'APIs of the application' });
  await table.getByText('read:sample').waitFor();
  await table.getByRole('button', { name: 'Change the grant with Sample API' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Choose all' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await table.getByText('write:sample').waitFor();
  await table.getByRole('button', { name: 'Remove the grant with Sample API' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Take it back' }).click();
  await page.getByText('It may call no API for itself.').waitFor();
});

test('the list is paged and searched by the address', { skip }, async () => {
  for (let count = 0; count < 22; count += 1) await makeClient({ name: `Zoo ${count}`, grant_types: [] });
  await goTo('/applications');
  await page.getByRole('table', { name: 'Applications' }).getByRole('row').nth(20).waitFor();
  await page.getByRole('searchbox', { name: 'Search applications' }).fill('zoo 21');
  await page.waitForURL(/\?q=zoo\+21$/);
  await page.getByRole('link', { name: 'Zoo 21' }).waitFor();
  assert.equal(await page.getByRole('table', { name: 'Applications' }).getByRole('row').count(), 2);
  await goTo('/applications?page=2');
  await page.getByRole('link', { name: 'Zoo 9' }).waitFor();
});

test('an application is deleted after a question', { skip }, async () => {
  const { client_id: id } = await makeClient({ name: 'Gone', grant_types: [] });
  await goTo(`/applications/${id}`);
  await page.getByRole('button', { name: 'Delete this application' }).click();
  await page
    .getByRole('dialog', { name: 'Delete the application Gone?' })
    .getByRole('button', { name: 'Cancel' })
    .click();
  assert.equal((await readClient(id)).name, 'Gone');
  await page.getByRole('button', { name: 'Delete this application' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.waitForURL(/\/applications$/);
  await assert.rejects(readClient(id), /404/);
  await goTo(`/applications/${id}`);
  await said('This is not there');
});

test('whoever may only look sees values, and no buttons that would fail', { skip }, async () => {
  const { client_id: id } = await makeClient({ name: 'Seen', app_type: 'regular_web', grant_types: ['password'] });
  const viewer = await signInViewer(dashboard);
  await viewer.goto(`${dashboard.base}/applications`);
  await viewer.getByRole('table', { name: 'Applications' }).waitFor();
  assert.equal(await viewer.getByRole('button', { name: 'Create Application' }).count(), 0);
  await viewer.goto(`${dashboard.base}/applications/${id}`);
  assert.equal(await viewer.getByLabel('Name').inputValue(), 'Seen');
  for (const tab of ['Credentials', 'APIs', 'Connections']) await viewer.getByRole('tab', { name: tab }).click();
  await viewer.getByRole('table', { name: 'Connections' }).getByText('no').first().waitFor();
  for (const name of [/^Save/, /^Delete/, /^Rotate/, /^Add/]) {
    assert.equal(await viewer.getByRole('button', { name, includeHidden: true }).count(), 0, String(name));
  }
  await viewer.context().close();
});

test('nobody is kept out of the dialog that creates an application', { skip }, async () => {
  await goTo('/applications');
  await page.getByRole('button', { name: 'Create Application' }).click();
  await page.getByRole('dialog').waitFor();
  await assertAccessible(page);
});
