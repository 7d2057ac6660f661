// Work that becomes due in a table, looked for now and then and done side by side: what takes long keeps only itself waiting.
// The senders of mails and of log events are made of it.
import type { Clock } from './clock.ts';
import type { Logger } from './logger.ts';

interface Settings<Item> {
  readonly clock: Clock;
  readonly logger: Logger;
  /** How much of it is done at once. */
  readonly most: number;
  /** Milliseconds from one look to the next. */
  readonly everyMs: number;
  /** What is due; what is under way already may be among it. */
  readonly listDue: () => Promise<readonly Item[]>;
  /** By what one is known while it is under way. */
  readonly keyOf: (item: Item) => string;
  /** Does it; never rejects. */
  readonly work: (item: Item, signal: AbortSignal) => Promise<void>;
  /** What the log says when `listDue` fails. */
  readonly complaint: string;
}

export interface DueWork {
  /** Works until the signal aborts; resolves when nothing is under way any more, or when that takes too long. */
  run(signal: AbortSignal): Promise<void>;
  /** Does everything that is due once. */
  runDue(signal?: AbortSignal): Promise<void>;
}

/** How long the end of a server waits for what is under way. */
const LAST_WAIT_MS = 5000;

/** Builds it. */
export function createDueWork<Item>(settings: Settings<Item>): DueWork {
  const { clock, logger, most, everyMs, listDue, keyOf, work, complaint } = settings;
  const underWay = new Map<string, Promise<void>>();

  async function look(signal: AbortSignal): Promise<void> {
    const free = (await listDue()).filter((item) => !underWay.has(keyOf(item)));
    for (const item of free.slice(0, most - underWay.size)) {
      const key = keyOf(item);
      underWay.set(
        key,
        work(item, signal).finally(() => underWay.delete(key)),
      );
    }
  }

  return {
    async runDue(signal = new AbortController().signal) {
      await look(signal);
      await Promise.all(underWay.values());
    },
    async run(signal) {
      while (!signal.aborted) {
        try {
          await look(signal);
        } catch (error) {
          // The next look may find the database again.
          logger.warn({ err: error }, complaint);
        }
        // Security: nobody wakes it, or the work that begins with a request would show in the time of the next answer.
        await clock.sleep(everyMs, signal);
      }
      // What takes longer is done again by whoever serves next.
      const done = new AbortController();
      const ending = Promise.all(underWay.values()).finally(() => done.abort());
      await Promise.race([ending, clock.sleep(LAST_WAIT_MS, done.signal)]);
    },
  };
}
