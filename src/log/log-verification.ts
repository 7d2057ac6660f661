// Looks whether the log is still what was sealed: which events were changed, removed or put in, and which seals. Reads all of
// it, so it is for the command line.
import { equalInConstantTime } from '../lib/constant-time.ts';
import type { Sql } from '../storage/database.ts';
import type { TenantId } from '../tenant/tenant.ts';
import {
  digestOf,
  erasureMarkOf,
  type LogErasure,
  type LogSeal,
  linkOf,
  NO_LINK,
  prunedMarkOf,
  readEntries,
  type SealedEvent,
} from './log-seal.ts';
import type { LogSealStore } from './log-seal-store.ts';

/** What was found of a tenant's log. */
export interface LogFindings {
  readonly seals: number;
  readonly events: number;
  /** Events from which the name of a deleted user was taken out. */
  readonly erased: number;
  /** Events that are not sealed yet. */
  readonly unsealed: number;
  /** The end of the chain, `number:link`, to be kept elsewhere; null without one. */
  readonly head: string | null;
  /** One sentence for each thing that is not as it was sealed, at most so many. */
  readonly problems: readonly string[];
}

interface Wish {
  readonly tenantId: TenantId;
  /** Leaves out seals whose events are all older, in milliseconds since 1970 UTC; null looks at all. */
  readonly since: number | null;
  /** A head that was kept elsewhere; null for none. */
  readonly head: string | null;
}

const SEALS_AT_ONCE = 20;
const EVENTS_AT_ONCE = 500;
const MOST_PROBLEMS = 100;
const BEGINNING = Number.MIN_SAFE_INTEGER;
const END = Number.MAX_SAFE_INTEGER;

/** Looks at the log of a tenant, on a snapshot; `onSeal` is told of each seal that was looked at. */
export async function verifyLog(
  logSeals: LogSealStore,
  sql: Sql,
  { tenantId, since, head }: Wish,
  onSeal: (number: number) => void = () => {},
): Promise<LogFindings> {
  const problems: string[] = [];
  const tell = (problem: string) => {
    if (problems.length < MOST_PROBLEMS) problems.push(problem);
  };
  const chain = await logSeals.findChain(sql);
  const counts = { seals: 0, events: 0, erased: 0, unsealed: 0 };
  const skipped = since === null ? 0 : await logSeals.numberBefore(tenantId, since, sql);
  let previous: LogSeal | null = null;
  let headSeen = head === null;

  /** The events between two positions, the lower one left out. */
  async function* eventsIn(after: number, upTo: number): AsyncGenerator<SealedEvent> {
    for (let at = after; ; ) {
      const page: SealedEvent[] = await logSeals.listEvents(tenantId, { after: at, upTo }, EVENTS_AT_ONCE, sql);
      yield* page;
      const last = page.at(-1);
      if (!last || page.length < EVENTS_AT_ONCE) return;
      at = last.position;
    }
  }

  function checkLink(seal: LogSeal, key: Buffer): void {
    if (previous === null) {
      // The first one there is: the very first, the mark of what was pruned, or what `since` begins behind.
      if (seal.number === 1) checkAgainst(NO_LINK, seal, key);
      else if (seal.prunedMark === null && skipped === 0) tell(`the seals before ${seal.number} are missing`);
    } else {
      if (seal.number !== previous.number + 1)
        tell(`the seals between ${previous.number} and ${seal.number} are missing`);
      else checkAgainst(previous.link, seal, key);
    }
    if (seal.prunedMark !== null && seal.prunedMark !== prunedMarkOf(key, seal)) {
      tell(`seal ${seal.number} says that its events were pruned, and they were not`);
    }
  }

  function checkAgainst(link: string, seal: LogSeal, key: Buffer): void {
    if (linkOf(key, link, seal) !== seal.link)
      tell(`seal ${seal.number} was changed, or does not follow the one before`);
  }

  async function checkEvents(seal: LogSeal, key: Buffer): Promise<void> {
    const entries = new Map(readEntries(seal).map(({ position, digest }) => [position, digest]));
    const erasures = new Map(
      (await logSeals.listErasures(tenantId, seal.firstPosition, seal.lastPosition, sql)).map((one) => [
        one.position,
        one,
      ]),
    );
    for await (const event of eventsIn(endOf(previous), seal.lastPosition)) {
      counts.events += 1;
      const sealed = entries.get(event.position);
      entries.delete(event.position);
      const found = digestOf(key, event);
      if (sealed === undefined)
        tell(`event ${event.logId} was put in, at position ${event.position} (seal ${seal.number})`);
      else if (isErased(key, erasures.get(event.position), sealed, found)) counts.erased += 1;
      else if (sealed !== found)
        tell(`event ${event.logId} was changed, at position ${event.position} (seal ${seal.number})`);
    }
    for (const position of entries.keys()) tell(`the event at position ${position} was removed (seal ${seal.number})`);
  }

  function isErased(key: Buffer, erasure: LogErasure | undefined, sealed: string, found: string): boolean {
    if (!erasure) return false;
    const expected = [sealed, found, erasureMarkOf(key, tenantId, erasure.position, sealed, found)];
    return equalInConstantTime([erasure.digest, erasure.erasedDigest, erasure.mark].join(' '), expected.join(' '));
  }

  if (chain) {
    for (let after = Math.max(0, skipped - 1); ; ) {
      const seals = await logSeals.listAfter(tenantId, after, SEALS_AT_ONCE, sql);
      for (const seal of seals) {
        checkLink(seal, chain.key);
        const isLookedAt = seal.number > skipped;
        if (seal.prunedMark !== null) {
          for await (const event of eventsIn(BEGINNING, seal.lastPosition))
            tell(`event ${event.logId} was put in, before what was pruned`);
        } else if (isLookedAt) await checkEvents(seal, chain.key);
        if (`${seal.number}:${seal.link}` === head) headSeen = true;
        if (isLookedAt) counts.seals += 1;
        previous = seal;
        onSeal(seal.number);
      }
      if (seals.length < SEALS_AT_ONCE) break;
      after = seals.at(-1)?.number ?? after;
    }
  }
  const end: LogSeal | null = previous;
  for await (const event of eventsIn(endOf(end), END)) {
    counts.unsealed += 1;
    if (chain && event.position <= chain.sealedThrough)
      tell(`event ${event.logId} was put in, or its seal was removed`);
  }
  if (!headSeen) tell(`the head ${head} is not in the chain: seals were removed, or it was made anew`);
  return { ...counts, head: end === null ? null : headOf(end), problems };
}

function endOf(seal: LogSeal | null): number {
  return seal?.lastPosition ?? BEGINNING;
}

function headOf({ number, link }: LogSeal): string {
  return `${number}:${link}`;
}
