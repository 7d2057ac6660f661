// Customer code, run where it can hurt nobody: so many runs at a time, in processes that are killed at their deadline. One
// tenant never takes all of the places, and whoever would wait too long is turned away on arrival.
import type { Caller } from '../lib/caller.ts';
import type { Clock } from '../lib/clock.ts';
import { FairLine, type Party } from '../lib/fair-line.ts';
import { type FetchForGuest, NO_HOSTS } from './guest-fetch.ts';
import { createSandboxProcesses } from './sandbox-processes.ts';
import { readResult, type ScriptOrder, type ScriptOutcome } from './script.ts';

interface Settings {
  /** Most processes, and most runs at a time. */
  readonly most: number;
  /** The longest wait in milliseconds for a place. */
  readonly budgetMs: number;
  readonly clock: Clock;
  /** Sends requests of scripts to other servers; null where they may reach none. */
  readonly fetch: FetchForGuest | null;
}

/** Whose code it is, and for whom it runs: the runs of a tenant take turns between the members. */
interface Owner {
  readonly tenant: string;
  readonly member: string;
}

export interface Sandbox {
  /**
   * Runs the order; whatever it does, that is an outcome. Throws `TurnedAway` when too many wait, and `SandboxUnavailable` when
   * no process can be had.
   */
  run(owner: Owner, order: ScriptOrder, caller?: Caller): Promise<ScriptOutcome>;
  /** Ends the processes. */
  close(): Promise<void>;
}

/** Milliseconds on the clock for each script of a run that asks nobody, and for a run in all. */
const SCRIPT_DEADLINE_MS = 1000;
const RUN_DEADLINE_MS = 5000;

/** Builds it; the first run starts a process. */
export function createSandbox({ most, budgetMs, clock, fetch }: Settings): Sandbox {
  const processes = createSandboxProcesses(most);
  const total = new FairLine({ slots: most, budgetMs, clock });
  const ofTenants = new Map<string, FairLine>();

  /** Security: half of the places, so that scripts of one tenant that never end leave the others theirs. */
  function lineOf(tenant: string): FairLine {
    const known = ofTenants.get(tenant);
    if (known) return known;
    const line = new FairLine({ slots: Math.max(1, Math.floor(most / 2)), budgetMs, clock });
    ofTenants.set(tenant, line);
    return line;
  }

  async function runNow(tenant: string, order: ScriptOrder): Promise<ScriptOutcome> {
    // Other servers take their time.
    const deadline = fetch ? RUN_DEADLINE_MS : Math.min(order.scripts.length * SCRIPT_DEADLINE_MS, RUN_DEADLINE_MS);
    const answer = await processes.run(tenant, order, deadline, fetch ?? (async () => NO_HOSTS));
    if (answer === 'killed') return { ...NOTHING, end: 'killed' };
    if (answer === 'ended') return NOTHING;
    const { end, at, verdict, console } = answer;
    try {
      return { end, at, verdict, result: readResult(answer.result), console };
    } catch {
      return NOTHING;
    }
  }

  return {
    async run({ tenant, member }, order, caller) {
      const party: Party = { group: member, member };
      return lineOf(tenant)
        .enter(party, caller)
        .run(() => total.enter({ group: tenant, member }, caller).run(() => runNow(tenant, order)));
    },
    close: () => processes.close(),
  };
}

const NOTHING: ScriptOutcome = { end: 'broken', at: 0, verdict: '', result: null, console: [] };
