// The login inspector in a real browser: from a failed login to the setting that mends it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible, type Dashboard, openDashboard } from '../support/dashboard.ts';
import { exchange } from '../support/http-exchange.ts';
import { needs } from '../support/required-program.ts';
import { assertFitsTelephone } from './viewer.ts';

const skip = needs('chromium', 'certutil');
const CLIENT = 'QuickStartPublicClient0000000000';
let dashboard: Dashboard;
before(async () => {
  if (skip === false) dashboard = await openDashboard();
});
after(() => dashboard?.close());

/** Logs in as the quick start does, with these changes; resolves to the request id. */
async function logIn(changes: Record<string, string> = {}): Promise<string> {
  const { headers } = await exchange({
    port: dashboard.server.ports[0],
    path: '/oauth/token',
    json: {
      ...{ grant_type: 'password', client_id: CLIENT, audience: 'https://someapi.com/api' },
      ...{ username: 'user@example.com', password: 'pwd', ...changes },
    },
  });
  return String(headers['x-auth0-requestid']);
}

test('a granted login shows all of its phases with their times', { skip }, async () => {
  const { page, base } = dashboard;
  const requestId = await logIn();
  await page.goto(`${base}/inspector`);
  await page.getByRole('textbox', { name: 'Request id or log id' }).fill(requestId);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Granted: tokens for user@example.com' }).waitFor();
  const phases = page.getByRole('list', { name: 'Phases of the request' }).getByRole('listitem');
  const texts = await phases.allInnerTexts();
  assert.equal(texts.length, 9);
  const isOfCode = (text: string) => /^(Rules|Actions)/.test(text);
  for (const text of texts.filter((one) => !isOfCode(one))) assert.match(text, /passed[\s\S]*\d ms/);
  assert.match(texts.filter(isOfCode).join('\n'), /No rule is enabled[\s\S]*No action/);
});

test('a refusal explains itself and leads to the setting: no Default Directory', { skip }, async () => {
  const { page, base, api } = dashboard;
  const { default_directory: directory } = await api<{ default_directory: string }>('GET', '/tenants/settings');
  await api('PATCH', '/tenants/settings', { default_directory: '' });
  const requestId = await logIn();
  await api('PATCH', '/tenants/settings', { default_directory: directory });
  await page.goto(`${base}/inspector/${requestId}`);
  await page.getByRole('heading', { level: 1, name: /^Failed: .*default directory/ }).waitFor();
  const why = page.getByRole('region', { name: 'Why, and what to do' });
  await why.getByText(/gatehouse tenant update/).waitFor();
  const phases = page.getByRole('list', { name: 'Phases of the request' }).getByRole('listitem');
  assert.match(await phases.nth(2).innerText(), /Connection\s*failed/);
  assert.match(await phases.nth(4).innerText(), /not reached/);
  await assertAccessible(page);
  await why.getByRole('link', { name: 'Go to the account settings' }).click();
  await page.locator('#default-directory:focus').waitFor();
});

test('a grant that is not allowed leads to the application', { skip }, async () => {
  const { page, base, api } = dashboard;
  const { client_id: clientId } = await api<{ client_id: string }>('POST', '/clients', {
    ...{ name: 'No grant', app_type: 'native', grant_types: [] },
  });
  await page.goto(`${base}/inspector/${await logIn({ client_id: clientId })}`);
  await page.getByRole('link', { name: 'Go to the application' }).click();
  await page.waitForURL(`${base}/applications/${clientId}#grant_types`);
});

test('nothing of what an unknown user typed is on the page', { skip }, async () => {
  const { page, base } = dashboard;
  await page.goto(`${base}/inspector/${await logIn({ username: 'my-password-by-mistake' })}`);
  await page.getByRole('heading', { level: 1, name: /^Refused/ }).waitFor();
  await page.getByRole('button', { name: 'Show the log event' }).click();
  await page.getByText('"user_name": null').waitFor();
  assert.doesNotMatch(await page.content(), /my-password-by-mistake/);
});

test('names are shown as text, whatever they hold', { skip }, async () => {
  const { page, base } = dashboard;
  await page.goto(`${base}/inspector/${await logIn({ audience: '<img src=x onerror=alert(1)>' })}`);
  await page.getByText('<img src=x onerror=alert(1)>').first().waitFor();
  assert.equal(await page.locator('img').count(), 0);
});

test('an id that no event has says what that may mean', { skip }, async () => {
  const { page, base } = dashboard;
  await page.goto(`${base}/inspector/00000000000000000000`);
  await page.getByRole('heading', { name: 'No token request is known by this id' }).waitFor();
  await assertAccessible(page);
});

test('it fits on a phone', { skip }, async () => {
  const { page, base } = dashboard;
  const requestId = await logIn();
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto(`${base}/inspector/${requestId}`);
  await page.getByText('Step by step').first().waitFor();
  await assertFitsTelephone(page);
});
