// Attack Protection, Health and the Overview in a real browser: what an operator watches.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible, type Dashboard, openDashboard } from '../support/dashboard.ts';
import { exchange } from '../support/http-exchange.ts';
import { needs } from '../support/required-program.ts';
import { assertFitsTelephone } from './viewer.ts';

const skip = needs('chromium', 'certutil');
const BRUTE_FORCE = '/attack-protection/brute-force-protection';
const BREACHED = '/attack-protection/breached-password-detection';
const SUSPICIOUS_IP = '/attack-protection/suspicious-ip-throttling';
let dashboard: Dashboard;
before(async () => {
  if (skip === false) dashboard = await openDashboard();
});
after(() => dashboard?.close());

async function logIn(password: string): Promise<number> {
  const { status } = await exchange({
    port: dashboard.server.ports[0],
    path: '/oauth/token',
    json: {
      ...{ grant_type: 'password', client_id: 'QuickStartPublicClient0000000000' },
      ...{ audience: 'https://someapi.com/api', username: 'user@example.com', password },
    },
  });
  return status;
}

test('the settings are changed, one by one', { skip }, async () => {
  const { page, base, api } = dashboard;
  await page.goto(`${base}/attack-protection`);
  const bruteForce = page.getByRole('region', { name: 'Brute-force Protection' });
  await bruteForce.getByRole('textbox', { name: 'Maximum attempts' }).fill('3');
  await bruteForce.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').waitFor();
  assert.equal((await api<{ max_attempts: number }>('GET', BRUTE_FORCE)).max_attempts, 3);
  const throttling = page.getByRole('region', { name: 'Suspicious IP Throttling' });
  await throttling.getByRole('textbox', { name: 'Rate' }).fill('60');
  await throttling.getByRole('button', { name: 'Save' }).click();
  // The button to save is disabled while it saves, too.
  await throttling.getByRole('button', { name: 'Undo changes' }).waitFor({ state: 'detached' });
  const { stage } = await api<{ stage: { 'pre-login': object } }>('GET', SUSPICIOUS_IP);
  assert.deepEqual(stage['pre-login'], { max_attempts: 100, rate: 60_000 });
  const breached = page.getByRole('region', { name: 'Breached Password Detection' });
  const login = breached.getByRole('group', { name: 'At a login' });
  await login.getByRole('checkbox', { name: 'Refuse it' }).check();
  await login.getByRole('checkbox', { name: 'Send the administrators a mail' }).check();
  await breached.getByRole('button', { name: 'Save' }).click();
  await breached.getByRole('button', { name: 'Undo changes' }).waitFor({ state: 'detached' });
  assert.deepEqual((await api<{ shields: string[] }>('GET', BREACHED)).shields, ['block', 'admin_notification']);
});

test('an address that is none is refused at its field', { skip }, async () => {
  const { page, base } = dashboard;
  await page.goto(`${base}/attack-protection`);
  const bruteForce = page.getByRole('region', { name: 'Brute-force Protection' });
  const field = bruteForce.getByRole('combobox', { name: 'Allowlist' });
  await field.fill('everywhere');
  await field.press('Enter');
  await bruteForce.getByRole('button', { name: 'Save' }).click();
  await bruteForce.getByText(/is no address/).waitFor();
  await bruteForce.getByText('everywhere', { exact: true }).waitFor();
  await bruteForce.getByRole('button', { name: 'Undo changes' }).click();
});

test('who is blocked is found by name, and unblocked after a question', { skip }, async () => {
  const { page, base, api } = dashboard;
  await api('PATCH', BRUTE_FORCE, { max_attempts: 3 });
  for (let attempt = 0; attempt < 3; attempt += 1) assert.equal(await logIn('wrong'), 403);
  assert.equal(await logIn('pwd'), 429);
  await page.goto(`${base}/attack-protection`);
  await page.getByRole('button', { name: 'Unblock user@example.com' }).waitFor();
  await page.getByRole('textbox', { name: 'User name or e-mail address' }).fill('user@example.com');
  await page.keyboard.press('Enter');
  await page.getByText('user@example.com is blocked:').waitFor();
  assert.match(page.url(), /name=user%40example\.com/);
  await assertAccessible(page);
  await page.getByRole('button', { name: 'Unblock', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Unblock' }).click();
  await page.getByText('user@example.com is not blocked.').waitFor();
  assert.equal(await logIn('pwd'), 200);
});

test('everybody who is blocked now is listed, and unblocked there', { skip }, async () => {
  const { page, base } = dashboard;
  for (let attempt = 0; attempt < 3; attempt += 1) assert.equal(await logIn('wrong'), 403);
  assert.equal(await logIn('pwd'), 429);
  await page.goto(`${base}/attack-protection#blocked`);
  const list = page.getByRole('region', { name: 'Blocked now' });
  await list.getByRole('cell', { name: 'A name from one address' }).waitFor();
  await list.getByRole('button', { name: /^Unblock auth0/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Unblock' }).click();
  await list.getByRole('button', { name: /^Unblock auth0/ }).waitFor({ state: 'detached' });
  assert.equal(await logIn('pwd'), 200);
});

test('an address is looked up, too', { skip }, async () => {
  const { page, base, api } = dashboard;
  await page.goto(`${base}/attack-protection?ip=127.0.0.1`);
  await page.getByText('127.0.0.1 is not blocked.').waitFor();
  await api('DELETE', '/anomaly/blocks/ips/127.0.0.1');
  await api('PATCH', SUSPICIOUS_IP, { stage: { 'pre-login': { max_attempts: 2, rate: 3_600_000 } } });
  for (let attempt = 0; attempt < 2; attempt += 1) assert.equal(await logIn('wrong'), 403);
  assert.equal(await logIn('pwd'), 429);
  await page.reload();
  await page.getByText('127.0.0.1 is throttled').waitFor();
  await page.getByRole('button', { name: 'Unblock', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Unblock' }).click();
  await page.getByText('127.0.0.1 is not blocked.').waitFor();
});

test('the overview says what a login needs, and which logins were refused', { skip }, async () => {
  const { page, base, api } = dashboard;
  await page.goto(base);
  await page.getByText('Username-Password-Authentication checks passwords, and answers.').waitFor();
  await page.getByText('At least one gets tokens signed with RS256.').waitFor();
  await page.getByRole('region', { name: 'Refused lately' }).getByRole('link').first().waitFor();
  await assertAccessible(page);
  await api('PATCH', '/tenants/settings', { default_directory: '' });
  await page.reload();
  await page.getByText('Not set: password grants that name no connection are refused.').waitFor();
  await page
    .getByRole('link', { name: /^Name is blocked/ })
    .first()
    .click();
  await page.getByRole('heading', { level: 1, name: /^Refused: / }).waitFor();
});

test('health shows server, directories, and charts that can be read as tables', { skip }, async () => {
  const { page, base, api } = dashboard;
  await api('POST', '/connections', {
    ...{ name: 'Directory', strategy: 'ldap' },
    options: { urls: ['ldaps://localhost:9'], base: 'dc=example,dc=com' },
  });
  await page.goto(`${base}/health`);
  await page.getByText(/SQLite, answers in/).waitFor();
  await page.getByRole('row', { name: /Directory LDAP not asked yet/ }).waitFor();
  const chart = page.getByRole('region', { name: 'Logins in the last hour' });
  await chart.getByRole('img', { name: /^Chart: \d+ logins, \d+ failures/ }).waitFor();
  await chart.getByRole('button', { name: 'Show as a table' }).click();
  assert.equal(await chart.getByRole('table', { name: 'Logins by minute' }).getByRole('row').count(), 61);
  await assertAccessible(page);
});

test('all of it fits on a phone', { skip }, async () => {
  const { page, base } = dashboard;
  for (const path of ['', '/attack-protection', '/health', '/try-it']) {
    await page.setViewportSize({ width: 360, height: 740 });
    await page.goto(`${base}${path}`);
    await page.getByRole('heading', { level: 2 }).first().waitFor();
    await assertFitsTelephone(page);
  }
});
