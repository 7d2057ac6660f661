// What `npm test` (scripts/test.ts) promises: node:test's closing lines come last, its exit code counts, and a run that
// tested nothing is a failure.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { type TestContext } from 'node:test';

const root = dirname(dirname(import.meta.dirname));

/** Runs the test command on one file with the given text. */
function runTestFile(
  t: TestContext,
  text: string,
  env: Record<string, string> = {},
): { code: number; lines: string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-test-command-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'made-up.test.ts');
  writeFileSync(file, `import assert from 'node:assert';\nimport test from 'node:test';\n${text}\n`);
  return runTestCommand([file], env);
}

function runTestCommand(args: string[], env: Record<string, string> = {}): { code: number; lines: string[] } {
  // Without these variables the inner run believes that it stands alone.
  const { NODE_TEST_CONTEXT: _, NODE_OPTIONS: __, CI: ___, ...inherited } = process.env;
  const { status, stdout } = spawnSync(process.execPath, ['scripts/test.ts', ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { ...inherited, ...env },
  });
  return { code: status ?? 1, lines: stdout.trim().split('\n') };
}

test('a passing run ends with the closing lines of node:test', (t) => {
  const { code, lines } = runTestFile(t, "test('a', () => {}); test('b', () => {});");
  assert.equal(code, 0);
  assert.match(lines.slice(-8).join('\n'), /^ℹ tests 2\n(ℹ .*\n)*ℹ duration_ms [\d.]+$/);
});

test('a failing test fails the run', (t) => {
  const { code, lines } = runTestFile(t, "test('a', () => assert.fail('no'));");
  assert.equal(code, 1);
  assert.ok(lines.includes('ℹ fail 1'));
});

test('a run in which no test executed fails', (t) => {
  for (const text of [
    '',
    "import { suite } from 'node:test';\nsuite('a', () => {});",
    "test('a', { skip: 'x' }, () => {});",
  ]) {
    const { code, lines } = runTestFile(t, text);
    assert.equal(code, 1, text);
    assert.match(lines.at(-1) ?? '', /No test was run/);
  }
  const { code, lines } = runTestCommand(['test/no-such/*.test.ts']);
  assert.equal(code, 1);
  assert.match(lines.at(-1) ?? '', /no test file matches test\/no-such/);
});

test('with CI=true a skipped test fails the run by name', (t) => {
  const text = "test('a', () => {}); test('needs a browser', { skip: 'x' }, () => {});";
  assert.equal(runTestFile(t, text).code, 0);
  const { code, lines } = runTestFile(t, text, { CI: 'true' });
  assert.equal(code, 1);
  assert.match(lines.at(-1) ?? '', /nothing may be skipped: needs a browser/);
});

test('with CI=true a missing program fails the run by name', () => {
  const { code, lines } = runTestCommand(['test/architecture.test.ts'], { CI: 'true', PATH: '/nowhere' });
  assert.equal(code, 1);
  assert.match(
    lines.at(-1) ?? '',
    /could not be installed: chromium, certutil, curl, systemd-analyze, python3, go, java, php, php-curl, ruby, postgresql, slapd, ns-slapd, samba, .*winbind, nginx, haproxy\./,
  );
});

test('tests learn which programs are missing', (t) => {
  const text =
    "test('a', () => assert.equal(process.env['GATEHOUSE_TEST_MISSING'], 'chromium,certutil,curl,systemd-analyze,python3,go,java,php,php-curl,ruby,postgresql,slapd,ns-slapd,samba,samba-ad-provision,samba-dsdb-modules,samba-vfs-modules,winbind,nginx,haproxy'));";
  const { code, lines } = runTestFile(t, text, { PATH: '/nowhere' });
  assert.equal(code, 0, lines.join('\n'));
  assert.match(lines[0] ?? '', /skipping the tests that need chromium \(package chromium\)/);
});

test('in every test run the built-in prototypes take no new properties', (t) => {
  const text = `
    test('a', () => {
      const target: Record<string, unknown> = {};
      assert.throws(() => Object.assign(target['__proto__'] as object, { polluted: true }), TypeError);
      assert.equal(target['polluted'], undefined);
      for (const prototype of [Array.prototype, Function.prototype]) assert.ok(!Object.isExtensible(prototype));
    });`;
  const { code, lines } = runTestFile(t, text);
  assert.equal(code, 0, lines.join('\n'));
});
