// Every parser of ours against texts that nobody would write: it gives what it promises or refuses with an error of its own
// kind, and what we wrote ourselves is read back as it was. test/http/arbitrary-input.test.ts does the same for requests.
import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { after, test } from 'node:test';
import * as fc from 'fast-check';
import { EqualityFilter, FilterParser } from 'ldapts';
import { recordDone } from '../../scripts/faults/repetition.ts';
import { ConfigurationError, loadConfiguration } from '../../src/config/load-config.ts';
import { readTenantFile, TenantFileError } from '../../src/declaration/tenant-file.ts';
import { readArgon2Hash } from '../../src/directory/database/imported-hash/argon2-hash.ts';
import { readBcryptHash } from '../../src/directory/database/imported-hash/bcrypt-hash.ts';
import { UnusableHash } from '../../src/directory/database/imported-hash/imported-hash.ts';
import { distinguishedNameOf, filterOf, firstValueOf } from '../../src/directory/ldap/ldap-filter.ts';
import { ApiError } from '../../src/error/api-error.ts';
import { effectiveAddress } from '../../src/grant/effective-address.ts';
import { createClientAddress } from '../../src/http/client-ip.ts';
import { readInstantRange } from '../../src/lib/instant-range.ts';
import { readLucene } from '../../src/lib/lucene.ts';
import { isNetwork } from '../../src/lib/network-address.ts';
import { readJsonBody } from '../../src/management/json-body.ts';
import { readMultipart } from '../../src/management/multipart-body.ts';
import { createRecordSplitter, ImportFileError } from '../../src/user-import/record-splitter.ts';
import { anyBytes, anyText, EACH_INPUT, FEWER_INPUTS, INPUTS, textOf } from '../support/arbitrary-text.ts';

after(() => recordDone(INPUTS));

/** What the work gives, or null when it throws an error of this kind; any other error fails the test. */
function orTyped<T>(kind: abstract new (...args: never[]) => Error, work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (error instanceof kind) return null;
    throw error;
  }
}

const address = fc.oneof(fc.ipV4(), fc.ipV6(), anyText, textOf('0123456789abcdef:.[]% ,'));

test('forwarded addresses of any text are one address or are passed over [T-09]', () => {
  const addressOf = createClientAddress(['10.0.0.0/8']);
  fc.assert(
    fc.property(fc.array(address, { maxLength: 4 }), (list) => {
      const header = list.join(', ');
      const { ip } = addressOf({
        headers: { 'x-forwarded-for': header },
        socket: { remoteAddress: '10.0.0.1' } as never,
      });
      assert.notEqual(isIP(ip), 0);
      const own = { ip: '192.0.2.1', ipSource: 'socket', forwardedFor: header } as const;
      const trusted = { tokenEndpointAuthMethod: 'client_secret_post', isTokenEndpointIpHeaderTrusted: true } as const;
      assert.notEqual(isIP(effectiveAddress(own, trusted).address.ip), 0);
      assert.equal(typeof isNetwork(header), 'boolean');
    }),
    EACH_INPUT,
  );
});

test('any text becomes one value of a filter and of a name [T-12]', () => {
  const value = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1 }),
    textOf('*()\\\0|&={0} aü,+"<>;#', 40).filter((any) => any !== ''),
  );
  fc.assert(
    fc.property(value, (any) => {
      const filter = FilterParser.parseString(filterOf('(uid={0})', any));
      assert.ok(filter instanceof EqualityFilter);
      assert.equal(filter.value, any);
      assert.equal(firstValueOf(distinguishedNameOf('uid={0},ou=people', any)), any);
    }),
    EACH_INPUT,
  );
});

test('search texts of any kind are a tree or a problem in one sentence', () => {
  const words = fc.array(
    fc.constantFrom(
      'name',
      ':',
      '"',
      '(',
      ')',
      'AND',
      'OR',
      'NOT',
      '*',
      '[',
      ' TO ',
      ']',
      '{',
      '}',
      '\\',
      '+',
      '-',
      '_exists_',
      'é',
      ' ',
    ),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(
      fc.oneof(
        anyText,
        words.map((list) => list.join('')),
      ),
      (any) => {
        const reading = readLucene(any);
        if (reading.kind === 'problem') assert.match(reading.sentence, /\.$/);
        readInstantRange(any);
      },
    ),
    EACH_INPUT,
  );
});

test('JSON bodies of any bytes are what JSON.parse says, or refused', () => {
  const body = fc.oneof(
    anyBytes,
    fc.json().map((json) => Buffer.from(json)),
    anyText.map((any) => Buffer.from(any)),
  );
  fc.assert(
    fc.property(body, (any) => {
      const read = orTyped(ApiError, () => ({ value: readJsonBody('application/json', undefined, any) }));
      if (read) assert.deepEqual(read.value, JSON.parse(any.toString('utf8')));
    }),
    EACH_INPUT,
  );
});

test('multipart forms of any bytes are read or refused', async () => {
  const boundary = fc.oneof(fc.constant('X'), textOf('X-"; ', 20));
  const pieces = fc.array(
    fc.constantFrom(
      '--X',
      '--X--',
      '\r\n',
      'Content-Disposition: form-data; name="users"',
      '; filename="a"',
      'Content-Type: text/plain',
      'abc',
      '\n',
      '"',
    ),
    { maxLength: 20 },
  );
  const body = fc.oneof(
    anyBytes,
    pieces.map((list) => Buffer.from(list.join(''))),
  );
  await fc.assert(
    fc.asyncProperty(boundary, body, async (named, any) => {
      try {
        await readMultipart(
          { bytes: any, contentType: `multipart/form-data; boundary=${named}` },
          ['users'],
          ['users', 'connection_id'],
        );
      } catch (error) {
        assert.ok(error instanceof ApiError, String(error));
      }
    }),
    FEWER_INPUTS,
  );
});

test('tenant files of any text are read or refused with the line of every problem', () => {
  const yaml = fc.array(
    fc.constantFrom(
      'tenant:',
      '  name: acme',
      '\n',
      'clients:',
      '- ',
      '{',
      '}',
      '[',
      ']',
      '&a',
      '*a',
      '<<: *a',
      '|',
      '>',
      '##X##',
      '@@Y@@',
      '!!binary',
      '? ',
      ': ',
      "'",
      '"',
      '#',
      '\t',
      'users: [{}]',
      '__proto__: 1',
      '---',
    ),
    { maxLength: 20 },
  );
  fc.assert(
    fc.property(
      fc.oneof(
        anyText,
        yaml.map((list) => list.join('')),
        fc.json(),
      ),
      (any) => {
        orTyped(TenantFileError, () => readTenantFile('a.yaml', any, { X: 'x', Y: '{"a":1}' }));
      },
    ),
    FEWER_INPUTS,
  );
});

test('options of any value are taken or refused by name', async () => {
  const names = fc.constantFrom(
    'port',
    'host',
    'database_url',
    'trusted_proxies',
    'hash_memory_kib',
    'log_level',
    'sandbox_hosts',
    'private_networks',
    'metrics_port',
    'smtp_url',
    'no_such_option',
    '__proto__',
  );
  await fc.assert(
    fc.asyncProperty(
      names,
      fc.oneof(
        anyText,
        fc.integer().map(String),
        fc.jsonValue().map((value) => JSON.stringify(value)),
      ),
      async (name, value) => {
        try {
          await loadConfiguration({
            file: null,
            environment: { [`GATEHOUSE_${name.toUpperCase()}`]: value },
            flags: {},
          });
        } catch (error) {
          assert.ok(error instanceof ConfigurationError, String(error));
        }
      },
    ),
    FEWER_INPUTS,
  );
});

test('hashes of any text are read or unusable', () => {
  const hash = fc.oneof(
    anyText,
    textOf('$2aby10./ABCxyz', 70),
    fc
      .tuple(fc.nat(), fc.nat(), fc.nat())
      .map(([m, t, p]) => `$argon2id$v=19$m=${m},t=${t},p=${p}$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA`),
  );
  fc.assert(
    fc.property(hash, (any) => {
      orTyped(UnusableHash, () => readArgon2Hash(any));
      orTyped(UnusableHash, () => readBcryptHash(any));
    }),
    EACH_INPUT,
  );
});

test('files of users are cut into the same records wherever the parts end, or refused', () => {
  const file = fc.oneof(
    anyBytes,
    fc
      .array(fc.dictionary(fc.string(), fc.jsonValue()), { maxLength: 4 })
      .map((users) => Buffer.from(JSON.stringify(users))),
    textOf('[]{}," \\n', 30).map((any) => Buffer.from(any)),
  );
  const cut = (parts: readonly Buffer[]) =>
    orTyped(ImportFileError, () => {
      const splitter = createRecordSplitter();
      const records = parts.flatMap((one) => splitter.push(one));
      splitter.end();
      return records.map(String);
    });
  fc.assert(
    fc.property(file, fc.nat(200), (any, at) => {
      assert.deepEqual(cut([any.subarray(0, at), any.subarray(at)]), cut([any]));
    }),
    EACH_INPUT,
  );
});
