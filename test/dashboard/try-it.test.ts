// Try It in a real browser: a password grant by hand, its answer, and that nothing of it is kept.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { assertAccessible, type Dashboard, openDashboard } from '../support/dashboard.ts';
import { needs } from '../support/required-program.ts';

const skip = needs('chromium', 'certutil');
let dashboard: Dashboard;
before(async () => {
  if (skip === false) dashboard = await openDashboard();
});
after(() => dashboard?.close());
beforeEach(async () => {
  if (skip === false) await dashboard.page.goto(`${dashboard.base}/try-it?audience=https://someapi.com/api`);
});

async function ask(password: string, scope = ''): Promise<void> {
  const { page } = dashboard;
  await page.getByRole('textbox', { name: 'User name' }).fill('user@example.com');
  await page.getByRole('textbox', { name: 'Password' }).fill(password);
  await page.getByRole('textbox', { name: 'Scope' }).fill(scope);
  await page.getByRole('button', { name: 'Ask for a token' }).click();
}

test('a granted login shows answer, claims, userinfo and the phases', { skip }, async () => {
  const { page } = dashboard;
  await ask('pwd', 'openid profile read:sample');
  await page.getByRole('status').getByText('200 granted').waitFor();
  await page.getByRole('heading', { level: 3, name: 'Access token' }).waitFor();
  await page.getByRole('heading', { level: 3, name: 'ID token' }).waitFor();
  await page.getByText('"gty": "password"').waitFor();
  await page.getByRole('row', { name: /Expires \(exp\) in 24 hours/ }).waitFor();
  await page.getByRole('button', { name: 'Ask /userinfo with this token' }).click();
  await page.getByRole('group', { name: 'the answer of userinfo' }).getByText('"sub":').waitFor();
  await page.getByRole('heading', { level: 2, name: /^Granted: tokens for user@example.com/ }).waitFor();
  await page.getByRole('list', { name: 'Phases of the request' }).waitFor();
  await assertAccessible(page);
});

test('a refused login shows the answer and why, and the form keeps what was typed', { skip }, async () => {
  const { page } = dashboard;
  await ask('wrong');
  await page.getByRole('status').getByText('403 refused').waitFor();
  await page.getByRole('heading', { level: 2, name: /^Refused: / }).waitFor();
  await page.getByRole('region', { name: 'Why, and what to do' }).waitFor();
  assert.equal(await page.getByRole('textbox', { name: 'User name' }).inputValue(), 'user@example.com');
});

test('token and password are in no address, storage or command, and are gone once cleared', { skip }, async () => {
  const { page } = dashboard;
  const [answer] = await Promise.all([page.waitForResponse(/\/oauth\/token$/), ask('pwd')]);
  const { access_token: token } = (await answer.json()) as { access_token: string };
  await page.getByRole('status').getByText('200 granted').waitFor();
  await page.getByRole('button', { name: 'Show the request as a command' }).click();
  const command = await page.getByRole('group', { name: 'the request as a command' }).innerText();
  assert.match(command, /"password":"\*{8}"/);
  assert.doesNotMatch(command, /pwd/);
  const kept = await page.evaluate<string>(
    'JSON.stringify([location.href, { ...localStorage }, { ...sessionStorage }])',
  );
  assert.doesNotMatch(kept, /pwd/);
  assert.ok(!kept.includes(token));
  assert.ok((await page.content()).includes(token));
  await page.getByRole('button', { name: 'Clear the answer' }).click();
  assert.ok(!(await page.content()).includes(token));
});

test('an address chooses application and API', { skip }, async () => {
  const { page, base, api } = dashboard;
  const { client_id: clientId, client_secret: secret } = await api<{ client_id: string; client_secret: string }>(
    'POST',
    '/clients',
    { name: 'Shop backend', app_type: 'regular_web', grant_types: ['password'] },
  );
  await page.goto(`${base}/try-it?client=${clientId}&audience=https://someapi.com/api`);
  await page.getByText('This application proves itself with its secret').waitFor();
  // What a field shows follows what is chosen.
  for (const [name, shown] of [
    ['Application', 'Shop backend'],
    ['API (audience)', 'https://someapi.com/api'],
  ] as const) {
    await page
      .getByRole('combobox', { name })
      .and(page.locator(`input[value="${shown}"]`))
      .waitFor();
  }
  await page.getByRole('button', { name: 'Fill in the stored secret' }).click();
  await page.locator(`input[value="${secret}"]`).waitFor();
  await ask('pwd');
  await page.getByRole('heading', { name: /^Refused: .*not enabled for/ }).waitFor();
});
