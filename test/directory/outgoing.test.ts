// Requests to servers that a connection names: only to checked addresses, never to another place than asked for, and never
// without bounds.
import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { createOutgoingAddresses, type OutgoingAddress, type Resolver } from '../../src/directory/outgoing-address.ts';
import { createOutgoingHttp, OutgoingFailure } from '../../src/directory/outgoing-http.ts';
import { startHttpsStandIn } from '../support/https-stand-in.ts';
import { createTestClock } from '../support/test-clock.ts';

const clock = createTestClock();
const server = await startHttpsStandIn((_, response) => void response.end('hello'));
after(() => server.close());
beforeEach(() => {
  server.seen.splice(0);
  server.instead = null;
});

const at = (...addresses: string[]): OutgoingAddress[] =>
  addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

function addressesOf(resolver: Resolver, networks: string[] = []) {
  return createOutgoingAddresses({ clock, networks, resolver });
}

function httpOver(resolver: Resolver, { trusted = true, networks = [] as string[], answerBytes = 1024 } = {}) {
  return createOutgoingHttp({ addresses: addressesOf(resolver, networks), trusted, ca: null, limits: { answerBytes } });
}

async function fault(sent: Promise<unknown>): Promise<string> {
  try {
    await sent;
  } catch (error) {
    if (error instanceof OutgoingFailure) return error.fault;
    throw error;
  }
  return 'none';
}

test('private addresses are for the operator’s own connections, and for others where an option lists them [T-33]', async () => {
  const inside = async () => at('10.1.2.3', '127.0.0.1', '8.8.8.8');
  const allowed = async (trusted: boolean, networks: string[]) =>
    (await addressesOf(inside, networks).resolve('dc.example.test', trusted)).map(({ address }) => address);
  assert.deepEqual(await allowed(true, []), ['10.1.2.3', '127.0.0.1', '8.8.8.8']);
  assert.deepEqual(await allowed(false, []), ['8.8.8.8']);
  assert.deepEqual(await allowed(false, ['10.0.0.0/8']), ['10.1.2.3', '8.8.8.8']);
});

test('addresses of a link and of metadata are for nobody, however they are written [T-33]', async () => {
  const hosts = [
    '169.254.169.254',
    '[fe80::1]',
    '[::ffff:169.254.169.254]',
    '168.63.129.16',
    '0.0.0.0',
    '[fd00:ec2::254]',
  ];
  const unused: Resolver = () => assert.fail('an address is not looked up');
  for (const host of hosts) {
    const everything = addressesOf(unused, ['0.0.0.0/0', '::/0']);
    await assert.rejects(everything.resolve(host, true), { name: 'AddressRefused' }, host);
    assert.equal(
      await fault(httpOver(unused).send({ method: 'GET', url: `https://${host}/`, timeoutMs: 5000 })),
      'address-refused',
    );
  }
  await assert.rejects(addressesOf(async () => at('169.254.169.254')).resolve('metadata.test', true));
  // The forms that other programs take for an address are hosts here, and URLs have them written out.
  assert.equal(
    await fault(httpOver(unused).send({ method: 'GET', url: 'https://0xa9fea9fe/', timeoutMs: 5000 })),
    'address-refused',
  );
});

test('a name that changes its address after the check is connected to at the checked one [T-33]', async () => {
  let asked = 0;
  const rebinding: Resolver = async () => {
    asked += 1;
    // Nobody listens at the first address; the second one is that of the stand-in, and is not allowed.
    return asked === 1 ? at('127.0.0.2') : at('127.0.0.1');
  };
  const http = httpOver(rebinding, { trusted: false, networks: ['127.0.0.2/32'] });
  assert.equal(await fault(http.send({ method: 'GET', url: server.origin, timeoutMs: 5000 })), 'connect-failed');
  clock.advance(30_001);
  assert.equal(await fault(http.send({ method: 'GET', url: server.origin, timeoutMs: 5000 })), 'address-refused');
  assert.equal(asked, 2);
  assert.equal(server.seen.length, 0);
});

test('answers of the resolver are kept for half a minute, failures for five seconds, and asked for once [F-25]', async () => {
  let asked = 0;
  let isDown = false;
  const counted: Resolver = async () => {
    asked += 1;
    if (isDown) throw new Error('no name server');
    return at('8.8.8.8');
  };
  const addresses = addressesOf(counted);
  await Promise.all([1, 2, 3].map(() => addresses.resolve('Directory.example.test', false)));
  await addresses.resolve('directory.EXAMPLE.test', false);
  assert.equal(asked, 1);
  clock.advance(30_001);
  isDown = true;
  for (let round = 0; round < 3; round += 1) await assert.rejects(addresses.resolve('directory.example.test', false));
  assert.equal(asked, 2);
  clock.advance(5001);
  isDown = false;
  await addresses.resolve('directory.example.test', false);
  assert.equal(asked, 3);
});

test('the certificate must be for the name, although the connection goes to an address', async () => {
  const here = httpOver(async () => at('127.0.0.1'));
  assert.equal((await here.send({ method: 'GET', url: server.origin, timeoutMs: 5000 })).body, 'hello');
  const other = server.origin.replace('localhost', 'other.example.test');
  assert.equal(await fault(here.send({ method: 'GET', url: other, timeoutMs: 5000 })), 'tls-failed');
  here.close();
});

test('nothing but https is spoken [T-33]', async () => {
  const http = httpOver(async () => at('127.0.0.1'));
  for (const url of ['http://localhost/', 'file:///etc/hosts', 'ftp://localhost/'])
    assert.equal(await fault(http.send({ method: 'GET', url, timeoutMs: 5000 })), 'not-https');
});

test('no redirect is followed [T-33]', async () => {
  const http = httpOver(async () => at('127.0.0.1'));
  for (const status of [301, 302, 303, 307, 308]) {
    server.instead = (_, response) => void response.writeHead(status, { location: `${server.origin}/private` }).end();
    assert.equal(await fault(http.send({ method: 'GET', url: server.origin, timeoutMs: 5000 })), 'redirected');
  }
  assert.ok(server.seen.every(({ path }) => path === '/'));
  http.close();
});

test('an endless answer is cut off, and so is one that is said to be long [T-33]', async () => {
  const http = httpOver(async () => at('127.0.0.1'));
  server.instead = (_, response) => {
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(1000))) continue;
    };
    response.on('drain', more);
    more();
  };
  assert.equal(await fault(http.send({ method: 'GET', url: server.origin, timeoutMs: 5000 })), 'answer-too-large');
  server.instead = (_, response) => void response.end('x'.repeat(1024));
  assert.equal((await http.send({ method: 'GET', url: server.origin, timeoutMs: 5000 })).body.length, 1024);
  http.close();
});

test('an error says nothing of what the other side sent [T-33]', async () => {
  const http = httpOver(async () => at('127.0.0.1'));
  server.instead = (_, response) =>
    void response.socket?.end('HTTP/1.1 200 OK\r\nbad header secret-of-a-neighbour\r\n\r\n');
  await assert.rejects(http.send({ method: 'GET', url: server.origin, timeoutMs: 5000 }), (error: Error) => {
    assert.equal((error as OutgoingFailure).fault, 'answer-malformed');
    assert.ok(!error.message.includes('secret-of-a-neighbour'));
    return true;
  });
  http.close();
});

test('a connection is used again by the next request', async () => {
  const http = httpOver(async () => at('127.0.0.1'));
  const before = server.connections;
  for (let round = 0; round < 3; round += 1) await http.send({ method: 'GET', url: server.origin, timeoutMs: 5000 });
  assert.equal(server.connections - before, 1);
  http.close();
});
