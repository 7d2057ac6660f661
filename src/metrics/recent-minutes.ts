// What this node saw in each of the last sixty minutes, kept in memory in a fixed size: the logins of each tenant, and how
// long logins stood in the line for hashes. Told where metrics are told; read by the health endpoint.
import { LRUCache } from 'lru-cache';
import type { Clock } from '../lib/clock.ts';
import type { TurnAwayReason } from '../lib/fair-line.ts';
import type { RequestOutcome } from './metrics.ts';

/** One minute. Times are in milliseconds, at most a fifth too long, and null when there were none. */
export interface RecentMinute {
  /** When it began, in milliseconds since 1970 UTC. */
  readonly at: number;
  /** The tenant's password grants that were answered with tokens, by this node. */
  readonly logins: number;
  /** Those that were refused. */
  readonly failures: number;
  /** Those that nobody looked at: too many, or nobody there to answer. */
  readonly turnedAway: number;
  /** From reading a login of the tenant to its answer. */
  readonly tookMsP50: number | null;
  /** Waits of everybody who got a hash slot: the line does not know tenants. */
  readonly queueWaitMsP50: number | null;
  readonly queueWaitMsP99: number | null;
}

/** Every method returns at once and never throws. */
export interface RecentMinutes {
  /** A password grant of this tenant has been answered. */
  login(tenantId: string, outcome: RequestOutcome, milliseconds: number): void;
  /** Somebody asked for a hash slot; only those who got one are remembered. */
  hashWait(outcome: 'admitted' | TurnAwayReason, milliseconds: number): void;
  /** Sixty of them, the oldest first; the last one is still going on. */
  list(tenantId: string): readonly RecentMinute[];
}

const MINUTE_MS = 60_000;
const MINUTES = 60;
// Security: bounds the memory, whatever there are of tenants: some fifteen kilobytes for each.
const MOST_TENANTS = 256;

/** Durations are counted in steps, four to each doubling; the first one is below a millisecond, the last beyond 20 s. */
const STEPS_PER_DOUBLING = 4;
const STEPS = 60;

const LOGINS = 0;
const FAILURES = 1;
const TURNED_AWAY = 2;
const OUTCOMES = 3;

const TURNING_AWAY: ReadonlySet<RequestOutcome> = new Set([
  'temporarily_unavailable',
  'too_many_attempts',
  'too_many_logins',
  'too_many_requests',
]);

/** Counts in cells, anew in each minute. */
class MinuteRing {
  readonly #width: number;
  readonly #minutes = new Float64Array(MINUTES).fill(Number.NaN);
  readonly #cells: Uint32Array;

  constructor(width: number) {
    this.#width = width;
    this.#cells = new Uint32Array(MINUTES * width);
  }

  add(minute: number, cell: number): void {
    const slot = minute % MINUTES;
    const start = slot * this.#width;
    if (this.#minutes[slot] !== minute) {
      this.#minutes[slot] = minute;
      this.#cells.fill(0, start, start + this.#width);
    }
    this.#cells[start + cell] = (this.#cells[start + cell] ?? 0) + 1;
  }

  /** The cells of that minute; null when nothing was counted in it. */
  find(minute: number): Uint32Array | null {
    const slot = minute % MINUTES;
    if (this.#minutes[slot] !== minute) return null;
    return this.#cells.subarray(slot * this.#width, (slot + 1) * this.#width);
  }
}

/** Builds it; nothing was seen yet. */
export function createRecentMinutes(clock: Clock): RecentMinutes {
  const byTenant = new LRUCache<string, MinuteRing>({ max: MOST_TENANTS });
  const waits = new MinuteRing(STEPS);
  const thisMinute = () => Math.floor(clock.now() / MINUTE_MS);

  function ringOf(tenantId: string): MinuteRing {
    const known = byTenant.get(tenantId);
    if (known) return known;
    const made = new MinuteRing(OUTCOMES + STEPS);
    byTenant.set(tenantId, made);
    return made;
  }

  return {
    login(tenantId, outcome, milliseconds) {
      const ring = ringOf(tenantId);
      const minute = thisMinute();
      ring.add(minute, outcome === 'success' ? LOGINS : TURNING_AWAY.has(outcome) ? TURNED_AWAY : FAILURES);
      ring.add(minute, OUTCOMES + stepOf(milliseconds));
    },
    hashWait(outcome, milliseconds) {
      if (outcome === 'admitted') waits.add(thisMinute(), stepOf(milliseconds));
    },
    list(tenantId) {
      const ring = byTenant.peek(tenantId);
      const first = thisMinute() - MINUTES + 1;
      return Array.from({ length: MINUTES }, (_, index) => {
        const minute = first + index;
        const seen = ring?.find(minute);
        const waited = waits.find(minute);
        return {
          at: minute * MINUTE_MS,
          logins: seen?.[LOGINS] ?? 0,
          failures: seen?.[FAILURES] ?? 0,
          turnedAway: seen?.[TURNED_AWAY] ?? 0,
          tookMsP50: quantileOf(seen?.subarray(OUTCOMES), 0.5),
          queueWaitMsP50: quantileOf(waited, 0.5),
          queueWaitMsP99: quantileOf(waited, 0.99),
        };
      });
    },
  };
}

function stepOf(milliseconds: number): number {
  if (milliseconds < 1) return 0;
  return Math.min(STEPS - 1, 1 + Math.ceil(Math.log2(milliseconds) * STEPS_PER_DOUBLING));
}

/** The upper end of the step in which the quantile lies. */
function quantileOf(steps: Uint32Array | null | undefined, quantile: number): number | null {
  const total = steps?.reduce((sum, count) => sum + count, 0) ?? 0;
  if (!steps || total === 0) return null;
  let left = Math.ceil(total * quantile);
  const step = steps.findIndex((count) => (left -= count) <= 0);
  return step === 0 ? 0 : Math.round(2 ** ((step - 1) / STEPS_PER_DOUBLING));
}
