// Requests of rules and actions to other servers: to hosts that the operator grants and to nobody else, at checked addresses,
// within bounds, and never in the way of the run after it.
import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import type { Resolver } from '../../src/directory/outgoing-address.ts';
import { createCodeFetch } from '../../src/grant/code-fetch.ts';
import type { GuestRequest, GuestResponse } from '../../src/sandbox/guest-fetch.ts';
import { startHttpsStandIn } from '../support/https-stand-in.ts';
import { openSandboxedRules, type SandboxedRules } from '../support/sandboxed-rules.ts';
import { createTestClock } from '../support/test-clock.ts';

const clock = createTestClock();
const server = await startHttpsStandIn((request, response) => {
  response.writeHead(201, { 'content-type': 'application/json', 'x-seen': request.method });
  response.end(JSON.stringify({ plan: 'gold', got: request.body, key: request.headers['x-key'] ?? null }));
});
const host = `localhost:${server.port}`;
const here: Resolver = async () => [{ address: '127.0.0.1', family: 4 }];

function fetchOver({ hosts = [host], resolver = here, networks = ['127.0.0.1/32'] } = {}) {
  const { fetch } = createCodeFetch({ hosts, networks, clock, resolver, ca: server.ca });
  assert.ok(fetch);
  return fetch;
}

const granted = openSandboxedRules(1, 60_000, fetchOver());
after(async () => {
  await granted.close();
  await server.close();
});
beforeEach(() => {
  server.seen.splice(0);
  server.instead = null;
});

/** What a rule that does this leaves in `context.idToken.told`, or the words of its failure. */
async function told(rules: SandboxedRules, work: string): Promise<unknown> {
  const { verdict } = await rules.run([
    `async (user, context, callback) => { context.idToken.told = await (async () => { ${work} })(); callback(null, user, context); }`,
  ]);
  return verdict.kind === 'passed' ? verdict.idToken['told'] : 'message' in verdict ? verdict.message : verdict.kind;
}

const GET: GuestRequest = { url: server.origin, method: 'GET', headers: [], body: null };
const errorOf = (response: GuestResponse) => ('error' in response ? response.error : `${response.status}`);

test('a rule asks a granted host, and reads status, headers and body', async () => {
  const answer = await told(
    granted,
    `const r = await fetch('${server.origin}/users?id=1', { method: 'post', headers: { 'X-Key': configuration.KEY }, body: '{"a":1}' });
     return [r.ok, r.status, r.headers.get('Content-Type'), r.headers.get('none'), await r.json(), (await r.text()).length > 10];`,
  );
  assert.deepEqual(answer, [true, 201, 'application/json', null, { plan: 'gold', got: '{"a":1}', key: 'value' }, true]);
  assert.deepEqual(
    server.seen.map(({ method, path }) => `${method} ${path}`),
    ['POST /users'],
  );
});

test('without granted hosts there is no fetch, and the error says by which setting there would be [T-33]', async () => {
  const closed = openSandboxedRules(1, 60_000, null);
  try {
    const words = await told(closed, `return (await fetch('${server.origin}')).status`);
    assert.match(String(words), /TypeError: fetch: the operator grants no host, see sandbox_hosts/);
    assert.equal(createCodeFetch({ hosts: [], networks: [], clock }).fetch, null);
  } finally {
    await closed.close();
  }
});

test('only granted hosts are asked, however an address is written [T-33]', async () => {
  const fetch = fetchOver();
  for (const [url, words] of [
    ['https://other.example/', /other\.example is no host that the operator grants/],
    [`https://localhost:${server.port + 1}/`, /is no host that the operator grants/],
    [`https://localhost/`, /is no host that the operator grants/],
    [`https://${host}@other.example/`, /is no host that the operator grants/],
    [`https://other.example/?https://${host}/`, /is no host that the operator grants/],
    [`https://127.0.0.1:${server.port}/`, /is no host that the operator grants/],
    [`http://${host}/`, /only https/],
    ['file:///etc/passwd', /only https/],
    [`https://a:b@${host}/`, /credentials do not stand in an address/],
    ['nonsense', /this is no address/],
  ] as const) {
    assert.match(errorOf(await fetch({ ...GET, url })), words, url);
  }
  assert.equal(server.seen.length, 0);
});

test('a granted name that points to a private address, or to that of metadata, is not connected to [T-33]', async () => {
  const at = (address: string) => fetchOver({ resolver: async () => [{ address, family: 4 }], networks: [] })(GET);
  for (const address of ['127.0.0.1', '10.0.0.1', '169.254.169.254']) {
    assert.match(errorOf(await at(address)), /at no address that may be connected to/);
  }
  let asked = 0;
  const rebinding: Resolver = async () => {
    asked += 1;
    return [{ address: asked === 1 ? '127.0.0.2' : '127.0.0.1', family: 4 }];
  };
  const fetch = fetchOver({ resolver: rebinding, networks: ['127.0.0.2/32'] });
  assert.match(errorOf(await fetch(GET)), /no connection could be opened/);
  clock.advance(30_001);
  assert.match(errorOf(await fetch(GET)), /at no address that may be connected to/);
  assert.deepEqual([asked, server.seen.length], [2, 0]);
});

test('a redirect is not followed, not even to the same host [T-33]', async () => {
  for (const location of ['https://127.0.0.1/', `${server.origin}/other`]) {
    server.instead = (_request, response) => void response.writeHead(302, { location }).end();
    assert.match(errorOf(await fetchOver()(GET)), /redirect, and none is followed/);
  }
  assert.equal(server.seen.length, 2);
});

test('an endless body ends at 1 MiB [T-33]', async () => {
  server.instead = (_request, response) => {
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
      response.once('drain', more);
    };
    more();
  };
  assert.match(errorOf(await fetchOver()(GET)), /larger than 1 MiB/);
});

test('a host that never answers ends the run at its deadline, and the next run goes on [T-33]', async () => {
  server.instead = () => {};
  const words = await told(granted, `return (await fetch('${server.origin}')).status`);
  assert.match(String(words), /longer than/);
  server.instead = null;
  assert.equal(await told(granted, `return (await fetch('${server.origin}')).status`), 201);
});

test('an answer that comes after the run is waited for by nobody, and for no other run [T-33]', async () => {
  let answer = () => {};
  server.instead = (_request, response) => {
    answer = () => void response.end('"late"');
  };
  assert.equal(await told(granted, `fetch('${server.origin}'); return 'gone'`), 'gone');
  server.instead = null;
  const plan = () => told(granted, `return (await (await fetch('${server.origin}')).json()).plan`);
  assert.equal(await plan(), 'gold', 'it waits for nothing of the run before');
  answer();
  assert.equal(await plan(), 'gold');
});

test('what a request must not say of itself is refused', async () => {
  const fetch = fetchOver();
  for (const [request, words] of [
    [{ method: 'CONNECT' }, /no method CONNECT/],
    [{ headers: [['Host', 'other.example']] }, /header Host cannot be set/],
    [{ headers: [['Transfer-Encoding', 'chunked']] }, /cannot be set/],
    [{ headers: [['x', 'a\r\nhost: b']] }, /malformed/],
    [{ headers: [['x y', 'a']] }, /malformed/],
    [{ body: 'x' }, /GET has no body/],
    [{ method: 'POST', body: 'x'.repeat(300_000) }, /too large/],
  ] as const) {
    assert.match(errorOf(await fetch({ ...GET, ...request })), words);
  }
  assert.equal(server.seen.length, 0);
});

test('a run sends ten requests at most', async () => {
  const answer = await told(
    granted,
    `const all = await Promise.allSettled(Array.from({ length: 12 }, () => fetch('${server.origin}')));
     return [all.filter((one) => one.status === 'fulfilled').length, all.at(-1).reason.message];`,
  );
  assert.deepEqual(answer, [10, 'fetch: a login’s code sends 10 requests at most']);
});
