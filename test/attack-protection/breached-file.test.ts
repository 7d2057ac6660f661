// The list of breached passwords as a file: made in one pass, looked up by short reads, refused when it is not whole.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { DATA_OFFSET, openBreachedFile, UnusableBreachedFile } from '../../src/attack-protection/breached-file.ts';
import { buildBreachedFile } from '../../src/attack-protection/breached-file-builder.ts';
import { chunksOf, listOf, sha1Of } from '../support/breached-list.ts';

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-breached-file-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const PASSWORDS = Array.from({ length: 5000 }, (_, at) => `breached ${at}`);
const pathOf = (name: string) => join(folder, name);

function refusal(words: RegExp) {
  return (error: unknown) => error instanceof UnusableBreachedFile && words.test(error.message);
}

test('every password of the list is found and no other one, however the list is cut into chunks', async () => {
  for (const [bytes, text] of [
    [7, listOf(PASSWORDS.slice(0, 200))],
    [1000, listOf(PASSWORDS)],
    [
      1_000_000,
      listOf(PASSWORDS)
        .replace(/:\d+\r/g, '')
        .trimEnd()
        .toLowerCase(),
    ],
  ] as const) {
    const path = pathOf(`chunks-${bytes}`);
    const wanted = bytes === 7 ? PASSWORDS.slice(0, 200) : PASSWORDS;
    assert.equal(await buildBreachedFile(chunksOf(text, bytes), path), wanted.length);
    assert.equal(statSync(path).size, DATA_OFFSET + 5 * wanted.length);
    const file = await openBreachedFile(path);
    assert.equal(file.count, wanted.length);
    for (const password of wanted) assert.ok(await file.has(sha1Of(password)), password);
    for (let at = 0; at < 1000; at += 1) assert.ok(!(await file.has(sha1Of(`other ${at}`))));
    await file.close();
  }
});

test('hashes that come twice count once, and empty lines and an empty list are lists too', async () => {
  const twice = listOf(PASSWORDS.slice(0, 3)).replaceAll(/(\w+):\d+\r\n/g, '$1:1\r\n$1:9\r\n\r\n');
  assert.equal(await buildBreachedFile(chunksOf(twice, 64), pathOf('twice')), 3);
  assert.equal(await buildBreachedFile(chunksOf('', 1), pathOf('empty')), 0);
  const empty = await openBreachedFile(pathOf('empty'));
  assert.equal(await empty.has(sha1Of('anything')), false);
  await empty.close();
});

test('what is no list of hashes is refused by its line, nothing of it is repeated, and the file there was stays', async () => {
  const path = pathOf('kept');
  await buildBreachedFile(chunksOf(listOf(['one']), 64), path);
  const before = readFileSync(path);
  const [first = '', second = ''] = listOf(['one', 'two']).split('\r\n');
  for (const [text, words] of [
    [`${first}\nmy secret password\n`, /^Line 2 is no SHA-1 hash/],
    [`${first.slice(0, 39)}g:1\n`, /^Line 1 is no SHA-1 hash/],
    [`${first.slice(0, 40)} 1\n`, /^Line 1 is no SHA-1 hash/],
    ['x'.repeat(5000), /^Line 1 is no SHA-1 hash/],
    [`${second}\n${first}\n`, /^Line 2 belongs before the one above it: sort the hashes/],
  ] as const) {
    await assert.rejects(buildBreachedFile(chunksOf(text, 100), path), refusal(words));
    assert.deepEqual(readFileSync(path), before);
  }
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.endsWith('.part')),
    [],
  );
});

test('a file that is cut short, damaged, of another kind or not there is refused with a plain message', async () => {
  const path = pathOf('whole');
  await buildBreachedFile(chunksOf(listOf(PASSWORDS), 1000), path);
  const whole = readFileSync(path);
  const changed = (at: number) => {
    const copy = Buffer.from(whole);
    copy.writeUInt8((copy[at] ?? 0) ^ 1, at);
    return copy;
  };
  for (const [bytes, words] of [
    [Buffer.alloc(0), /is no list of breached passwords: make one with/],
    [Buffer.from('SQLite format 3\0'), /is no list of breached passwords/],
    [whole.subarray(0, 20), /was made by another version|is damaged/],
    [whole.subarray(0, DATA_OFFSET - 1), /is damaged or was cut short: build it again/],
    [whole.subarray(0, whole.length - 1), /is damaged or was cut short/],
    [Buffer.concat([whole, Buffer.alloc(1)]), /is damaged or was cut short/],
    [changed(11), /was made by another version: build it again/],
    [changed(20), /is damaged/],
    [changed(40), /is damaged/],
    [changed(DATA_OFFSET - 3), /is damaged/],
  ] as const) {
    writeFileSync(pathOf('broken'), bytes);
    await assert.rejects(openBreachedFile(pathOf('broken')), refusal(words));
  }
  await assert.rejects(openBreachedFile(pathOf('nowhere')), refusal(/nowhere cannot be read/));
});

test('a bucket that was damaged behind the index is no answer', async () => {
  const path = pathOf('rotten');
  await buildBreachedFile(chunksOf(listOf(['one']), 1000), path);
  const bytes = readFileSync(path);
  bytes.writeUInt8((bytes.at(-1) ?? 0) ^ 1, bytes.length - 1);
  writeFileSync(path, bytes);
  const file = await openBreachedFile(path);
  await assert.rejects(file.has(sha1Of('one')), refusal(/is damaged/));
  await file.close();
});
