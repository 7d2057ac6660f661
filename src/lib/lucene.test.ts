// Search texts and what they mean, or what is said about them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { type LuceneQuery, readLucene } from './lucene.ts';

/** The tree, written with brackets; values with a wildcard have a star. */
function print(query: LuceneQuery): string {
  switch (query.kind) {
    case 'everything':
      return 'everything';
    case 'not':
      return `not ${print(query.part)}`;
    case 'and':
    case 'or':
      return `(${query.parts.map(print).join(` ${query.kind} `)})`;
    case 'exists':
      return `exists ${query.field}`;
    case 'match':
      return `${query.field ?? ''}=${query.pieces.join('*')}`;
    case 'range': {
      const { from, to } = query.range;
      const opening = from ? `${from.inclusive ? '[' : '{'}${from.text}` : '[*';
      return `${query.field} ${opening} ${to ? `${to.text}${to.inclusive ? ']' : '}'}` : '*]'}`;
    }
  }
}

const MEANINGS: readonly (readonly [text: string, meaning: string])[] = [
  ['', 'everything'],
  ['  ', 'everything'],
  ['*', 'everything'],
  ['*:*', 'everything'],
  ['jane', '=jane'],
  ['email:jane@example.com', 'email=jane@example.com'],
  ['name:"Jane \\"J\\" Doe"', 'name=Jane "J" Doe'],
  ['name:jane*', 'name=jane*'],
  ['name:j*e', 'name=j*e'],
  ['name:j**e*', 'name=j*e*'],
  ['name:*aura*', 'name=*aura*'],
  ['name:*', 'exists name'],
  ['_exists_:user_metadata.color', 'exists user_metadata.color'],
  ['user_id:auth0\\|1', 'user_id=auth0|1'],
  ['user_id:auth0|1', 'user_id=auth0|1'],
  ['name:jane\\ doe\\*', 'name=jane doe*'],
  ['phone_number:+15550100', 'phone_number=+15550100'],
  ['score:-1', 'score=-1'],
  ['name:mary-ann!', 'name=mary-ann!'],
  ['a b', '(=a or =b)'],
  ['a OR b', '(=a or =b)'],
  ['a || b && c', '(=a or (=b and =c))'],
  ['a AND b OR c', '((=a and =b) or =c)'],
  ['(a OR b) AND c', '((=a or =b) and =c)'],
  ['NOT a', 'not =a'],
  ['!a', 'not =a'],
  ['a -b', '(=a and not =b)'],
  ['a NOT b', '(=a and not =b)'],
  ['a AND NOT b', '(=a and not =b)'],
  ['-a -b', '(not =a and not =b)'],
  ['+a b', '=a'],
  ['+a +b c -d', '(=a and =b and not =d)'],
  ['email:(a OR b)', '(email=a or email=b)'],
  ['email:(a name:b)', '(email=a or name=b)'],
  ['created_at:[2026-01-01 TO 2026-02-01]', 'created_at [2026-01-01 2026-02-01]'],
  ['created_at:{2026-01-01T10:00:00Z TO *]', 'created_at {2026-01-01T10:00:00Z *]'],
  ['n:[* TO 5}', 'n [* 5}'],
  ['name:["a b" TO "c d"]', 'name [a b c d]'],
  ['and or not', '(=and or =or or =not)'],
];

for (const [text, meaning] of MEANINGS) {
  test(`${JSON.stringify(text)} means ${meaning}`, () => {
    const reading = readLucene(text);
    assert.equal(reading.kind === 'query' ? print(reading.query) : reading.sentence, meaning);
  });
}

const PROBLEMS: readonly (readonly [text: string, sentence: RegExp])[] = [
  ['email:', /^At character 7: a value is missing/],
  ['picture:https://example.com', /^At character 9: a value is missing; one with a colon needs quotation marks/],
  ['"jane', /^At character 1: the quotation mark is never closed/],
  ['name:""', /^At character 6: there is nothing between the quotation marks/],
  ['name:jane\\', /^At character 10: a backslash must be followed/],
  ['name:*ab', /^At character 6: a value that begins with \* must have 3 other characters in a row/],
  ['jane~', /^At character 5: ~ has no meaning here; write \\~/],
  ['jane^2', /\^ has no meaning/],
  ['j?ne', /\? has no meaning/],
  ['/j.*e/', /regular expressions are not supported/],
  ['(jane', /^At the end a closing bracket is missing/],
  ['jane)', /^At character 5: a search term is expected here/],
  ['()', /^At character 2: a search term is expected here/],
  ['jane AND', /^At the end a search term is missing/],
  ['OR jane', /^At character 1: a search term is expected here/],
  ['NOT NOT jane', /^At character 5: a search term is expected here/],
  ['n:[1 2]', /^At character 3: a range is written \[FROM TO UNTIL\]/],
  ['n:[1 TO 2', /^At character 3: the range is never closed/],
  ['n:[ TO 2]', /./],
  ['[1 TO 2]', /^At character 1: \[ is not expected here/],
  ['a\u0000b', /well-formed and without control characters/],
  ['a\ud800b', /well-formed and without control characters/],
  ['a '.repeat(51), /^A search has at most 50 terms/],
  [`${'('.repeat(11)}a${')'.repeat(11)}`, /^Brackets may be 10 deep at most/],
  ['é'.repeat(513), /^A search text has at most 1024 bytes/],
];

for (const [text, sentence] of PROBLEMS) {
  test(`${JSON.stringify(text.slice(0, 30))} is refused in a sentence [T-50]`, () => {
    const reading = readLucene(text);
    assert.equal(reading.kind, 'problem');
    assert.match(reading.sentence, sentence);
  });
}

test('as much as the bounds allow is read [T-50]', () => {
  for (const text of ['a '.repeat(50), `${'('.repeat(10)}a${')'.repeat(10)}`, 'x'.repeat(1024)]) {
    assert.equal(readLucene(text).kind, 'query', text.slice(0, 20));
  }
});

test('any text is read or refused [T-50]', () => {
  const word = fc.constantFrom(
    'a',
    'name:',
    '"',
    '*',
    '\\',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    ' TO ',
    ' AND ',
    ' OR ',
    '-',
    '+',
    '!',
  );
  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.array(word, { maxLength: 30 }).map((words) => words.join('')),
  );
  fc.assert(
    fc.property(anyText, (text) => {
      const reading = readLucene(text);
      assert.ok(reading.kind === 'query' || reading.sentence.length > 0);
    }),
    { numRuns: 5000 },
  );
});

test('any text between quotation marks is found as it stands [T-50]', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }), (text) => {
      fc.pre(text.isWellFormed() && !/\p{Cc}/u.test(text));
      const quoted = `"${text.replace(/["\\]/g, '\\$&')}"`;
      assert.deepEqual(readLucene(`name:${quoted}`), {
        kind: 'query',
        query: { kind: 'match', field: 'name', pieces: [text] },
      });
    }),
    { numRuns: 1000 },
  );
});
