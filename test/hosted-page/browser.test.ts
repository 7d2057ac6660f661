// The pages that links in mails lead to, in a real browser without JavaScript, and looked at by a tool for accessibility.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { startBrowser, type TrustingBrowser } from '../support/browser.ts';
import { findViolations } from '../support/dashboard.ts';
import { type DevServer, startDevServer } from '../support/dev-server.ts';
import { exchange } from '../support/http-exchange.ts';
import { needs } from '../support/required-program.ts';

const skip = needs('chromium', 'certutil');
const DATABASE = 'Username-Password-Authentication';
const CLIENT = 'QuickStartPublicClient0000000000';
const USER = 'user@example.com';

let server: DevServer;
let trusting: TrustingBrowser;
before(async () => {
  if (skip !== false) return;
  server = await startDevServer();
  trusting = await startBrowser(server.caPath);
});
after(async () => {
  await trusting?.close();
  await server?.stop();
});

const ask = (body: object) =>
  exchange({ port: server.ports[0], path: '/dbconnections/change_password', json: { connection: DATABASE, ...body } });

async function newPage(javaScriptEnabled: boolean): Promise<Page> {
  const context = await trusting.browser.newContext({ javaScriptEnabled });
  context.setDefaultTimeout(60_000);
  return context.newPage();
}

/** Opens the newest mail of so many in the outbox, as somebody who tries the server does. */
async function openMail(page: Page, mails: number): Promise<void> {
  await page.goto(`${server.https}/outbox`);
  const links = page.getByRole('link', { name: 'Set a new password' });
  for (let tries = 0; tries < 150 && (await links.count()) < mails; tries += 1) {
    await page.waitForTimeout(200);
    await page.reload();
  }
  await links.first().click();
  await page.getByRole('link', { name: 'Show it as a mail program does' }).click();
}

test('somebody gets a new password without JavaScript, from the mail to the login', { skip }, async () => {
  assert.equal((await ask({ email: USER, client_id: CLIENT })).status, 200);
  const page = await newPage(false);
  await openMail(page, 1);
  await page.getByRole('link', { name: 'Set a new password' }).click();
  await page.getByRole('heading', { level: 1, name: 'Set a new password', exact: true }).waitFor();
  const [password, again] = [page.getByLabel('New password'), page.getByLabel('The same again')];
  await password.fill('A-g00d-Passw0rd!');
  await again.fill('A-g00d-Passw0rd?');
  await page.getByRole('button', { name: 'Set a new password' }).click();
  assert.match((await page.getByRole('alert').textContent()) ?? '', /not the same/);
  assert.equal(await password.inputValue(), '', 'a password does not come back');
  await password.fill('A-g00d-Passw0rd!');
  await again.fill('A-g00d-Passw0rd!');
  await page.getByRole('button', { name: 'Set a new password' }).click();
  await page.getByRole('heading', { name: 'Your password is changed' }).waitFor();
  const login = await exchange({
    port: server.ports[0],
    path: '/oauth/token',
    json: { grant_type: 'password', client_id: CLIENT, username: USER, password: 'A-g00d-Passw0rd!' },
  });
  assert.equal(login.status, 200, login.text);
});

test('every page is accessible in light and in dark, and no policy stands in its own way', { skip }, async () => {
  const page = await newPage(true);
  const refused: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && /Content Security Policy/.test(message.text())) refused.push(message.text());
  });
  await ask({ email: USER });
  await openMail(page, 2);
  const href = (await page.getByRole('link', { name: 'Set a new password' }).getAttribute('href')) ?? '';
  await lookAt(page, href);
  await page.goto(href);
  await page.getByLabel('New password').fill('A-g00d-Passw0rd!');
  await page.getByLabel('The same again').fill('A-g00d-Passw0rd?');
  await page.getByRole('button').click();
  await page.getByRole('alert').waitFor();
  await lookAt(page, null);
  for (const path of ['/u/reset-password', '/u/email-verification', '/outbox'])
    await lookAt(page, `${server.https}${path}`);
  assert.deepEqual(refused, []);
});

async function lookAt(page: Page, address: string | null): Promise<void> {
  if (address !== null) await page.goto(address);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    assert.deepEqual(await findViolations(page), [], `${page.url()} in ${colorScheme}`);
  }
}
