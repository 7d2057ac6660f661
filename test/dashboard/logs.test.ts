// Logs in a real browser: events as they come, conditions on them, one of them in full.
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

/** Logs in as the quick start does, with these changes. */
async function logIn(changes: Record<string, string> = {}): Promise<void> {
  await exchange({
    port: dashboard.server.ports[0],
    path: '/oauth/token',
    json: {
      ...{ grant_type: 'password', client_id: CLIENT, audience: 'https://someapi.com/api' },
      ...{ username: 'user@example.com', password: 'pwd', ...changes },
    },
  });
}

test('a login appears in the logs by itself, and leads to the login inspector', { skip }, async () => {
  const { page, base } = dashboard;
  await page.goto(`${base}/logs`);
  await page.getByRole('link', { name: 'Tokens issued' }).first().waitFor();
  await logIn({ password: 'not-the-password' });
  const row = page.getByRole('row', { name: /Wrong password/ });
  await row.getByText('fp', { exact: true }).waitFor();
  await row.getByRole('link', { name: 'Inspect' }).click();
  await page.getByRole('heading', { level: 1, name: /^Refused: .*password is wrong/ }).waitFor();
});

test('a paused log stands still', { skip }, async () => {
  const { page, base } = dashboard;
  await page.goto(`${base}/logs?outcome=failure`);
  await page.getByRole('switch', { name: /Live/ }).uncheck();
  await page.getByRole('link', { name: 'Wrong password' }).first().waitFor();
  const read: string[] = [];
  page.on('request', (request) => read.push(request.url()));
  await logIn({ client_id: 'NoSuchClient' });
  const turn = page.waitForRequest(/\/api\/v2\/logs\?/, { timeout: 3000 }).catch(() => null);
  assert.equal(await turn, null, read.join('\n'));
  page.removeAllListeners('request');
  await page.getByRole('switch', { name: /Live/ }).check();
  await page.getByRole('cell', { name: 'NoSuchClient' }).waitFor();
});

test('conditions on the log stand in the address, and a link shows the same events', { skip }, async () => {
  const { page, base } = dashboard;
  await logIn({ username: 'nobody@example.com' });
  await page.goto(`${base}/logs`);
  await page.getByRole('combobox', { name: 'Type' }).click();
  await page.getByRole('option', { name: 'Unknown user (fu)' }).click();
  await page.getByRole('textbox', { name: 'Search' }).fill('connection:Username-Password-*');
  await page.waitForURL(/type=fu.*q=connection/);
  const address = page.url();
  await page.goto(`${base}/`);
  await page.goto(address);
  await page.getByRole('link', { name: 'Unknown user' }).first().waitFor();
  assert.equal(await page.getByRole('link', { name: 'Wrong password' }).count(), 0);
  await page.getByRole('button', { name: 'Show all events' }).click();
  await page.getByRole('link', { name: 'Wrong password' }).first().waitFor();
});

test('a search that the API refuses says so, and the words stay', { skip }, async () => {
  const { page, base } = dashboard;
  await page.goto(`${base}/logs?q=${encodeURIComponent('type:(')}`);
  await page.getByRole('alert').getByText('The server did not accept this').waitFor();
  assert.equal(await page.getByRole('textbox', { name: 'Search' }).inputValue(), 'type:(');
});

test('an event is shown in full, with its JSON', { skip }, async () => {
  const { page, base } = dashboard;
  await page.goto(`${base}/logs?type=fp`);
  await page.getByRole('link', { name: 'Wrong password' }).first().click();
  await page.getByRole('heading', { level: 1, name: 'Wrong password' }).waitFor();
  await page.getByRole('row', { name: /Reason wrong-password/ }).waitFor();
  await page.getByRole('button', { name: 'Show the JSON' }).click();
  await page.getByText('"type": "fp"').waitFor();
  await page.getByRole('link', { name: 'Open in the login inspector' }).waitFor();
  await assertAccessible(page);
});

test('the list is accessible, and fits on a phone', { skip }, async () => {
  const { page, base } = dashboard;
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto(`${base}/logs`);
  await page.getByText('sepft').first().waitFor();
  await assertAccessible(page);
  await assertFitsTelephone(page);
});
