// Text as literals of the languages. Compilers and interpreters judge them where the programs are run; here is what can be
// said of all text without one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import {
  codePointLiteral,
  javaLiteral,
  jsonLiteral,
  objectiveCLiteral,
  phpLiteral,
  rubyLiteral,
  scriptLiteral,
  shellWord,
  swiftLiteral,
} from '../../dashboard/quick-start/literal.ts';
import { start } from '../support/running-program.ts';

const QUOTED = {
  codePointLiteral,
  javaLiteral,
  jsonLiteral,
  objectiveCLiteral,
  phpLiteral,
  rubyLiteral,
  scriptLiteral,
  swiftLiteral,
};
const anyText = fc.string({
  unit: fc.oneof(fc.constantFrom(...Array.from('"\\\'#${}(<?/\n\r\u2028\u202e\ud800')), fc.string({ unit: 'binary' })),
});

for (const [name, literal] of Object.entries(QUOTED)) {
  test(`${name} makes one line of any text, without a quote that would end it`, () => {
    fc.assert(
      fc.property(anyText, (text) => {
        assert.match(literal(text), /^@?"(?:[^"\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|\\.)*"$/u);
      }),
    );
  });
}

test('literals of JSON and of scripts are read back as the text they were made of', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      for (const literal of [jsonLiteral, scriptLiteral, javaLiteral]) {
        assert.equal(JSON.parse(literal(text)), text.toWellFormed());
      }
    }),
  );
});

test('a literal within a page holds nothing that the page would take for a tag', () => {
  assert.equal(scriptLiteral('</script><!--'), '"\\u003c/script>\\u003c!--"');
});

test('what a language would fill in is escaped', () => {
  assert.equal(phpLiteral('$a {$b} \0'), '"\\$a {\\$b} \\u{0}"');
  assert.equal(rubyLiteral('#{a} #$b #@c'), '"\\#{a} \\#$b \\#@c"');
  assert.equal(swiftLiteral('\\(a)\u{1}'), '"\\\\(a)\\u{1}"');
  assert.equal(javaLiteral('ü😀 \\u0041'), '"\\u00fc\\ud83d\\ude00 \\\\u0041"');
  assert.equal(codePointLiteral('\u{e0041}\ufeff'), '"\\U000e0041\\ufeff"');
  assert.equal(objectiveCLiteral('??/\u{85}\u{1}1'), '@"\\?\\?/\\302\\205\\0011"');
});

test('a shell reads a word back as the text it was made of', async () => {
  const text = `'' ' $HOME \`id\` $(id) \\' "\n! ~ ü😀`;
  const { stdout } = await start('sh', ['-c', `printf %s ${shellWord(text)}`]).ended;
  assert.equal(stdout, text);
});
