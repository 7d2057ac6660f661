// Which address a request comes from, for every way in which proxies and strangers write X-Forwarded-For.
import assert from 'node:assert/strict';
import { isIP, type Socket } from 'node:net';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createClientAddress } from './client-ip.ts';

function addressOf(trusted: readonly string[], remoteAddress: string | undefined, forwarded?: string) {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  const { ip, ipSource } = createClientAddress(trusted)({ headers, socket: { remoteAddress } as Socket });
  return `${ipSource} ${ip}`;
}

test('without trusted proxies the header says nothing', () => {
  assert.equal(addressOf([], '192.0.2.1', '198.51.100.7'), 'socket 192.0.2.1');
  assert.equal(addressOf([], '::ffff:192.0.2.1'), 'socket 192.0.2.1');
  assert.equal(addressOf([], undefined), 'socket unknown');
});

test('a peer that is no trusted proxy is the client, whatever it says [T-09]', () => {
  assert.equal(addressOf(['10.0.0.0/8'], '192.0.2.1', '198.51.100.7'), 'socket 192.0.2.1');
});

test('behind trusted proxies the client is the right-most address that is none of them [T-09]', () => {
  const trusted = ['10.0.0.0/8', '2001:db8:1::/48', '127.0.0.1'];
  assert.equal(addressOf(trusted, '10.1.2.3', '198.51.100.7'), 'forwarded 198.51.100.7');
  assert.equal(addressOf(trusted, '::ffff:10.1.2.3', '198.51.100.7'), 'forwarded 198.51.100.7');
  assert.equal(addressOf(trusted, '127.0.0.1', '203.0.113.9, 198.51.100.7, 10.9.9.9'), 'forwarded 198.51.100.7');
  assert.equal(addressOf(trusted, '2001:db8:1::5', '2001:db8:2::7'), 'forwarded 2001:db8:2::7');
  assert.equal(addressOf(trusted, '10.1.2.3', '10.4.4.4, 10.5.5.5'), 'forwarded 10.4.4.4');
});

test('on one connection of a proxy each request is of whom it names [T-09]', () => {
  const clientAddress = createClientAddress(['10.0.0.0/8']);
  const socket = { remoteAddress: '10.1.2.3' } as Socket;
  for (const ip of ['198.51.100.7', '198.51.100.8']) {
    assert.deepEqual(clientAddress({ headers: { 'x-forwarded-for': ip }, socket }), { ip, ipSource: 'forwarded' });
  }
  assert.deepEqual(clientAddress({ headers: {}, socket }), { ip: '10.1.2.3', ipSource: 'socket' });
});

test('ports and spellings are read, and what is no address ends the list', () => {
  const trusted = ['10.0.0.0/8'];
  assert.equal(addressOf(trusted, '10.1.2.3', '198.51.100.7:4711'), 'forwarded 198.51.100.7');
  assert.equal(addressOf(trusted, '10.1.2.3', '[2001:DB8::7]:4711'), 'forwarded 2001:db8::7');
  assert.equal(addressOf(trusted, '10.1.2.3', '::ffff:198.51.100.7'), 'forwarded 198.51.100.7');
  assert.equal(addressOf(trusted, '10.1.2.3', '198.51.100.7, unknown'), 'socket 10.1.2.3');
  assert.equal(addressOf(trusted, '10.1.2.3', '198.51.100.7, <script>, 10.4.4.4'), 'forwarded 10.4.4.4');
  assert.equal(addressOf(trusted, '10.1.2.3', ''), 'socket 10.1.2.3');
  assert.equal(addressOf(trusted, '10.1.2.3'), 'socket 10.1.2.3');
});

test('one client is one text, however its socket or a proxy spells it [T-09]', () => {
  const one = [
    '2001:db8::7',
    '2001:DB8::7',
    '2001:db8:0:0:0:0:0:7',
    '2001:0db8::0007',
    '2001:db8::0.0.0.7',
    '2001:db8::7%1',
  ];
  for (const spelling of one) {
    assert.equal(addressOf([], spelling), 'socket 2001:db8::7');
    assert.equal(addressOf(['127.0.0.1'], '127.0.0.1', spelling), 'forwarded 2001:db8::7');
  }
});

test('a header of any text gives an address or is passed over [T-09]', () => {
  const part = fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.ipV6().map((ip) => `[${ip}]:4711`),
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({ unit: fc.constantFrom(...'0123456789abcdef:.[]% ,'.split('')), maxLength: 40 }),
  );
  fc.assert(
    fc.property(fc.array(part), fc.constantFrom(',', ', ', ' ,'), (parts, separator) => {
      const [source, ip = ''] = addressOf(['10.0.0.0/8', '2001:db8::/32'], '10.0.0.1', parts.join(separator)).split(
        ' ',
      );
      assert.ok(isIP(ip) !== 0);
      if (source === 'socket') assert.equal(ip, '10.0.0.1');
    }),
    { numRuns: 2000 },
  );
});
