// Where the log says a request came from: one text for each address, and no word of a stranger about himself.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventOf } from '../support/refusal.ts';
import { SEED_REQUEST } from '../support/sample-tenant.ts';
import { HOST, startServer, type TestServer } from '../support/start-server.ts';

let server: TestServer;
before(async () => {
  server = await startServer({ options: { trusted_proxies: ['10.0.0.0/8', '2001:db8:1::/48'] } });
});
after(() => server.close());

/** The address and its source in the event of a request from this peer. */
async function loggedFor(remoteAddress: string, headers: Record<string, string> = {}): Promise<string> {
  const answer = await server.app.server.inject({
    method: 'POST',
    url: '/oauth/token',
    remoteAddress,
    headers: { host: HOST, 'content-type': 'application/json', ...headers },
    payload: JSON.stringify({ ...SEED_REQUEST, client_id: 'Nobody' }),
  });
  assert.equal(answer.statusCode, 401);
  const { ip, details } = await eventOf(server, answer);
  return `${String(details['ip_source'])} ${String(ip)}`;
}

const SPELLINGS = [
  '2001:db8:2::7',
  '2001:DB8:2::7',
  '2001:db8:2:0:0:0:0:7',
  '2001:0db8:0002:0000:0000:0000:0000:0007',
  '2001:db8:2::0.0.0.7',
  '2001:db8:2::7%eth0',
];

test('an address in six spellings is logged as one [T-09]', async () => {
  for (const spelling of SPELLINGS) {
    assert.equal(await loggedFor(spelling), 'socket 2001:db8:2::7');
    assert.equal(await loggedFor('10.0.0.1', { 'x-forwarded-for': spelling }), 'forwarded 2001:db8:2::7');
  }
  assert.equal(await loggedFor('::ffff:192.0.2.1'), 'socket 192.0.2.1');
});

test('a peer that is no trusted proxy cannot name another address, in any header [T-09]', async () => {
  const headers = {
    'x-forwarded-for': '203.0.113.9',
    'x-real-ip': '203.0.113.9',
    'x-client-ip': '203.0.113.9',
    'true-client-ip': '203.0.113.9',
    'cf-connecting-ip': '203.0.113.9',
    'auth0-forwarded-for': '203.0.113.9',
    forwarded: 'for=203.0.113.9',
  };
  assert.equal(await loggedFor('192.0.2.1', headers), 'socket 192.0.2.1');
  const { 'x-forwarded-for': _, ...others } = headers;
  assert.equal(await loggedFor('10.0.0.1', others), 'socket 10.0.0.1', 'a proxy is asked by one header only');
});

test('a trusted proxy in any spelling is one', async () => {
  for (const proxy of ['10.0.0.1', '::ffff:10.0.0.1', '::FFFF:0a00:0001', '2001:DB8:1::9'])
    assert.equal(await loggedFor(proxy, { 'x-forwarded-for': '1.2.3.4, 203.0.113.9' }), 'forwarded 203.0.113.9');
});
