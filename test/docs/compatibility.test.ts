// docs/compatibility.md says what was proved, of the versions that are installed; what a whole run proves is compared by
// scripts/test.ts.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { CLIENTS, type ClientName } from '../../scripts/docs/client-list.ts';
import { readRecordedCalls, versionOf } from '../../scripts/docs/print-compatibility.ts';
import { callsNotProved, readProvedCalls } from '../../scripts/test/proved-calls.ts';
import { PROVED_CALLS_VARIABLE, proving } from '../support/proved-call.ts';

test('every client has calls that were proved, of the version that is installed', () => {
  const recorded = readRecordedCalls('.');
  assert.deepEqual(Object.keys(recorded), Object.keys(CLIENTS));
  for (const [name, { version, calls }] of Object.entries(recorded)) {
    assert.equal(version, versionOf('.', name as ClientName), `${name}: node scripts/test.ts --record-calls`);
    assert.ok(calls.length > 0, name);
  }
});

test('a call that was not made any more is told, and so is another version', () => {
  const recorded = { jose: { version: '6', calls: ['sign', 'verify'] }, curl: { version: null, calls: ['/userinfo'] } };
  assert.deepEqual(callsNotProved(recorded, recorded), []);
  const more = { ...recorded, curl: { version: null, calls: ['/userinfo', '/oauth/token'] } };
  assert.deepEqual(callsNotProved(recorded, more), []);
  assert.deepEqual(callsNotProved(recorded, { jose: { version: '6', calls: ['sign'] } }), [
    'jose: verify',
    'curl: /userinfo',
  ]);
  assert.deepEqual(callsNotProved(recorded, { ...recorded, jose: { version: '7', calls: ['sign', 'verify'] } }), [
    'jose: 6 was recorded, 7 is installed',
  ]);
});

/** As libraries are: with private members, parts, and methods that fail. */
class Library {
  readonly #answer = 42;
  readonly part = { fetch: async () => this.#answer };
  read(): number {
    return this.#answer;
  }
  async refuse(): Promise<never> {
    throw new Error('refused');
  }
}

test('of a library that is looked at, what was answered is remembered, and what was refused is not', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-proved-'));
  const file = join(folder, 'calls');
  const before = process.env[PROVED_CALLS_VARIABLE];
  process.env[PROVED_CALLS_VARIABLE] = file;
  t.after(() => {
    if (before === undefined) delete process.env[PROVED_CALLS_VARIABLE];
    else process.env[PROVED_CALLS_VARIABLE] = before;
    rmSync(folder, { recursive: true });
  });
  const library = proving('curl', new Library());
  assert.equal(library.read(), 42);
  assert.equal(await library.part.fetch(), 42);
  await assert.rejects(library.refuse(), /refused/);
  assert.deepEqual(readProvedCalls('.', file), { curl: { version: null, calls: ['part.fetch', 'read'] } });
});
