// Actions in a real browser: written, tried, deployed, put into the login flow, and found again from a refused login.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { decodeJwt } from 'jose';
import type { Page } from 'playwright-core';
import { type Dashboard, openDashboard } from '../support/dashboard.ts';
import { exchange } from '../support/http-exchange.ts';
import { needs } from '../support/required-program.ts';
import { signInViewer } from './viewer.ts';

const skip = needs('chromium', 'certutil');
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
const code = () => page.getByRole('textbox', { name: 'Code' });
const heading = (name: string) => page.getByRole('heading', { level: 1, name, exact: true });
const button = (name: string) => page.getByRole('button', { name, exact: true });
const flow = () => page.getByRole('table', { name: 'Login flow' });

function codeOf(statement: string): string {
  return `exports.onExecutePostLogin = async (event, api) => {\n  ${statement}\n};`;
}
const claimOf = (value: string) => codeOf(`api.accessToken.setCustomClaim('department', '${value}');`);

async function logIn() {
  const { status, text, headers } = await exchange({
    port: dashboard.server.ports[0],
    path: '/oauth/token',
    json: {
      ...{ grant_type: 'password', client_id: 'QuickStartPublicClient0000000000', audience: 'https://someapi.com/api' },
      ...{ username: 'user@example.com', password: 'pwd' },
    },
  });
  const { access_token: token } = JSON.parse(text) as { access_token?: string };
  const department = token === undefined ? undefined : decodeJwt(token)['department'];
  return { status, department, requestId: String(headers['x-auth0-requestid']) };
}

/** Keeps an action with this code. */
async function keep(name: string, text: string): Promise<string> {
  const { id } = await dashboard.api<{ id: string }>('POST', '/actions/actions', {
    ...{ name, code: text, supported_triggers: [{ id: 'post-login', version: 'v3' }] },
  });
  return id;
}

/** Deploys these actions, and lets logins run them and no others. */
async function bind(...ids: readonly string[]): Promise<void> {
  for (const id of ids) await dashboard.api('POST', `/actions/actions/${id}/deploy`);
  await dashboard.api('PATCH', '/actions/triggers/post-login/bindings', {
    bindings: ids.map((value) => ({ ref: { type: 'action_id', value } })),
  });
}

async function tryIt(): Promise<void> {
  const found = page.waitForResponse((answer) => answer.url().includes('/users?') && answer.url().includes('&q='));
  await page.getByRole('combobox', { name: 'User' }).fill('user@example.com');
  await found;
  await page.getByRole('option', { name: /user@example\.com/ }).click();
  await button('Try it').click();
}

test('an action is made, tried, deployed and added to the flow: the next token has its claim', { skip }, async () => {
  await goTo('/actions');
  await page.getByText('No action runs at logins.').waitFor();
  await button('Create Action').click();
  await page.getByLabel('Name').fill('Add department');
  await button('Create').click();
  await heading('Add department').waitFor();
  await code().fill(claimOf('sales'));
  await page.getByText('Save first to try what you have typed.').waitFor();
  await button('Save draft').click();
  await tryIt();
  await page.getByText('Passed: the user gets tokens').waitFor();
  await page.getByLabel('what is added to the access token').getByText('"sales"').waitFor();
  await button('Deploy').click();
  await page.getByText('version 1 deployed').waitFor();
  assert.equal((await logIn()).department, undefined);

  await page.getByRole('link', { name: '← Actions' }).click();
  await page.getByRole('combobox', { name: 'Add an action' }).click();
  await page.getByRole('option', { name: 'Add department' }).click();
  await button('Add').click();
  await flow().getByRole('link', { name: 'Add department' }).waitFor();
  assert.equal((await logIn()).department, 'sales');
  await button('Remove Add department from the login flow').click();
  await page.getByText('No action runs at logins.').waitFor();
  assert.equal((await logIn()).department, undefined);
});

test('the flow gets another order by the keyboard, and the last one that speaks is heard', { skip }, async () => {
  await bind(await keep('First', claimOf('first')), await keep('Second', claimOf('second')));
  assert.equal((await logIn()).department, 'second');
  await goTo('/actions');
  await page.getByRole('button', { name: 'Move Second up' }).focus();
  await page.keyboard.press('Enter');
  await page.getByText('Second runs as number 1 now.').waitFor();
  // The words are there before the rows are.
  await flow().getByRole('row').nth(1).getByRole('link', { name: 'Second' }).waitFor();
  assert.deepEqual(await flow().getByRole('link').allInnerTexts(), ['Second', 'First']);
  assert.equal((await logIn()).department, 'first');
  await bind();
});

test('a version is seen, and gone back to; the draft stays', { skip }, async () => {
  const id = await keep('Changing', claimOf('one'));
  await bind(id);
  await dashboard.api('PATCH', `/actions/actions/${id}`, { code: claimOf('two') });
  await bind(id);
  assert.equal((await logIn()).department, 'two');
  await goTo(`/actions/${id}?tab=versions`);
  await button('See version 1').click();
  assert.match(await page.getByRole('dialog').getByRole('textbox', { name: 'Code' }).innerText(), /'one'/);
  await page.keyboard.press('Escape');
  await button('Go back to version 1').click();
  await button('Go back').click();
  await page.getByText('Changing is as in version 1 again.').waitFor();
  assert.equal((await logIn()).department, 'one');
  await page.getByRole('tab', { name: 'Code' }).click();
  await page.getByText('changed since version 3').waitFor();
  assert.match(await code().innerText(), /'two'/);
  await bind();
});

test('secrets are kept for the code, and no page shows one again', { skip }, async () => {
  const id = await keep('Secretive', codeOf("api.accessToken.setCustomClaim('department', event.secrets.WORDS);"));
  await goTo(`/actions/${id}?tab=secrets`);
  await button('Add a value').click();
  await page.getByRole('textbox', { name: 'Key' }).fill('WORDS');
  await page.getByRole('textbox', { name: 'Value' }).fill('a-secret-0123456789');
  await button('Keep').click();
  await button('Add a value').click();
  await page.getByRole('textbox', { name: 'Key' }).fill('OTHER');
  await page.getByRole('textbox', { name: 'Value' }).fill('x');
  await button('Keep').click();
  await page.getByRole('table', { name: 'Secrets' }).getByText('OTHER').waitFor();
  await bind(id);
  assert.equal((await logIn()).department, 'a-secret-0123456789');
  assert.doesNotMatch(await page.content(), /a-secret-0123456789/);
  await button('Remove OTHER').click();
  await button('Remove').click();
  await page.getByText('OTHER was removed.').waitFor();
  const { secrets } = await dashboard.api<{ secrets: { name: string }[] }>('GET', `/actions/actions/${id}`);
  assert.deepEqual(
    secrets.map(({ name }) => name),
    ['WORDS'],
  );
  await bind();
});

test('code that is refused is marked at its line', { skip }, async () => {
  await goTo(`/actions/${await keep('Broken', claimOf('x'))}`);
  await code().fill(`// A comment.\n${codeOf('api.cache.set();')}`);
  await button('Save draft').click();
  await page.getByText('api.cache.set in line 3 is not in this version').waitFor();
  assert.match(await page.locator('.code-field-refused').innerText(), /api\.cache/);
  await button('Undo changes').click();
});

test('a refused login leads to the action that denied it, whatever that is called', { skip }, async () => {
  const id = await keep(MARKUP, codeOf('api.access.deny(event.user.name);'));
  await bind(id);
  const { status, requestId } = await logIn();
  assert.equal(status, 403);
  await goTo(`/inspector/${requestId}`);
  await page.getByRole('link', { name: 'Go to the action' }).click();
  await page.waitForURL(`${dashboard.base}/actions/${id}#code`);
  await page.locator('#code:focus').waitFor();
  await heading(MARKUP).waitFor();
  await tryIt();
  await page.getByText('Denied: the login is refused').waitFor();
  await button('Delete this action').click();
  await button('Delete').click();
  await page.getByText(/bound to a trigger/).waitFor();
  await goTo('/actions');
  await flow().getByText(MARKUP).waitFor();
  assert.equal(await page.locator('img[src="x"]').count(), 0);
  await bind();
  await dashboard.api('DELETE', `/actions/actions/${id}`);
  await goTo(`/inspector/${requestId}`);
  await page.getByRole('link', { name: 'Go to the action' }).click();
  await page.getByText('No action is called so now').waitFor();
});

test('what is typed in one tab is asked about in every tab, and once it is saved nothing holds anybody', {
  skip,
}, async () => {
  await goTo(`/actions/${await keep('Tabs', claimOf('x'))}`);
  await code().fill(claimOf('y'));
  await page.getByRole('tab', { name: 'Secrets' }).click();
  await page.getByRole('link', { name: 'Health' }).click();
  await page.getByRole('dialog', { name: 'Leave without saving?' }).waitFor();
  await button('Cancel').click();
  await page.getByRole('tab', { name: 'Code' }).click();
  assert.match(await code().innerText(), /'y'/);
  await button('Save draft').click();
  await page.getByText('Saved.').waitFor();
  for (const name of ['Health', 'APIs']) {
    await page.getByRole('link', { name, exact: true }).click();
    await heading(name).waitFor();
  }
});

test('whoever may only look sees actions and their code, and nothing that would fail', { skip }, async () => {
  const id = await keep('Seen', claimOf('x'));
  await bind(id);
  const viewer = await signInViewer(dashboard);
  const name = /^(Move|Try|Add|Save|Deploy|Delete|Remove|Change|Go back|Create)/;
  const buttons = () => viewer.getByRole('main').getByRole('button', { name, includeHidden: true });
  await viewer.goto(`${dashboard.base}/actions`);
  await viewer.getByRole('table', { name: 'Login flow' }).getByRole('link', { name: 'Seen' }).click();
  const text = viewer.getByRole('textbox', { name: 'Code' });
  await text.waitFor();
  assert.equal(await text.getAttribute('aria-readonly'), 'true');
  for (const tab of ['Secrets', 'Versions']) await viewer.getByRole('tab', { name: tab }).click();
  await viewer.getByRole('button', { name: 'See version 1' }).waitFor();
  assert.equal(await buttons().count(), 0);
});
