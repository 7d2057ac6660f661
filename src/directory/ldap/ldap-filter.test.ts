// For any string, the filter that is built reads back as one comparison with exactly that string.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { EqualityFilter, FilterParser } from 'ldapts';
import { distinguishedNameOf, filterOf, firstValueOf } from './ldap-filter.ts';

const anyText = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1 }),
  fc.string({
    unit: fc.constantFrom('*', '(', ')', '\\', '\0', '|', '&', '=', '{', '0', '}', ' ', 'a', 'ü'),
    minLength: 1,
  }),
);

test('any string becomes one equality with exactly that value [T-12]', () => {
  fc.assert(
    fc.property(anyText, (value) => {
      const filter = FilterParser.parseString(filterOf('(uid={0})', value));
      assert.ok(filter instanceof EqualityFilter);
      assert.equal(filter.attribute, 'uid');
      assert.equal(filter.value, value);
    }),
    { numRuns: 5000 },
  );
});

test('two values stay apart, whatever the first one is [T-12]', () => {
  assert.equal(filterOf('(|(member={0})(memberUid={1}))', '{1}', 'ada'), '(|(member={1})(memberUid=ada))');
});

test('any string becomes one value of a distinguished name [T-12]', () => {
  fc.assert(
    fc.property(anyText, (value) => {
      const name = distinguishedNameOf('uid={0},ou=people', value);
      assert.equal(firstValueOf(name), value);
      assert.ok(name.endsWith(',ou=people'));
      assert.equal(name.split(/(?<!\\),/u).length, 2);
    }),
    { numRuns: 5000 },
  );
});

test('the first value of a name is read whatever way it was escaped', () => {
  assert.equal(firstValueOf('CN=Lovelace\\, Ada,OU=Staff,DC=example'), 'Lovelace, Ada');
  assert.equal(firstValueOf('cn=J\\c3\\bcrgen,dc=example'), 'Jürgen');
  assert.equal(firstValueOf('cn=a\\+b+sn=c,dc=example'), 'a+b');
});
