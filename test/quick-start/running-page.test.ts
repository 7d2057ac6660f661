// The quick start for jQuery in a real browser: a page from an origin that the application lists. Only the library's
// address is answered by the package, with the digest that the page demands.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { jquery } from '../../dashboard/quick-start/jquery.ts';
import { startBrowser, type TrustingBrowser } from '../support/browser.ts';
import { provedCall } from '../support/proved-call.ts';
import { needs } from '../support/required-program.ts';
import { HOSTILE, type HostileServer, refusedValues, startHostileServer } from './hostile.ts';

const skip = needs('chromium', 'certutil');
const LIBRARY = join(dirname(createRequire(import.meta.url).resolve('jquery')), 'jquery.min.js');

let pages: Server;
let origin: string;
/** What the page of the running test holds. */
let page = '';
let hostile: HostileServer;
let trusting: TrustingBrowser;

before(async () => {
  if (skip !== false) return;
  pages = createServer((request, response) => {
    if (request.url === '/orders') void forwardToApi(request.headers.authorization ?? '', response);
    else response.setHeader('content-type', 'text/html').end(page);
  });
  await once(pages.listen(0, '127.0.0.1'), 'listening');
  origin = `http://localhost:${(pages.address() as AddressInfo).port}`;
  hostile = await startHostileServer(origin);
  trusting = await startBrowser(hostile.server.caPath);
});
after(async () => {
  if (skip !== false) return;
  pages.close();
  pages.closeAllConnections();
  await trusting?.close();
  await hostile?.stop();
});

/** The API of the page comes from the page's own origin, as behind a proxy: the example one knows no other. */
async function forwardToApi(authorization: string, response: ServerResponse): Promise<void> {
  const answer = await fetch(hostile.values.apiUrl, { headers: { authorization } });
  response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
}

/** What the page shows at last. */
async function show(html: string): Promise<string> {
  page = html;
  const tab = await trusting.browser.newPage();
  try {
    await tab.route('https://code.jquery.com/**', (route) =>
      route.fulfill({ body: readFileSync(LIBRARY), headers: { 'access-control-allow-origin': '*' } }),
    );
    await tab.goto(`${origin}/${jquery.fileName}`);
    return await tab.locator('pre:not(:empty)').innerText({ timeout: 60_000 });
  } finally {
    await tab.close();
  }
}

const callApi = (token: string) =>
  show(jquery.callApi({ ...hostile.values, apiUrl: `${origin}/orders` }).replace('YOUR_ACCESS_TOKEN', token));

test('the quick start for jQuery gets a token and reads the API with it', { skip }, async () => {
  const token = await show(jquery.getToken(hostile.values));
  hostile.assertToken(token);
  assert.deepEqual(JSON.parse(await callApi(token)), [{ id: 1, item: 'Tea', placedBy: 'nobody' }]);
  provedCall('the quick starts', 'jQuery');
});

test('the quick start for jQuery shows why it was refused', { skip }, async () => {
  const refused = await show(jquery.getToken(refusedValues(hostile.values)));
  assert.match(refused, /^403 .*"error_description":"Wrong email or password\."/);
  assert.match(await callApi('not-a-token'), /^401 /);
});

test('the quick start for jQuery loads the version that is tested', () => {
  const { version } = JSON.parse(readFileSync(join(dirname(LIBRARY), '../package.json'), 'utf8')) as {
    version: string;
  };
  assert.ok(jquery.callApi(HOSTILE).includes(`/jquery-${version}.min.js"`));
});
