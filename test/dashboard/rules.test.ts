// Rules in a real browser: written, tried, enabled, put in order, and found again from a refused login.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { decodeJwt } from 'jose';
import type { Page } from 'playwright-core';
import { type Dashboard, openDashboard } from '../support/dashboard.ts';
import { exchange } from '../support/http-exchange.ts';
import { needs } from '../support/required-program.ts';
import { signInViewer } from './viewer.ts';

const skip = needs('chromium', 'certutil');
const CLAIM = 'https://example.com/department';
const MARKUP = '<img src=x onerror="document.title=\'executed\'">';

let dashboard: Dashboard;
let page: Page;
before(async () => {
  if (skip !== false) return;
  dashboard = await openDashboard();
  page = dashboard.page;
});
after(() => dashboard?.close());

const goTo = (path: string) => page.goto(`${dashboard.base}${path}`);
const script = () => page.getByRole('textbox', { name: 'Script' });
const heading = (name: string) => page.getByRole('heading', { level: 1, name, exact: true });
const namesInOrder = () => page.getByRole('table', { name: 'Rules' }).getByRole('link').allInnerTexts();

async function logIn() {
  const { status, text, headers } = await exchange({
    port: dashboard.server.ports[0],
    path: '/oauth/token',
    json: {
      ...{ grant_type: 'password', client_id: 'QuickStartPublicClient0000000000', audience: 'https://someapi.com/api' },
      ...{ username: 'user@example.com', password: 'pwd', scope: 'openid read:sample' },
    },
  });
  const body = JSON.parse(text) as { access_token?: string; error_description?: string };
  return { status, body, requestId: String(headers['x-auth0-requestid']) };
}

async function keep(name: string, code: string, enabled = false): Promise<string> {
  const { id } = await dashboard.api<{ id: string }>('POST', '/rules', { name, script: code, enabled });
  return id;
}

/** Tries what stands in the editor on the seeded user. */
async function tryIt(): Promise<void> {
  const found = page.waitForResponse((answer) => answer.url().includes('/users?') && answer.url().includes('&q='));
  await page.getByRole('combobox', { name: 'User' }).fill('user@example.com');
  await found;
  await page.getByRole('option', { name: /user@example\.com/ }).click();
  await page.getByRole('button', { name: 'Try it' }).click();
}

async function forgetRules(): Promise<void> {
  for (const { id } of await dashboard.api<{ id: string }[]>('GET', '/rules')) {
    await dashboard.api('DELETE', `/rules/${id}`);
  }
}

const PASSES = 'function (user, context, callback) {\n  callback(null, user, context);\n}';

test('a rule is made from a template, tried, and enabled: the next token has its claim', { skip }, async () => {
  await goTo('/rules');
  await page.getByText('There are no rules yet.').waitFor();
  await page.getByRole('link', { name: 'Create Rule' }).click();
  await page.getByRole('link', { name: 'Add a claim' }).click();
  await page.getByLabel('Name').fill('Add department');
  await tryIt();
  await page.getByText('Passed: the user gets tokens').waitFor();
  await page.getByLabel('what is added to the access token').getByText(CLAIM).waitFor();
  assert.deepEqual(await dashboard.api('GET', '/rules'), []);
  await page.getByRole('button', { name: 'Create' }).click();
  await heading('Add department').waitFor();
  assert.equal(CLAIM in decodeJwt((await logIn()).body.access_token ?? ''), false);

  await page.getByRole('link', { name: '← Rules' }).click();
  // What is seen of a switch is its label.
  await page.getByRole('switch', { name: 'Enable Add department' }).click({ force: true });
  await page.getByText('Add department runs from the next login on.').waitFor();
  assert.equal(decodeJwt((await logIn()).body.access_token ?? '')[CLAIM], 'none');
  await forgetRules();
});

test('what was typed is tried, not what is stored, with a configuration and a console', { skip }, async () => {
  const id = await keep('Shout', PASSES);
  await goTo(`/rules/${id}`);
  await script().fill(
    [
      'function (user, context, callback) {',
      "  console.warn('seen', user.email);",
      '  callback(new UnauthorizedError(configuration.WORDS));',
      '}',
    ].join('\n'),
  );
  await page.getByRole('button', { name: 'Add a text' }).click();
  await page.getByLabel('Name of text 1').fill('WORDS');
  await page.getByLabel('Text 1', { exact: true }).fill('Not on Mondays.');
  await tryIt();
  await page.getByText('Denied: the login is refused').waitFor();
  await page.getByText('Not on Mondays.').waitFor();
  await page.getByText('warn: seen user@example.com').waitFor();
  assert.equal((await dashboard.api<{ script: string }>('GET', `/rules/${id}`)).script, PASSES);
});

test('code that is refused is marked at its line, and stays as it was typed', { skip }, async () => {
  const id = await keep('Broken', PASSES);
  await goTo(`/rules/${id}`);
  const broken = 'function (user, context, callback) {\n  const a = ;\n}';
  await script().fill(broken);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText(/ in line 2$/).waitFor();
  assert.match(await page.locator('.code-field-refused').innerText(), /const a = ;/);
  assert.equal(await script().getAttribute('aria-invalid'), 'true');
  await script().fill("function (user, context, callback) {\n  require('fs');\n}");
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText(/There is no module fs to require in line 2/).waitFor();
  assert.match(await script().innerText(), /require\('fs'\)/);
  await page.getByRole('link', { name: '← Rules' }).click();
  await page.getByRole('dialog', { name: 'Leave without saving?' }).waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  assert.match(await script().innerText(), /require\('fs'\)/);
  await page.getByRole('link', { name: '← Rules' }).click();
  await page.getByRole('button', { name: 'Leave' }).click();
  await heading('Rules').waitFor();
  assert.equal((await dashboard.api<{ script: string }>('GET', `/rules/${id}`)).script, PASSES);
});

test('the keyboard gets into the editor and out again', { skip }, async () => {
  const id = await keep('Keys', PASSES);
  await goTo(`/rules/${id}`);
  // The editor is put there after the page has been drawn.
  await script().waitFor();
  await page.getByLabel('Name').focus();
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate('document.activeElement.id'), 'script');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate('document.activeElement.id'), 'script');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate('document.activeElement.id'), 'enabled');
  await page.getByRole('button', { name: 'Undo changes' }).click();
  await forgetRules();
});

test('rules get another order by the keyboard, which stays with the rule', { skip }, async () => {
  for (const name of ['One', 'Two', 'Three']) await keep(name, PASSES, true);
  await goTo('/rules');
  await page.getByRole('button', { name: 'Move Three up' }).focus();
  await page.keyboard.press('Enter');
  await page.getByText('Three runs as number 2 now.').waitFor();
  await page.waitForFunction("document.activeElement?.ariaLabel === 'Move Three up'", undefined, { polling: 50 });
  await page.keyboard.press('Enter');
  await page.getByText('Three runs as number 1 now.').waitFor();
  // The words are there before the rows are.
  const table = page.getByRole('table', { name: 'Rules' });
  await table.getByRole('row').nth(1).getByRole('link', { name: 'Three' }).waitFor();
  assert.deepEqual(await namesInOrder(), ['Three', 'One', 'Two']);
  const stored = await dashboard.api<{ name: string; enabled: boolean }[]>('GET', '/rules');
  assert.deepEqual(
    stored.map(({ name, enabled }) => [name, enabled]),
    ['Three', 'One', 'Two'].map((name) => [name, true]),
  );
  await forgetRules();
});

test('a refused login leads to the rule that denied it, and without the rule it is granted', { skip }, async () => {
  const denies = `function (user, context, callback) {\n  callback(new UnauthorizedError('Only ${MARKUP.replaceAll("'", "\\'")}'));\n}`;
  // A name that looks like another page's address.
  const id = await keep('new', denies, true);
  const { status, requestId } = await logIn();
  assert.equal(status, 403);
  await goTo(`/inspector/${requestId}`);
  await page.getByRole('link', { name: 'Go to the rule' }).click();
  await page.waitForURL(`${dashboard.base}/rules/${id}#script`);
  await page.locator('#script:focus').waitFor();
  assert.equal(await page.locator('img[src="x"]').count(), 0);
  await tryIt();
  await page.getByText('Denied: the login is refused').waitFor();
  assert.equal(await page.locator('img[src="x"]').count(), 0);
  await page.getByRole('button', { name: 'Delete this rule' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await heading('Rules').waitFor();
  assert.equal((await logIn()).status, 200);
  await goTo(`/inspector/${requestId}`);
  await page.getByRole('link', { name: 'Go to the rule' }).click();
  await page.getByText('No rule is called so now').waitFor();
});

test('values for rules are kept, replaced and removed, and no page shows one again', { skip }, async () => {
  await goTo('/rules');
  await page.getByRole('button', { name: 'Add a value' }).click();
  await page.getByRole('textbox', { name: 'Key' }).fill('WORDS');
  await page.getByRole('textbox', { name: 'Value' }).fill('a-secret-0123456789');
  await page.getByRole('button', { name: 'Keep' }).click();
  const settings = page.getByRole('table', { name: 'Settings' });
  await settings.getByText('WORDS').waitFor();
  const uses = 'function (user, context, callback) {\n  callback(new UnauthorizedError(configuration.WORDS));\n}';
  await keep('Uses it', uses, true);
  assert.equal((await logIn()).body.error_description, 'a-secret-0123456789');
  assert.doesNotMatch(await page.content(), /a-secret-0123456789/);
  await page.getByRole('button', { name: 'Change WORDS' }).click();
  assert.equal(await page.getByRole('textbox', { name: 'Value' }).inputValue(), '');
  await page.getByRole('textbox', { name: 'Value' }).fill('another one');
  await page.getByRole('button', { name: 'Keep' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.equal((await logIn()).body.error_description, 'another one');
  await page.getByRole('button', { name: 'Remove WORDS' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await page.getByText('No value is kept.').waitFor();
  await forgetRules();
});

test('whoever may only look sees rules and their code, and nothing that would fail', { skip }, async () => {
  const id = await keep('Seen', PASSES);
  await keep('Seen as well', PASSES);
  const viewer = await signInViewer(dashboard);
  const buttons = () => viewer.getByRole('main').getByRole('button', { name: /^(Move|Try|Add|Save|Delete|Remove)/ });
  await viewer.goto(`${dashboard.base}/rules`);
  await viewer.getByRole('link', { name: 'Seen', exact: true }).waitFor();
  assert.equal(await viewer.getByRole('switch', { name: 'Enable Seen', exact: true }).isDisabled(), true);
  assert.equal(await viewer.getByRole('link', { name: 'Create Rule' }).count(), 0);
  assert.equal(await buttons().count(), 0);
  await viewer.goto(`${dashboard.base}/rules/${id}`);
  const code = viewer.getByRole('textbox', { name: 'Script' });
  await code.waitFor();
  assert.equal(await code.getAttribute('aria-readonly'), 'true');
  assert.match(await code.innerText(), /callback\(null, user, context\)/);
  assert.equal(await buttons().count(), 0);
});
