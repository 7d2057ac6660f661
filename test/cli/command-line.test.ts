// What every command has in common: help with an example, JSON, plain errors.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { helpOfCommands } from '../../src/cli/cli.ts';
import { COMMANDS } from '../../src/cli/command-table.ts';
import { runInProcess } from '../support/command-line.ts';

test('every command has help with an example, and code that loads', async () => {
  const help = helpOfCommands();
  for (const entry of COMMANDS) {
    const text = help.get(entry.name) ?? '';
    assert.match(text, new RegExp(`^Usage: gatehouse ${entry.name} \\[options\\]`), entry.name);
    assert.match(text, new RegExp(`\nExamples:\n {2}gatehouse ${entry.name}`), entry.name);
    const { code, stdout } = await runInProcess([...entry.name.split(' '), '--help'], {});
    assert.equal(code, 0, entry.name);
    assert.equal(stdout.trimEnd(), text.trimEnd());
    assert.equal(typeof (await entry.load()), 'function');
  }
});

test('no command takes a secret as a flag', () => {
  for (const [name, text] of helpOfCommands()) {
    for (const [, flag = ''] of text.matchAll(/^ {2}--([a-z-]+) </gm)) {
      assert.doesNotMatch(flag, /secret|(?<!breached-)password(?!-grant)|master-key|token/, `${name} --${flag}`);
    }
  }
});

test('every command but those that serve prints JSON when asked', () => {
  for (const entry of COMMANDS) {
    assert.equal(helpOfCommands().get(entry.name)?.includes('--json'), entry.serves !== true, entry.name);
  }
});

test('misspelt commands, unknown flags and missing arguments fail and point to the help', async () => {
  for (const args of [['aply'], ['apply'], ['apply', 'x', '--bogus'], ['client', 'shw'], ['export', 'extra']]) {
    const { code, stderr } = await runInProcess(args, {});
    assert.equal(code, 1, args.join(' '));
    assert.match(stderr, /^error: /);
    assert.match(stderr, /--help/);
  }
});

test('with --json an error is JSON too, on standard error', async () => {
  const { code, stdout, stderr } = await runInProcess(['apply', 'not-there.yaml', '--json'], {});
  assert.equal(code, 1);
  assert.equal(stdout, '');
  assert.match((JSON.parse(stderr) as { error: string }).error, /not-there\.yaml cannot be read/);
});
