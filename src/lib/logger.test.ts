// What the operational log writes: one line, one JSON object, nothing that a terminal would obey, 8 KiB at most.
import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createLogger, cutText, printableLine } from './logger.ts';

function linesOf(write: (logger: ReturnType<typeof createLogger>) => void): string[] {
  let text = '';
  const destination = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  write(createLogger('trace', destination));
  assert.ok(text.endsWith('\n'));
  return text.slice(0, -1).split('\n');
}

/** Characters that a terminal obeys: C0, DEL and C1, line separators, bidirectional controls. */
const OBEYED: ReadonlyArray<readonly [first: number, last: number]> = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0x2028, 0x2029],
  [0x061c, 0x061c],
  [0x200e, 0x200f],
  [0x202a, 0x202e],
  [0x2066, 0x2069],
];

function assertPrintable(line: string): void {
  for (const character of line) {
    const code = character.codePointAt(0) ?? 0;
    if (OBEYED.some(([first, last]) => code >= first && code <= last)) assert.fail(`U+${code.toString(16)} in ${line}`);
  }
}

const HOSTILE: ReadonlyArray<readonly [name: string, text: string]> = [
  ['a line end and a second entry', 'a\r\n{"level":"info","type":"s"}'],
  ['a lone carriage return', 'good\rbad'],
  ['colours', '\u001b[31mred\u001b[0m'],
  ['a terminal title', '\u001b]0;owned\u0007'],
  ['C1 controls', '\u009b31mred\u0085next'],
  ['DEL and backspace', 'abc\b\b\b\u007fxyz'],
  ['NUL', 'a\0b'],
  ['line separators', 'a\u2028b\u2029c'],
  ['right-to-left override', 'user\u202egnp.exe'],
  ['bidirectional isolates', '\u2066a\u2067b\u2068c\u2069'],
  ['bidirectional marks', '\u200ea\u200fb\u061cc'],
  ['lone surrogates', 'a\ud800b\udfffc'],
  ['quotes and backslashes', '"\\"\\u0000'],
];

for (const [name, text] of HOSTILE) {
  test(`a text with ${name} stays one line of JSON that a terminal does not obey [L-03, T-32]`, () => {
    const places = (logger: ReturnType<typeof createLogger>) => {
      logger.info({ text }, 'message');
      logger.info(text);
      logger.info({ [text]: 1 }, 'message');
      logger.error({ err: new Error(text) }, text);
    };
    const lines = linesOf(places);
    assert.equal(lines.length, 4);
    for (const line of lines) {
      assertPrintable(line);
      assert.equal(typeof JSON.parse(line), 'object');
    }
    assert.equal((JSON.parse(lines[0] ?? '') as { text: string }).text, text.toWellFormed());
  });
}

test('what was escaped reads as what it was [L-03]', () => {
  const text = 'a\u009b\u2028\u202e\u007f\u001b\n"\\é€😀';
  const [line = ''] = linesOf((logger) => logger.info({ text }, 'm'));
  assert.equal((JSON.parse(line) as { text: string }).text, text);
  assert.ok(line.includes('\\u202e') && line.includes('\\u009b') && line.includes('\\u007f'));
});

test('a line over 8 KiB is cut to its level, time and message, and says so [L-03]', () => {
  const [line = ''] = linesOf((logger) => logger.warn({ text: 'x'.repeat(9000) }, 'what happened'));
  assert.ok(Buffer.byteLength(line) <= 8 * 1024);
  const { time, ...rest } = JSON.parse(line) as Record<string, unknown>;
  assert.equal(typeof time, 'string');
  assert.deepEqual(rest, { level: 'warn', msg: 'what happened', cut: true });
});

for (const [name, filler] of [
  ['text', 'x'],
  ['controls, which grow when they are escaped', '\u009b'],
  ['bidirectional controls', '\u202e'],
  ['C0 controls', '\u0001'],
  ['wide characters', '😀'],
]) {
  test(`a message of 20,000 characters of ${name} is cut and still obeyed by nobody [L-03]`, () => {
    const [line = '', ...more] = linesOf((logger) => logger.info((filler ?? '').repeat(20_000)));
    assert.equal(more.length, 0);
    assert.ok(Buffer.byteLength(line) <= 8 * 1024);
    assertPrintable(line);
    assert.equal((JSON.parse(line) as { cut: boolean }).cut, true);
  });
}

test('no line of any text is longer, more than one, or no JSON [L-03]', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 3000 }), fc.string({ unit: 'binary' }), (text, key) => {
      const lines = linesOf((logger) => logger.info({ [key]: text }, text));
      assert.equal(lines.length, 1);
      assert.ok(Buffer.byteLength(lines[0] ?? '') <= 8 * 1024);
      assertPrintable(lines[0] ?? '');
      JSON.parse(lines[0] ?? '');
    }),
    { numRuns: 300 },
  );
});

test('a line that is printable already stays as it is', () => {
  const line = '{"level":"info","msg":"é€😀 \\n"}\n';
  assert.equal(printableLine(line), line);
});

test('texts of 256 characters stay, longer ones are cut with a mark', () => {
  assert.equal(cutText('x'.repeat(256)), 'x'.repeat(256));
  assert.equal(cutText('x'.repeat(257)), `${'x'.repeat(256)}…[cut]`);
  assert.equal(cutText(''), '');
});
