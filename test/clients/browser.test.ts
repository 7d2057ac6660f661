// Pages in a real browser that log users in with jQuery, as the article does, and with Auth0's library for browsers: from
// an origin that a client lists, and from one that none does.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import BetterSqlite from 'better-sqlite3';
import { decodeJwt } from 'jose';
import type { Page } from 'playwright-core';
import { startBrowser, type TrustingBrowser } from '../support/browser.ts';
import type { DevServer } from '../support/dev-server.ts';
import { provedCall } from '../support/proved-call.ts';
import { needs } from '../support/required-program.ts';
import { API, COMMAND_LINE_CLIENT, PAGE_CLIENT, STAFF, STAFF_ID, startAcme, USER, USER_ID } from './acme.ts';

const skip = needs('chromium', 'certutil');
const PAGE = '<!doctype html><title>Page</title><script src="/jquery.js"></script><script src="/auth0.js"></script>';
// What it finds in these packages are scripts that a page loads as they are.
const require = createRequire(import.meta.url);
const FILES: Readonly<Record<string, string>> = {
  '/jquery.js': require.resolve('jquery'),
  '/auth0.js': require.resolve('auth0-js'),
};

let listed: Server;
let unlisted: Server;
let server: DevServer;
let trusting: TrustingBrowser;

/** Serves the page on a port of its own, which makes an origin of its own. */
async function servePage(): Promise<Server> {
  const pages = createServer((request, response) => {
    const file = FILES[request.url ?? ''];
    response.setHeader('content-type', file === undefined ? 'text/html' : 'text/javascript');
    response.end(file === undefined ? PAGE : readFileSync(file));
  });
  await once(pages.listen(0, '127.0.0.1'), 'listening');
  return pages;
}

const originOf = (pages: Server) => `http://localhost:${(pages.address() as AddressInfo).port}`;

before(async () => {
  if (skip !== false) return;
  listed = await servePage();
  unlisted = await servePage();
  server = await startAcme(originOf(listed));
  trusting = await startBrowser(server.caPath);
});
after(async () => {
  if (skip !== false) return;
  for (const pages of [listed, unlisted]) {
    pages.close();
    pages.closeAllConnections();
  }
  await trusting.close();
  await server.stop();
});

async function openPage(pages: Server): Promise<Page> {
  const page = await trusting.browser.newPage();
  await page.goto(originOf(pages));
  return page;
}

interface Seen {
  readonly status: number;
  readonly body: Record<string, string> | null;
}

/** What the page sees of a request that it makes with jQuery; the settings are those of the article. */
async function ajax(
  page: Page,
  url: string,
  settings: { method: string; headers: object; data?: string },
): Promise<Seen> {
  const all = { async: true, crossDomain: true, processData: false, url, ...settings };
  // Text, because the function runs in the page, where nothing of this file exists.
  const script = `new Promise((resolve) => {
    $.ajax(${JSON.stringify(all)}).always((first, outcome, last) => {
      const answer = outcome === 'success' ? last : first;
      resolve({ status: answer.status, body: answer.responseJSON ?? null });
    });
  })`;
  return page.evaluate<Seen>(script);
}

function logIn(page: Page, changes: object = {}): Promise<Seen> {
  const login = { grant_type: 'password', ...USER, audience: API, scope: 'openid profile', client_id: PAGE_CLIENT };
  return ajax(page, `${server.https}/oauth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    data: JSON.stringify({ ...login, ...changes }),
  });
}

function countLogEvents(): number {
  const database = new BetterSqlite(join(server.dataDir, 'gatehouse.db'), { readonly: true });
  try {
    return database.prepare('select count(*) from log_events').pluck().get() as number;
  } finally {
    database.close();
  }
}

test('a page of a listed origin logs a user in with jQuery and reads the claims', { skip }, async () => {
  const page = await openPage(listed);
  const { status, body } = await logIn(page);
  assert.equal(status, 200);
  assert.equal(decodeJwt(body?.['access_token'] ?? '').sub, USER_ID);
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${body?.['access_token']}` };
  const claims = await ajax(page, `${server.https}/userinfo`, { method: 'GET', headers });
  assert.equal(claims.status, 200);
  assert.equal(claims.body?.['name'], 'Sam User');
  provedCall('jquery', 'ajax: /oauth/token, /userinfo');
});

test('a page sees the status and the words of a refused login', { skip }, async () => {
  const { status, body } = await logIn(await openPage(listed), { password: 'wrong' });
  assert.equal(status, 403);
  assert.deepEqual(body, { error: 'invalid_grant', error_description: 'Wrong email or password.' });
});

test('a page sees the status and the words of every other kind of refusal [T-37]', { skip }, async () => {
  const page = await openPage(listed);
  const refused = async (changes: object) => {
    const { status, body } = await logIn(page, changes);
    return [status, body?.['error']];
  };
  assert.deepEqual(await refused({ client_id: 'nobody' }), [401, 'access_denied']);
  assert.deepEqual(await refused({ grant_type: 'nothing' }), [400, 'unsupported_grant_type']);
  assert.deepEqual(await refused({ username: '' }), [400, 'invalid_request']);
  const headers = { authorization: 'Bearer not-a-token' };
  const claims = await ajax(page, `${server.https}/userinfo`, { method: 'GET', headers });
  assert.deepEqual([claims.status, claims.body?.['error']], [401, 'invalid_token']);
});

test('the browser keeps a page of an origin that no client lists from logging in [T-37]', { skip }, async () => {
  const page = await openPage(unlisted);
  const eventsBefore = countLogEvents();
  assert.deepEqual(await logIn(page), { status: 0, body: null });
  // Asked beforehand whether it may, the browser did not send the password at all.
  assert.equal(countLogEvents(), eventsBefore);
});

test('a page of an unlisted origin that sends a form, which needs no asking, reads no answer [T-37]', {
  skip,
}, async () => {
  const page = await openPage(unlisted);
  const data = new URLSearchParams({ grant_type: 'password', ...USER, client_id: PAGE_CLIENT }).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const seen = await ajax(page, `${server.https}/oauth/token`, { method: 'POST', headers, data });
  assert.deepEqual(seen, { status: 0, body: null });
});

test('a page of an origin that another client lists reads no answer [T-37]', { skip }, async () => {
  const seen = await logIn(await openPage(listed), { client_id: COMMAND_LINE_CLIENT });
  assert.deepEqual(seen, { status: 0, body: null });
});

interface SeenBySdk {
  readonly error: {
    readonly code: string;
    readonly description: string;
    readonly statusCode: number;
    readonly policy?: string;
  } | null;
  readonly result: Record<string, string> | null;
}

/** What the callback of auth0.js is called with; `part` is where the method lies. */
async function callSdk(page: Page, method: string, argument: unknown, part = 'client'): Promise<SeenBySdk> {
  const options = { domain: server.domain, clientID: PAGE_CLIENT };
  const script = `new Promise((resolve) => {
    const webAuth = new auth0.WebAuth(${JSON.stringify(options)});
    const { client } = webAuth;
    ${part}.${method}(${JSON.stringify(argument)}, (error, result) => {
      const { code, description, statusCode, policy } = error ?? {};
      resolve({ error: error && { code, description, statusCode, ...(policy ? { policy } : {}) }, result: result ?? null });
    });
  })`;
  const seen = await page.evaluate<SeenBySdk>(script);
  if (seen.error === null) provedCall('auth0-js', `${part}.${method}`);
  return seen;
}

test('auth0.js logs a user of the default directory in and reads the claims', { skip }, async () => {
  const page = await openPage(listed);
  const login = { ...USER, audience: API, scope: 'openid profile read:sample' };
  const { error, result } = await callSdk(page, 'loginWithDefaultDirectory', login);
  assert.equal(error, null);
  assert.equal(decodeJwt(result?.['accessToken'] ?? '').sub, USER_ID);
  const claims = await callSdk(page, 'userInfo', result?.['accessToken']);
  assert.equal(claims.error, null);
  assert.equal(claims.result?.['name'], 'Sam User');
});

test('auth0.js logs a user of the realm it names in', { skip }, async () => {
  const { error, result } = await callSdk(await openPage(listed), 'login', { ...STAFF, audience: API });
  assert.equal(error, null);
  assert.equal(decodeJwt(result?.['accessToken'] ?? '').sub, STAFF_ID);
});

test('auth0.js understands a refused login', { skip }, async () => {
  const { error } = await callSdk(await openPage(listed), 'login', { ...STAFF, password: 'wrong' });
  assert.deepEqual(error, { code: 'invalid_grant', description: 'Wrong email or password.', statusCode: 403 });
});

test('auth0.js signs somebody up, who then logs in from the same page', { skip }, async () => {
  const page = await openPage(listed);
  const person = { email: 'grace@example.com', password: 'Correct-Horse-7', connection: 'Members' };
  const more = { given_name: 'Grace', user_metadata: { plan: 'gold' } };
  const { error, result } = await callSdk(page, 'signup', { ...person, ...more }, 'webAuth');
  assert.equal(error, null);
  const { Id: id, ...told } = { ...result } as Record<string, unknown>;
  assert.match(String(id), /^[0-9a-f]{24}$/);
  assert.deepEqual(told, {
    ...{ emailVerified: false, email: person.email, givenName: 'Grace' },
    userMetadata: { plan: 'gold' },
  });
  const login = { realm: 'Members', username: person.email, password: person.password, scope: 'openid profile' };
  const loggedIn = await callSdk(page, 'login', login);
  assert.equal(loggedIn.error, null);
  const { sub, given_name } = decodeJwt(loggedIn.result?.['idToken'] ?? '');
  assert.deepEqual([sub, given_name], [`auth0|${String(id)}`, 'Grace']);
});

test('auth0.js understands a password that is too weak and an address that somebody has', { skip }, async () => {
  const page = await openPage(listed);
  const person = { email: 'ada@example.com', password: 'Correct-Horse-7', connection: 'Members' };
  const weak = await callSdk(page, 'signup', { ...person, password: 'weak' }, 'webAuth');
  assert.deepEqual([weak.error?.code, weak.error?.statusCode], ['invalid_password', 400]);
  assert.match(String(weak.error?.policy), /^\* At least 8 characters in length$/m);
  assert.equal((await callSdk(page, 'signup', person, 'webAuth')).error, null);
  const taken = await callSdk(page, 'signup', person, 'webAuth');
  assert.deepEqual([taken.error?.code, taken.error?.description], ['invalid_signup', 'Invalid sign up']);
});
