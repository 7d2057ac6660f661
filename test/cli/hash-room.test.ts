// Hash slots that do not fit into the machine are refused before the first hash, with words that say what to set.
import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { test } from 'node:test';
import { hashRoomProblem, readRoom } from '../../src/cli/hash-room.ts';
import { loadConfiguration } from '../../src/config/load-config.ts';
import { openCommandLine } from '../support/command-line.ts';

const MIB = 1024 * 1024;

async function configured(slots: number, memoryKib = 19_456) {
  return loadConfiguration({ file: null, environment: {}, flags: { hash_slots: slots, hash_memory_kib: memoryKib } });
}

test('slots whose hashes fit into the memory and leave threads for the rest are no problem', async () => {
  assert.equal(hashRoomProblem(await configured(4), { memoryLimit: null, poolThreads: 8 }), null);
  assert.equal(hashRoomProblem(await configured(4), { memoryLimit: 236 * MIB, poolThreads: 6 }), null);
});

test('slots times memory beyond the limit of the container is a problem', async () => {
  const problem = hashRoomProblem(await configured(4), { memoryLimit: 235 * MIB, poolThreads: 8 });
  assert.match(
    String(problem),
    /^4 hash slots of 19 MiB need about 236 MiB in all, and .* 235 MiB: .* hash_slots lower\.$/,
  );
});

test('slots that take the whole thread pool are a problem', async () => {
  const problem = hashRoomProblem(await configured(7), { memoryLimit: null, poolThreads: 8 });
  assert.match(String(problem), /leave too few of the 8 threads .* UV_THREADPOOL_SIZE to 11\.$/);
});

test('the size of the thread pool is read as the pool reads it', () => {
  const threads = ['12', '12 threads', '', 'many', '0', '5000'].map(
    (size) => readRoom({ UV_THREADPOOL_SIZE: size }).poolThreads,
  );
  assert.deepEqual([...threads, readRoom({}).poolThreads], [12, 12, 1, 1, 1, 1024, 4]);
});

test('without a number there are twice as many slots as processors', async () => {
  assert.equal((await configured(0)).hashing.slots, 2 * availableParallelism());
});

test('serve refuses slots that do not fit, and doctor says so', async () => {
  const line = await openCommandLine({ GATEHOUSE_HASH_SLOTS: '100' });
  const { code, stderr } = await line.run(['serve']);
  assert.equal(code, 1);
  assert.match(stderr, /100 hash slots/);
  const doctor = await line.run(['doctor']);
  assert.match(doctor.stdout, /hash slots.*100 hash slots/);
  await line.close();
});
