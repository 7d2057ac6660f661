// A log whose reader stops: nothing waits for it, what is dropped is counted and told, and what must not be lost is written
// as soon as somebody reads again.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, read, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { createLineWriter } from '../../src/lib/line-writer.ts';
import { createLogger } from '../../src/lib/logger.ts';

const readSome = promisify(read);

let folder: string;
let pipe: number;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-pipe-'));
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  // For both ends: otherwise opening it waits for somebody else.
  pipe = openSync(path, constants.O_RDWR);
});
after(() => {
  closeSync(pipe);
  rmSync(folder, { recursive: true });
});

test('a full pipe stops neither the loop nor what is logged; debug lines make way first, and all of it is told [F-21]', async () => {
  const writer = createLineWriter(pipe);
  const logger = createLogger('debug', { write: (line) => writer.offer(line) });
  const padding = 'x'.repeat(1000);
  for (let i = 0; i < 700; i += 1) logger.debug({ i, padding }, 'minor');
  const droppedDebug = writer.dropped;
  assert.ok(droppedDebug > 100, 'nobody reads');
  for (let i = 0; i < 700; i += 1) logger.info({ i, padding }, 'major');
  assert.ok(writer.dropped > droppedDebug);
  let isWritten = false;
  const audit = writer.write('an event\n').finally(() => {
    isWritten = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(isWritten, false, 'the loop went on, and the event waits');

  const dropped = writer.dropped;
  let text = '';
  const buffer = Buffer.alloc(65_536);
  while (!text.includes('were dropped')) {
    const { bytesRead } = await readSome(pipe, buffer, 0, buffer.length, null);
    text += buffer.toString('utf8', 0, bytesRead);
  }
  await audit;
  const lines = text.trimEnd().split('\n');
  const told = JSON.parse(lines.at(-1) ?? '') as { level: string; lines: number };
  assert.deepEqual([told.level, told.lines], ['warn', dropped]);
  assert.equal(lines.filter((line) => line === 'an event').length, 1);
  const logged = lines.slice(0, -1).filter((line) => line !== 'an event');
  assert.equal(logged.length + dropped, 1400);
  assert.deepEqual(
    logged.map((line) => (JSON.parse(line) as { msg: string }).msg).filter((msg) => msg !== 'minor' && msg !== 'major'),
    [],
  );
});

test('a reader that is gone costs lines, and is counted', async () => {
  const unwritable = openSync('/dev/null', 'r');
  const writer = createLineWriter(unwritable);
  const logger = createLogger('info', { write: (line) => writer.offer(line) });
  logger.info('nobody hears it');
  await assert.rejects(writer.write('an event\n'));
  assert.equal(writer.dropped, 1);
  writer.flush();
  closeSync(unwritable);
});

test('a process ends although nobody reads what it logged [F-21]', () => {
  const writer = join(import.meta.dirname, '../../src/lib/line-writer.ts');
  const script = `
    import { openSync, constants } from 'node:fs';
    const { createLineWriter } = await import(${JSON.stringify(writer)});
    const writer = createLineWriter(openSync(process.argv[1], constants.O_RDWR));
    for (let i = 0; i < 2000; i += 1) writer.offer('x'.repeat(100));
    process.on('exit', () => writer.flush());`;
  execFileSync(process.execPath, ['--input-type=module', '-e', script, join(folder, 'pipe')], { timeout: 60_000 });
});
