// The commands that make a list of breached passwords and look one up in it.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { listOf } from '../support/breached-list.ts';
import { type CommandLine, openCommandLine } from '../support/command-line.ts';

let line: CommandLine;
let list: string;
before(async () => {
  line = await openCommandLine();
  list = join(line.folder, 'list.bin');
  const hashes = line.write('hashes.txt', listOf(['leaked', 'lost', 'stolen']));
  const { stdout } = await line.succeed(['breached-passwords', 'build', hashes, '--out', list]);
  assert.match(stdout, /list\.bin: 3 breached passwords in \d+ bytes\./);
});
after(() => line.close());

const check = (password: string) => line.run(['breached-passwords', 'check', '--list', list], password);

test('a password of the list is found, another is not, and neither is printed', async () => {
  const found = await check('lost');
  assert.deepEqual([found.code, found.stdout], [1, 'It is in the list of breached passwords.\n']);
  const missing = await check('kept');
  assert.deepEqual([missing.code, missing.stdout], [0, 'It is not in the list.\n']);
});

test('what cannot be used is refused with one sentence', async () => {
  for (const [args, words] of [
    [['breached-passwords', 'build', join(line.folder, 'nowhere.txt')], /nowhere\.txt cannot be read/],
    [['breached-passwords', 'build', line.write('words.txt', 'secret\n'), '--out', list], /Line 1 is no SHA-1 hash/],
    [['breached-passwords', 'check', '--list', line.write('other.bin', 'other')], /is no list of breached passwords/],
    [['breached-passwords', 'check'], /Name a list with --list/],
  ] as const) {
    const { code, stderr } = await line.run(args, 'typed');
    assert.equal(code, 1);
    assert.match(stderr, words);
    assert.doesNotMatch(stderr, /\n {4}at |typed/);
  }
  assert.equal((await check('stolen')).code, 1);
});

test('a server does not start on a list that is none', async () => {
  const options = ['serve', '--port', '0', '--breached-passwords-file', line.write('broken.bin', 'broken')];
  const { code, stderr } = await line.run(options);
  assert.equal(code, 1);
  assert.match(stderr, /broken\.bin is no list of breached passwords: make one with/);
});
