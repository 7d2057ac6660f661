// Lets the event loop go a little ahead. Hashes keep every processor busy; without this the thread that answers everybody
// waits in the same line as they do. More than a little would let a flood of refusals take the processor from the logins.
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { promisify } from 'node:util';

/** How much less the threads that hash are in a hurry (nice). */
const POOL_NICE = 3;
const TASKS = '/proc/self/task';
const POOL_THREAD = 'libuv-worker';

/** Lowers the priority of the pool's threads; does nothing where the system does not let it. */
export async function lowerPoolPriority(): Promise<void> {
  // The pool is made at its first use.
  await promisify(randomBytes)(1);
  try {
    for (const thread of readdirSync(TASKS)) {
      if (readFileSync(`${TASKS}/${thread}/comm`, 'utf8').trim() === POOL_THREAD)
        setPriority(Number(thread), POOL_NICE);
    }
  } catch {
    // Only Linux shows its threads and gives each a priority of its own. Elsewhere the system's own order has to do.
  }
}
