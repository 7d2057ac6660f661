// Somebody who may look at everything and change nothing, in a real browser: no page offers them what would be refused.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { type Dashboard, openDashboard, signIn } from '../support/dashboard.ts';
import { exchange } from '../support/http-exchange.ts';
import { needs } from '../support/required-program.ts';
import { startGatehouse } from '../support/running-program.ts';

const skip = needs('chromium', 'certutil');
const VIEWER = { email: 'eve@example.com', password: 'Eve-Passw0rd!1' };
let dashboard: Dashboard;
let page: Page;
before(async () => {
  if (skip !== false) return;
  dashboard = await openDashboard();
  const { dataDir } = dashboard.server;
  const words = ['admin', 'create', VIEWER.email, '--viewer', '--env', 'PASSWORD', '--data-dir', dataDir];
  const { code, stderr } = await startGatehouse(words, { PASSWORD: VIEWER.password }).ended;
  assert.equal(code, 0, stderr);
  page = await dashboard.newPage();
  await signIn(page, dashboard.base, VIEWER);
});
after(() => dashboard?.close());

test('a viewer sees the settings of attack protection, and no button that changes them', { skip }, async () => {
  await page.goto(`${dashboard.base}/attack-protection?name=user@example.com`);
  await page.getByText('user@example.com is not blocked.').waitFor();
  const bruteForce = page.getByRole('region', { name: 'Brute-force Protection' });
  assert.equal(await bruteForce.getByRole('textbox', { name: 'Maximum attempts' }).inputValue(), '10');
  assert.equal(await bruteForce.getByRole('textbox', { name: 'Maximum attempts' }).isDisabled(), true);
  assert.equal(await page.getByRole('button', { name: /Save|Unblock/ }).count(), 0);
});

test('a viewer is offered no creation on the overview', { skip }, async () => {
  await page.goto(dashboard.base);
  await page.getByRole('main').getByRole('link', { name: 'Try It' }).waitFor();
  assert.equal(await page.getByRole('link', { name: /Create application|Add user/ }).count(), 0);
});

test('a viewer inspects logins, too', { skip }, async () => {
  const { headers } = await exchange({
    port: dashboard.server.ports[0],
    path: '/oauth/token',
    json: {
      ...{ grant_type: 'password', client_id: 'QuickStartPublicClient0000000000' },
      ...{ username: 'user@example.com', password: 'wrong' },
    },
  });
  await page.goto(`${dashboard.base}/inspector/${String(headers['x-auth0-requestid'])}`);
  await page.getByRole('heading', { level: 1, name: /^Refused: / }).waitFor();
});
