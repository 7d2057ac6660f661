// The unit of systemd: systemd itself reads it, and judges how much of the system the service can reach.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { loadConfiguration } from '../../src/config/load-config.ts';
import { commandRefusal } from '../support/command-refusal.ts';
import { needs } from '../support/required-program.ts';
import { ROOT, start } from '../support/running-program.ts';

/** Of 10.0, in tenths: no network of its own, and memory that compiled code runs in, cost about one point. */
const MOST_EXPOSURE = 15;

const unit = readFileSync(join(ROOT, 'examples/systemd/gatehouse.service'), 'utf8');
const settings = (name: string) =>
  [...unit.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value = '']) => value);

let folder: string;
let path: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-unit-'));
  path = join(folder, 'gatehouse.service');
  // Whether programs are there is looked at too, and this machine has its Node.js elsewhere.
  writeFileSync(path, unit.replace('ExecStart=node', `ExecStart=${process.execPath}`));
});
after(() => rmSync(folder, { recursive: true, force: true }));

test('systemd finds nothing wrong with the unit', { skip: needs('systemd-analyze') }, async () => {
  const { code, stdout, stderr } = await start('systemd-analyze', ['verify', '--man=no', path]).ended;
  assert.equal(`${stdout}${stderr}`, '');
  assert.equal(code, 0);
});

test('systemd finds the service hardly exposed', { skip: needs('systemd-analyze') }, async () => {
  const args = ['security', '--no-pager', '--offline=true', `--threshold=${MOST_EXPOSURE}`, path];
  const { code, stdout } = await start('systemd-analyze', args).ended;
  assert.equal(code, 0, stdout);
  assert.match(stdout, /Overall exposure level for gatehouse\.service: [01]\.\d/);
});

test('no memory of the service gets to the disk, and no signal opens a debugger [L-12]', () => {
  assert.deepEqual(settings('LimitCORE'), ['0']);
  assert.match(settings('ExecStart')[0] ?? '', /^node --disable-sigusr1 /);
});

test('the service has a user, a folder and a master key of its own', () => {
  assert.deepEqual(settings('User'), ['gatehouse']);
  assert.deepEqual(settings('StateDirectoryMode'), ['0700']);
  assert.deepEqual(settings('UMask'), ['0077']);
  assert.deepEqual(settings('Environment'), [
    `GATEHOUSE_DATA_DIR=%S/${settings('StateDirectory')[0]}`,
    `GATEHOUSE_MASTER_KEY_FILE=%d/${settings('LoadCredential')[0]?.split(':')[0]}`,
  ]);
});

test('it starts a command that exists, and gives it more time to drain than it takes', async () => {
  const [, command = ''] = /main\.js (.*)$/.exec(settings('ExecStart')[0] ?? '') ?? [];
  assert.equal(commandRefusal(command), null);
  const { shutdown, maxConnections } = await loadConfiguration({ file: null, environment: {}, flags: {} });
  assert.ok(Number(settings('TimeoutStopSec')[0]) * 1000 > shutdown.delayMs + shutdown.graceMs);
  assert.ok(Number(settings('LimitNOFILE')[0]) > maxConnections);
});
