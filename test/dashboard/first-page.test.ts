// What a browser is given before anybody has signed in: how much it loads, and under which policy it runs.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Response } from 'playwright-core';
import { assertAccessible, type Dashboard, openDashboard } from '../support/dashboard.ts';
import { exchange } from '../support/http-exchange.ts';
import { needs } from '../support/required-program.ts';

const skip = needs('chromium', 'certutil');
const MOST_PACKED_BYTES = 250_000;

let dashboard: Dashboard;
before(async () => {
  if (skip === false) dashboard = await openDashboard();
});
after(() => dashboard?.close());

test('the first page loads 250 KB of packed JavaScript at most, signed in or not', { skip }, async () => {
  const { page, base } = dashboard;
  const scripts = new Map<string, Response>();
  page.on('response', (answer) => {
    if (answer.url().endsWith('.js')) scripts.set(answer.url(), answer);
  });
  await page.goto(base, { waitUntil: 'networkidle' });
  let bytes = 0;
  for (const answer of scripts.values()) {
    assert.equal(await answer.headerValue('content-encoding'), 'gzip', answer.url());
    bytes += gzipSync(await answer.body()).length;
  }
  assert.ok(bytes > 50_000 && bytes <= MOST_PACKED_BYTES, `${bytes} bytes in ${scripts.size} files`);
});

test('every page of HTML runs under a policy without inline code, and nobody frames it [T-38]', { skip }, async () => {
  for (const path of ['/dashboard', '/dashboard/sign-in', '/dashboard/users/x', '/dashboard/set-up', '/api/v2/docs']) {
    const { status, headers } = await exchange({ port: dashboard.server.ports[0], path });
    assert.equal(status, 200, path);
    const policy = String(headers['content-security-policy']);
    const script = /script-src ([^;]*)/.exec(policy)?.[1];
    assert.equal(script, "'self'", path);
    assert.match(policy, /default-src 'none'/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.match(policy, /base-uri 'none'/);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['referrer-policy'], 'no-referrer');
    if (path.startsWith('/dashboard')) assert.ok(!policy.includes('unsafe'), policy);
  }
});

test('nothing that the pages load, or try to, is of another host, and nothing breaks the policy', {
  skip,
}, async () => {
  const { base, server } = dashboard;
  const page = await dashboard.newPage();
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(server.https) && !request.url().startsWith('data:')) problems.push(request.url());
  });
  await page.goto(`${base}/sign-in`, { waitUntil: 'networkidle' });
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('Your password is missing.').waitFor();
  assert.deepEqual(problems, []);
  await assertAccessible(page);
});

test('the address of the set-up gives the page its token, and the token leaves the address [T-44]', {
  skip,
}, async () => {
  const page = await dashboard.newPage();
  await page.goto(`${dashboard.base}/set-up#token=a-token-that-was-used`);
  assert.equal(await page.getByLabel('Set-up token').inputValue(), 'a-token-that-was-used');
  await page.waitForURL((url) => !url.href.includes('token'));
  await page.getByLabel('Your e-mail address').fill('eve@example.com');
  await page.getByLabel('A password for it').fill('Ev3-Passw0rd!');
  await page.getByRole('button', { name: 'Make me the administrator' }).click();
  await page.getByText('The token is not the one that counts.').waitFor();
  await assertAccessible(page);
});

test('a page that somebody was sent to comes after signing in, and signing out ends it', { skip }, async () => {
  const page = await dashboard.newPage();
  await page.goto(`${dashboard.base}/settings#default-directory`);
  await page.getByLabel('E-mail address').fill('admin@example.com');
  await page.getByRole('textbox', { name: 'Password' }).fill('wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('Wrong email or password.').waitFor();
  await page.getByRole('textbox', { name: 'Password' }).fill('Adm1n-Passw0rd!');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('#default-directory:focus').waitFor();
  await page.getByRole('button', { name: /Account of/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByLabel('E-mail address').waitFor();
  await page.goto(`${dashboard.base}/settings`);
  await page.getByLabel('E-mail address').waitFor();
});
