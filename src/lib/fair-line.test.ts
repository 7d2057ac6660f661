// Slots, turns and refusals, with a clock that the test moves.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Caller } from './caller.ts';
import { FairLine, type Place, TurnedAway } from './fair-line.ts';

function createLine(slots: number, budgetMs: number) {
  let elapsed = 0;
  const clock = { now: () => elapsed, monotonic: () => elapsed, sleep: async () => {} };
  const waits: string[] = [];
  const line = new FairLine({ slots, budgetMs, clock, onWait: (outcome) => waits.push(outcome) });
  /** Tasks at work by name, in the order in which they began; calling one ends it. */
  const atWork = new Map<string, () => void>();
  /** How each one ended that did not begin: the reason. */
  const turnedAway = new Map<string, string>();
  const run = (name: string, place: Place): void => {
    const ended = place.run(
      () =>
        new Promise<void>((resolve) => {
          atWork.set(name, () => {
            atWork.delete(name);
            resolve();
          });
        }),
    );
    ended.catch((error: unknown) => turnedAway.set(name, reasonOf(error)));
  };
  return {
    line,
    waits,
    atWork,
    turnedAway,
    run,
    /** Somebody of this group and member comes and asks for a slot; the reason when turned away. */
    come: (name: string, group: string, member = group, caller?: Caller): string | null => {
      try {
        run(name, line.enter({ group, member }, caller));
        return null;
      } catch (error) {
        return reasonOf(error);
      }
    },
    /** The task that is at work longest ends after this long, and the next one begins. */
    end: async (tookMs: number): Promise<string> => {
      elapsed += tookMs;
      const [[name, finish] = ['', () => {}]] = atWork;
      finish();
      await new Promise((resolve) => setImmediate(resolve));
      return name;
    },
  };
}

function reasonOf(error: unknown): string {
  assert.ok(error instanceof TurnedAway, String(error));
  return error.reason;
}

test('no more tasks run at once than there are slots, and the next begins when one ends', async () => {
  const { come, atWork, end, line } = createLine(2, 1000);
  for (const name of ['a', 'b', 'c', 'd']) assert.equal(come(name, 'client'), null);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([...atWork.keys()], ['a', 'b']);
  assert.deepEqual(line.state, { slots: 2, busy: 2, waiting: 2 });
  await end(10);
  assert.deepEqual([...atWork.keys()], ['b', 'c']);
  await end(10);
  await end(10);
  await end(10);
  assert.deepEqual(line.state, { slots: 2, busy: 0, waiting: 0 });
});

test('whoever would wait longer than the budget is turned away on arrival, and told when the line will be worked off [T-19]', () => {
  // The first guess is 50 ms a task, so two slots work off twenty in half a second.
  const { come, line } = createLine(2, 500);
  const outcomes = Array.from({ length: 24 }, (_, index) => come(`t${index}`, 'client'));
  assert.deepEqual(
    outcomes.slice(0, 22),
    Array.from({ length: 22 }, () => null),
  );
  assert.deepEqual(outcomes.slice(22), ['full', 'full']);
  assert.throws(
    () => line.enter({ group: 'client', member: 'client' }),
    (error: TurnedAway) => error.retryAfterMs === 550,
  );
});

test('what a task takes now decides how many are let in', async () => {
  const { come, end, line } = createLine(1, 1000);
  for (let index = 0; index < 60; index += 1) {
    come(`t${index}`, 'client');
    await new Promise((resolve) => setImmediate(resolve));
    await end(100);
  }
  let letIn = 0;
  while (come(`more ${letIn}`, 'client') === null) letIn += 1;
  assert.equal(line.state.waiting, 10);
});

test('when tasks take longer than was thought, the newest in line are turned away at once [T-19]', async () => {
  const { come, end, turnedAway, line } = createLine(1, 1000);
  for (let index = 0; index < 21; index += 1) {
    assert.equal(come(`t${index}`, 'client'), null);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await end(1050);
  // Twenty of 50 ms fit into a second, so a twentieth of the rest counts and makes 100: ten fit, and twelve are borne with.
  assert.equal(line.state.waiting, 12 - 1);
  assert.equal(turnedAway.get('t20'), 'displaced');
  assert.equal(turnedAway.get('t13'), 'displaced');
  assert.equal(turnedAway.has('t12'), false);
});

test('slots go round between clients, and inside a client between addresses, whoever sends more [T-19]', async () => {
  const { come, end, atWork } = createLine(1, 10_000);
  come('first', 'flood', 'x');
  await new Promise((resolve) => setImmediate(resolve));
  for (let index = 0; index < 6; index += 1) come(`flood ${index}`, 'flood', 'x');
  come('same client', 'flood', 'y');
  come('small 0', 'small', 'z');
  come('small 1', 'small', 'z');
  const order: string[] = [];
  while (atWork.size > 0) order.push(await end(1));
  assert.deepEqual(order.slice(1, 6), ['flood 0', 'small 0', 'same client', 'small 1', 'flood 1']);
});

test('when the line is full, one with fewer in it takes the place of the newest of the one with most [T-19]', async () => {
  const { come, end, atWork, turnedAway } = createLine(1, 250);
  come('first', 'flood', 'x');
  await new Promise((resolve) => setImmediate(resolve));
  for (let index = 0; index < 5; index += 1) assert.equal(come(`flood ${index}`, 'flood', 'x'), null);
  assert.equal(come('more of the flood', 'flood', 'x'), 'full');
  assert.equal(come('another address', 'flood', 'y'), null);
  assert.equal(come('another client', 'small', 'z'), null);
  const order: string[] = [];
  while (atWork.size > 0) order.push(await end(1));
  assert.deepEqual(order.toSorted(), ['another address', 'another client', 'first', 'flood 0', 'flood 1', 'flood 2']);
  assert.equal(turnedAway.get('flood 4'), 'displaced');
  assert.equal(turnedAway.get('flood 3'), 'displaced');
});

test('one client that is flooded from many addresses does not keep another one out [T-19]', async () => {
  const { come } = createLine(1, 250);
  for (let index = 0; index < 6; index += 1) come(`bot ${index}`, 'flooded', `address ${index}`);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(come('bot', 'flooded', 'address 9'), 'full');
  assert.equal(come('somebody', 'quiet', 'address 0'), null);
});

test('one whose turn comes well after the budget is turned away instead of served', async () => {
  const { come, end, turnedAway } = createLine(1, 100);
  come('a', 'client');
  await new Promise((resolve) => setImmediate(resolve));
  come('b', 'client');
  await end(126);
  assert.equal(turnedAway.get('b'), 'late');
});

test('one who has gone leaves the line, and is never started', async () => {
  const { come, end, turnedAway, line, waits } = createLine(1, 1000);
  const caller = new Caller();
  come('a', 'client');
  await new Promise((resolve) => setImmediate(resolve));
  come('b', 'client', 'client', caller);
  come('c', 'client');
  caller.leave();
  assert.equal(line.state.waiting, 1);
  assert.equal(await end(1), 'a');
  assert.equal(await end(1), 'c');
  assert.equal(turnedAway.get('b'), 'gone');
  assert.deepEqual(waits.toSorted(), ['admitted', 'admitted', 'gone']);
});

test('one who went before the line was reached is turned away too', async () => {
  const { come, turnedAway } = createLine(1, 1000);
  const caller = new Caller();
  caller.leave();
  assert.equal(come('b', 'client', 'client', caller), null);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(turnedAway.get('b'), 'gone');
});

test('a place that is given up makes room, and one that was used cannot be given up', async () => {
  const { line, run, end } = createLine(1, 100);
  const party = { group: 'client', member: 'client' };
  const places = [line.enter(party), line.enter(party)];
  assert.equal(line.state.waiting, 2);
  assert.throws(() => line.enter(party), TurnedAway);
  places[0]?.leave();
  assert.equal(line.state.waiting, 1);
  const [, second] = places;
  assert.ok(second);
  run('second', second);
  await new Promise((resolve) => setImmediate(resolve));
  second.leave();
  assert.deepEqual(line.state, { slots: 1, busy: 1, waiting: 0 });
  assert.equal(await end(1), 'second');
});

test('without a budget nobody is turned away', () => {
  const { come } = createLine(1, Infinity);
  for (let index = 0; index < 20_000; index += 1) if (come(`t${index}`, 'client') !== null) assert.fail(String(index));
});

test('a task that fails gives its slot back', async () => {
  const { line, come, atWork } = createLine(1, 1000);
  await assert.rejects(
    line.enter({ group: 'client', member: 'client' }).run(async () => {
      throw new Error('broken');
    }),
    /broken/,
  );
  come('next', 'client');
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([...atWork.keys()], ['next']);
});

test('what somebody who comes now would wait is known', async () => {
  const { come, end, line } = createLine(2, 1000);
  assert.equal(line.expectedWaitMs, 0);
  for (const name of ['first', 'second', 'third', 'fourth', 'fifth']) come(name, name);
  // Three stand in line for two slots, and a task is thought to take 50 ms.
  assert.equal(line.expectedWaitMs, 75);
  await new Promise((resolve) => setImmediate(resolve));
  await end(50);
  assert.equal(line.expectedWaitMs, 50);
});
