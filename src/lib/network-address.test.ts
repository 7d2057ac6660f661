// Addresses in every spelling: one text, one bucket and one answer of a list for each.
import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { addressBucket, addressReach, canonicalAddress, createNetworkList, isNetwork } from './network-address.ts';

const groups = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff })), { minLength: 8, maxLength: 8 });
const octets = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 4, maxLength: 4 });
const hex = (group: number) => group.toString(16);

/** The last two groups as an IPv4 address. */
function dotted(list: readonly number[]): string {
  return list.flatMap((group) => [Math.floor(group / 256), group % 256]).join('.');
}

/** The first group of zeros, however short, written as `::`. */
function shortened(list: readonly number[]): string {
  const text = list.map(hex).join(':');
  return list.includes(0) ? text.replace(/(^|:)0(:0)*(:|$)/, '::') : text;
}

/** Six spellings of the IPv6 address with these groups. */
function spellings(list: readonly number[]): string[] {
  const long = list.map((group) => hex(group).padStart(4, '0')).join(':');
  return [
    list.map(hex).join(':'),
    long,
    long.toUpperCase(),
    shortened(list),
    `${list.slice(0, 6).map(hex).join(':')}:${dotted(list.slice(6))}`,
    `${shortened(list)}%eth0.1`,
  ];
}

test('an IPv6 address in six spellings is one text and one bucket [T-09]', () => {
  fc.assert(
    fc.property(groups, (list) => {
      const all = spellings(list);
      assert.ok(all.every((text) => isIP(text) === 6));
      assert.equal(new Set(all.map(canonicalAddress)).size, 1);
      assert.equal(new Set(all.map(addressBucket)).size, 1);
    }),
    { numRuns: 2000 },
  );
});

test('the one spelling is that of RFC 5952, and reads as itself', () => {
  for (const [text, spelled] of [
    ['2001:DB8:0:0:1::7', '2001:db8::1:0:0:7'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['::1.2.3.4', '::102:304'],
    ['::', '::'],
    ['fe80::1%en0', 'fe80::1'],
    ['192.0.2.1', '192.0.2.1'],
  ] as const)
    assert.equal(canonicalAddress(text), spelled);
  fc.assert(
    fc.property(groups, (list) => {
      const spelled = canonicalAddress(list.map(hex).join(':')) ?? '';
      assert.equal(canonicalAddress(spelled), spelled);
      assert.equal(addressBucket(spelled), addressBucket(list.map(hex).join(':')));
    }),
  );
});

test('an IPv4 address that came in an IPv6 socket is the IPv4 address [T-09]', () => {
  fc.assert(
    fc.property(octets, ([a = 0, b = 0, c = 0, d = 0]) => {
      const plain = [a, b, c, d].join('.');
      const [high, low] = [hex(a * 256 + b), hex(c * 256 + d)];
      for (const text of [`::ffff:${plain}`, `::FFFF:${plain}`, `0:0:0:0:0:ffff:${plain}`, `::ffff:${high}:${low}`]) {
        assert.equal(canonicalAddress(text), plain);
        assert.equal(addressBucket(text), plain);
        assert.ok(createNetworkList([`${plain}/32`]).has(text));
        assert.ok(createNetworkList([`${text}/128`]).has(plain));
      }
    }),
  );
});

test('a thousand addresses in one /64 are one bucket, those of the next are another [T-09]', () => {
  const half = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 4, maxLength: 4 });
  const hosts = fc.sample(half, 1000).map((list) => list.map(hex).join(':'));
  assert.deepEqual([...new Set(hosts.map((host) => addressBucket(`2001:db8:1:2:${host}`)))], ['2001:db8:1:2::/64']);
  assert.equal(addressBucket('2001:db8:1:3::1'), '2001:db8:1:3::/64');
  assert.notEqual(addressBucket('192.0.2.1'), addressBucket('192.0.2.2'));
});

test('what is no address has no spelling, is in no list, and is a bucket of its own', () => {
  const odd = ['', ' ', 'unknown', '1.2.3', '0x7f.1', '2130706433', '0177.0.0.1', '01.2.3.4', '1.2.3.4 ', '1.2.3.4:80'];
  for (const text of [...odd, '1.2.3.4%eth0', '[::1]', '::1]', '1.2.3.4/32', '::1/128', '1::2::3', 'fe80::1%', '::g']) {
    assert.equal(canonicalAddress(text), null, text);
    assert.equal(addressBucket(text), text);
    assert.equal(createNetworkList(['0.0.0.0/0', '::/0']).has(text), false, text);
  }
});

test('texts of any kind are read or not read, and never more than that', () => {
  const nearly = fc.string({ unit: fc.constantFrom(...'0123456789abcdefF:.%/ []x'.split('')), maxLength: 45 });
  fc.assert(
    fc.property(fc.oneof(nearly, fc.string({ unit: 'binary' }), fc.ipV4Extended(), fc.ipV6()), (text) => {
      const spelled = canonicalAddress(text);
      assert.equal(spelled !== null, isIP(text) !== 0);
      addressBucket(text);
      if (isNetwork(text)) createNetworkList([text]).has(text);
      else assert.throws(() => createNetworkList([text]), RangeError);
    }),
    { numRuns: 5000 },
  );
});

test('a list knows addresses and networks of both kinds', () => {
  const list = createNetworkList(['10.0.0.0/8', '192.0.2.7', '2001:db8:1::/48', '::1', '::ffff:172.16.0.0/108']);
  for (const text of ['10.255.0.1', '192.0.2.7', '::ffff:10.1.1.1', '2001:DB8:1:ffff::9', '0::1', '172.31.255.255'])
    assert.ok(list.has(text), text);
  for (const text of ['11.0.0.1', '192.0.2.8', '2001:db8:2::1', '::2', '172.32.0.1', '::10.0.0.1', '::ffff:11.0.0.1'])
    assert.ok(!list.has(text), text);
  assert.ok(!createNetworkList([]).has('10.0.0.1'));
  assert.ok(!createNetworkList(['::/0']).has('10.0.0.1'), 'all of IPv6 is nothing of IPv4');
});

test('what is no network is told from one', () => {
  for (const text of ['10.0.0.0/8', '10.1.2.3/8', '0.0.0.0/0', '::/0', '2001:db8::/128', '::ffff:10.0.0.0/104', '::1'])
    assert.ok(isNetwork(text), text);
  for (const text of ['10.0.0.0/33', '::/129', '10.0.0.0/', '10.0.0.0/08', '10.0.0.0/-1', '/8', '10.0.0.0/8/8', '10/8'])
    assert.ok(!isNetwork(text), text);
  for (const text of ['fe80::1%eth0', 'fe80::%eth0/10', '::ffff:10.0.0.0/95', 'localhost', ''])
    assert.ok(!isNetwork(text), text);
});

test('public, private and unreachable addresses are told apart [T-33]', () => {
  for (const text of ['8.8.8.8', '2606:4700::1', '::ffff:8.8.8.8']) assert.equal(addressReach(text), 'public', text);
  for (const text of [
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '100.64.0.1',
    '::1',
    'fd12::1',
    '::ffff:7f00:1',
  ])
    assert.equal(addressReach(text), 'private', text);
  const metadata = ['169.254.169.254', '::ffff:169.254.169.254', 'fe80::1%eth0', '168.63.129.16', '::ffff:a83f:8110'];
  const odd = ['0.0.0.0', '::', '224.0.0.1', 'ff02::1', '255.255.255.255', '192.0.0.192', '::7f00:1', '0x7f.1', ''];
  // Addresses that hold another one: NAT64, 6to4, Teredo.
  const holding = ['64:ff9b::a9fe:a9fe', '2002:a9fe:a9fe::', '2001:0:a9fe:a9fe::', '::ffff:0:a9fe:a9fe'];
  for (const text of [...metadata, 'fd00:ec2::254', '100.100.100.200', 'fd20:ce::254', ...odd, ...holding])
    assert.equal(addressReach(text), 'nowhere', text);
});
