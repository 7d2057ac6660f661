// Hashes that are refused when they come in: what cannot be checked, what could be guessed, and what would cost so much that
// one login could take the server away from everybody.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { customHashText, readCustomHash } from '../../src/directory/database/imported-hash/custom-hash.ts';
import { UnusableHash } from '../../src/directory/database/imported-hash/imported-hash.ts';
import type { CustomPasswordHash } from '../../src/user/user.ts';

const HEX = (bytes: number) => ({ value: 'ab'.repeat(bytes), encoding: 'hex' }) as const;
const SALT = 'c2FsdHNhbHRzYWx0';
const HASH = 'A'.repeat(43);

const REFUSED: ReadonlyArray<readonly [name: string, custom: CustomPasswordHash, path: string, words: RegExp]> = [
  ['argon2 with more than 1 GiB', argon2('m=1048577,t=1,p=1'), 'hash.value', /more than 1 GiB/],
  ['argon2 with endless passes', argon2('m=65536,t=4294967295,p=1'), 'hash.value', /more work/],
  ['argon2 with less memory than its lanes need', argon2('m=16,t=1,p=4'), 'hash.value', /does not allow/],
  ['argon2 without a pass', argon2('m=8192,t=0,p=1'), 'hash.value', /does not allow/],
  ['argon2 without a version', text('argon2', `$argon2id$m=8192,t=1,p=1$${SALT}$${HASH}`), 'hash.value', /must look/],
  ['argon2 with a short hash', text('argon2', `$argon2id$v=19$m=8192,t=1,p=1$${SALT}$AAAA`), 'hash.value', /must look/],
  ['argon2 with a salt beside it', { ...argon2('m=8192,t=1,p=1'), salt: { value: 's' } }, 'salt', /does not go with/],
  ['bcrypt that takes minutes', text('bcrypt', `$2b$31$${'a'.repeat(53)}`), 'hash.value', /cost of 4 to 16/],
  ['bcrypt of the broken prefix', text('bcrypt', `$2x$10$${'a'.repeat(53)}`), 'hash.value', /must begin with/],
  ['pbkdf2 with too many iterations', pbkdf2('sha512', 'i=10000001,l=64', 64), 'hash.value', /10000000 iterations/],
  ['pbkdf2 whose blocks add up', pbkdf2('sha256', 'i=9000000,l=64', 64), 'hash.value', /10000000 iterations/],
  ['pbkdf2 without an iteration', pbkdf2('sha256', 'i=0,l=32', 32), 'hash.value', /1 to 10000000/],
  ['pbkdf2 with another length than it says', pbkdf2('sha256', 'i=1000,l=32', 31), 'hash.value', /has 31 bytes/],
  ['pbkdf2 with a short hash', pbkdf2('sha256', 'i=1000,l=4', 4), 'hash.value', /16 to 512 bytes/],
  ['pbkdf2 with md4', pbkdf2('md4', 'i=1000,l=64', 64), 'hash.value', /digest that is not supported/],
  ['scrypt with more than 1 GiB', scrypt({ cost: 2 ** 21 }), 'cost', /more than 1 GiB/],
  ['scrypt with many dear lanes', scrypt({ cost: 2 ** 20, parallelization: 5 }), 'cost', /more work/],
  ['scrypt with a cost that is no power of two', scrypt({ cost: 1000 }), 'cost', /power of two/],
  ['scrypt without a length', { algorithm: 'scrypt', hash: HEX(32) }, 'keylen', /missing/],
  ['scrypt with another length than it says', scrypt({ keylen: 64 }), 'hash.value', /64 bytes, and has 32/],
  ['a digest of another length', { algorithm: 'sha1', hash: HEX(16) }, 'hash.value', /20 bytes, and has 16/],
  [
    'a digest that is not hexadecimal',
    { algorithm: 'md5', hash: { value: 'xy', encoding: 'hex' } },
    'hash.value',
    /hex/,
  ],
  ['a digest without an encoding', { algorithm: 'md5', hash: { value: 'ab' } }, 'hash.encoding', /hex or base64/],
  [
    'a digest with a key',
    { algorithm: 'md5', hash: { ...HEX(16), key: { value: 'k' } } },
    'hash.key',
    /does not go with/,
  ],
  ['a digest with a length', { algorithm: 'md5', hash: HEX(16), keylen: 16 }, 'keylen', /does not go with/],
  ['HMAC without a digest', { algorithm: 'hmac', hash: { ...HEX(16), key: { value: 'k' } } }, 'hash.digest', /missing/],
  ['HMAC without a key', { algorithm: 'hmac', hash: { ...HEX(16), digest: 'md5' } }, 'hash.key', /missing/],
  ['LDAP with crypt', text('ldap', '{CRYPT}$1$abc$def'), 'hash.value', /must begin with/],
  ['LDAP with salt where none belongs', text('ldap', `{SHA}${SALT}${SALT}${SALT}`), 'hash.value', /another length/],
  ['LDAP without a scheme', text('ldap', 'plain'), 'hash.value', /must begin with/],
];

for (const [name, custom, path, words] of REFUSED) {
  test(`${name} is refused, and the words do not repeat the hash [T-17]`, () => {
    assert.throws(
      () => readCustomHash(custom),
      (error) => {
        assert.ok(error instanceof UnusableHash);
        assert.match(error.message, words);
        assert.equal(error.path, path);
        assert.ok(!error.message.includes(custom.hash.value));
        return true;
      },
    );
  });
}

test('what bounds allow is read', () => {
  readCustomHash(argon2('m=1048576,t=8,p=1'));
  readCustomHash(pbkdf2('sha512', 'i=10000000,l=64', 64));
  readCustomHash(scrypt({ cost: 2 ** 20, parallelization: 4 }));
});

test('a password with letters that the encoding does not have matches nothing, rather than another password [T-17]', () => {
  const hash = readCustomHash({ algorithm: 'md5', hash: HEX(16), password: { encoding: 'latin1' } });
  assert.equal(hash.encode('Łogin'), null);
  assert.deepEqual(hash.encode('Grüße'), Buffer.from('Grüße', 'latin1'));
});

test('a salt beside bcrypt counts towards the 72 bytes that it sees [T-17]', () => {
  const hash = readCustomHash({ ...text('bcrypt', `$2b$04$${'a'.repeat(53)}`), salt: { value: 's'.repeat(10) } });
  assert.notEqual(hash.encode('x'.repeat(62)), null);
  assert.equal(hash.encode('x'.repeat(63)), null);
});

test('equal hashes are equal texts, whatever the order of their members', () => {
  const one: CustomPasswordHash = { algorithm: 'md5', hash: HEX(16), salt: { value: 's', position: 'suffix' } };
  const other = {
    salt: { position: 'suffix', value: 's' },
    hash: { encoding: 'hex', value: one.hash.value },
    algorithm: 'md5',
  };
  assert.equal(customHashText(other as CustomPasswordHash), customHashText(one));
});

function text(algorithm: CustomPasswordHash['algorithm'], value: string): CustomPasswordHash {
  return { algorithm, hash: { value } };
}

function argon2(cost: string): CustomPasswordHash {
  return text('argon2', `$argon2id$v=19$${cost}$${SALT}$${HASH}`);
}

function pbkdf2(digest: string, cost: string, bytes: number): CustomPasswordHash {
  const hash = Buffer.alloc(bytes, 1).toString('base64').replace(/=+$/, '');
  return text('pbkdf2', `$pbkdf2-${digest}$${cost}$${SALT}$${hash}`);
}

function scrypt(members: Partial<CustomPasswordHash>): CustomPasswordHash {
  return { algorithm: 'scrypt', hash: HEX(32), keylen: 32, ...members };
}
