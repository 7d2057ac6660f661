// A fixed number of slots and a line in front of them, for work that the machine can only do so much of at once. Whoever
// would wait longer than the budget is turned away on arrival, not after having waited, and slots are shared out fairly:
// one party that sends a flood takes its own turns, not everybody's.
import type { Caller } from './caller.ts';
import type { Clock } from './clock.ts';
import { Tally } from './tally.ts';
import { withoutStack } from './without-stack.ts';

/** Who stands in line: slots are shared between the groups first, and inside a group between its members. */
export interface Party {
  readonly group: string;
  readonly member: string;
}

/**
 * Why somebody was turned away: `full` on arrival, `displaced` by somebody who had fewer in line, `late` because the budget
 * was well over before a slot was free, `gone` because nobody waits for the answer any more.
 */
export type TurnAwayReason = 'full' | 'displaced' | 'late' | 'gone';

/** Thrown by `enter` and `Place.run`: the task was not started. */
export class TurnedAway extends Error {
  override readonly name = 'TurnedAway';
  readonly reason: TurnAwayReason;
  /** Milliseconds until what stands in line now will have been worked off. */
  readonly retryAfterMs: number;

  constructor(reason: TurnAwayReason, retryAfterMs: number) {
    super(`Turned away: ${reason}.`);
    this.reason = reason;
    this.retryAfterMs = retryAfterMs;
  }
}

/** A place in line, taken by `enter`. It is held until `run` has ended or `leave` was called. */
export interface Place {
  /** Waits for a slot and runs the task in it; throws `TurnedAway` when it never came to that. Once only. */
  run<T>(task: () => Promise<T>): Promise<T>;
  /** Gives the place up; does nothing once `run` was called. */
  leave(): void;
}

interface Settings {
  readonly slots: number;
  /** The longest wait in milliseconds that anybody is let in for; Infinity lets everybody in. */
  readonly budgetMs: number;
  readonly clock: Clock;
  /** Told for everybody who asked for a slot: how it ended, and milliseconds of waiting. */
  readonly onWait?: (outcome: 'admitted' | TurnAwayReason, milliseconds: number) => void;
}

interface Standing extends Party {
  readonly enteredAt: number;
  /** Set once a slot was asked for: starts the task, or turns it away. */
  start: ((refusal: TurnedAway | null) => void) | null;
  refusal: TurnedAway | null;
}

/** What a task is thought to take before the first one was measured. */
const FIRST_GUESS_MS = 50;
/**
 * Who was let in keeps the place a little beyond the budget: the wait is a prediction, and somebody who has waited almost to
 * the end is better served than sent away.
 */
const LENIENCE = 1.25;
/**
 * How much the newest measurement counts: so little that it takes about a budget's worth of tasks to change the prediction.
 * With more, a few slow tasks would turn away those who stand in line; with less, a slower machine would be noticed too late.
 */
const LEAST_WEIGHT = 0.01;
const MOST_WEIGHT = 0.2;
/** However quick the tasks are, no more stand in line. */
const LONGEST_LINE = 10_000;

/** The slots and the line. */
export class FairLine {
  readonly #settings: Settings;
  /** Those who stand in line by group and member; the first group and member are next. */
  readonly #groups = new Map<string, Map<string, Standing[]>>();
  /** How many stand in line by group, and by member whatever the group. */
  readonly #byGroup = new Tally();
  readonly #byMember = new Tally();
  #inLine = 0;
  #busy = 0;
  #taskMs = FIRST_GUESS_MS;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** Slots in all, slots at work, and how many stand in line. */
  get state(): { readonly slots: number; readonly busy: number; readonly waiting: number } {
    return { slots: this.#settings.slots, busy: this.#busy, waiting: this.#inLine };
  }

  /** How many milliseconds somebody who comes now would wait, if let in. */
  get expectedWaitMs(): number {
    return (this.#inLine * this.#taskMs) / this.#settings.slots;
  }

  /** The longest wait in milliseconds that anybody is let in for. */
  get budgetMs(): number {
    return this.#settings.budgetMs;
  }

  /** Takes a place in line; throws `TurnedAway` at once when the wait would be longer than the budget. */
  enter(party: Party, caller?: Caller): Place {
    if (this.#inLine >= this.#mostInLine && !this.#displaceFor(party)) throw this.#turnedAway('full', null);
    const standing: Standing = { ...party, enteredAt: this.#settings.clock.monotonic(), start: null, refusal: null };
    this.#add(standing);
    const listen = (listener: (() => void) | null) => {
      if (caller) caller.onGone = listener;
    };
    listen(() => this.#turnAway(standing, 'gone'));
    return {
      run: async (task) => {
        try {
          await this.#waitForSlot(standing);
        } finally {
          listen(null);
        }
        return this.#work(task);
      },
      leave: () => {
        listen(null);
        if (standing.start === null) this.#remove(standing);
      },
    };
  }

  get #mostInLine(): number {
    const { slots, budgetMs } = this.#settings;
    if (budgetMs === Infinity) return Infinity;
    return Math.min(LONGEST_LINE, Math.floor((budgetMs * slots) / Math.max(this.#taskMs, 1)));
  }

  get #weight(): number {
    const { slots, budgetMs } = this.#settings;
    return Math.min(MOST_WEIGHT, Math.max(LEAST_WEIGHT, this.#taskMs / (budgetMs * slots)));
  }

  async #waitForSlot(standing: Standing): Promise<void> {
    if (standing.refusal) throw standing.refusal;
    const admitted = new Promise<void>((resolve, reject) => {
      standing.start = (refusal) => (refusal ? reject(refusal) : resolve());
    });
    this.#startNext();
    await admitted;
  }

  async #work<T>(task: () => Promise<T>): Promise<T> {
    const { clock } = this.#settings;
    const startedAt = clock.monotonic();
    try {
      return await task();
    } finally {
      this.#taskMs += this.#weight * (clock.monotonic() - startedAt - this.#taskMs);
      this.#busy -= 1;
      // Tasks take longer than was thought: the newest ones hear so now instead of waiting in vain.
      while (this.#inLine > this.#mostInLine * LENIENCE && this.#displaceNewest(() => true)) continue;
      this.#startNext();
    }
  }

  #startNext(): void {
    const { slots, budgetMs, clock, onWait } = this.#settings;
    while (this.#busy < slots) {
      const next = this.#takeNext();
      if (!next) return;
      const waited = clock.monotonic() - next.enteredAt;
      if (waited > budgetMs * LENIENCE) {
        next.start?.(this.#turnedAway('late', next));
        continue;
      }
      this.#busy += 1;
      onWait?.('admitted', waited);
      next.start?.(null);
    }
  }

  /** The next one that asked for a slot; its member and its group go to the end of their lines. */
  #takeNext(): Standing | null {
    for (const [group, members] of this.#groups) {
      for (const [member, line] of members) {
        const index = line.findIndex((standing) => standing.start !== null);
        const standing = line[index];
        if (!standing) continue;
        members.delete(member);
        members.set(member, line);
        this.#groups.delete(group);
        this.#groups.set(group, members);
        this.#remove(standing);
        return standing;
      }
    }
    return null;
  }

  /**
   * Makes room for somebody who has fewer in line than another: first between members (one address that floods through
   * many clients), then between groups (one client that is flooded from many addresses). False when nobody has more.
   */
  #displaceFor({ group, member }: Party): boolean {
    if (this.#byMember.most > this.#byMember.of(member) + 1) {
      const longest = this.#byMember.keyOfMost();
      return this.#displaceNewest((standing) => standing.member === longest);
    }
    if (this.#byGroup.most > this.#byGroup.of(group) + 1) {
      const longest = this.#byGroup.keyOfMost();
      return this.#displaceNewest((standing) => standing.group === longest);
    }
    return false;
  }

  #displaceNewest(isMeant: (standing: Standing) => boolean): boolean {
    let newest: Standing | null = null;
    for (const members of this.#groups.values()) {
      for (const line of members.values()) {
        const last = line.at(-1);
        if (last && isMeant(last) && (newest === null || last.enteredAt >= newest.enteredAt)) newest = last;
      }
    }
    if (newest) this.#turnAway(newest, 'displaced');
    return newest !== null;
  }

  #turnAway(standing: Standing, reason: TurnAwayReason): void {
    if (!this.#remove(standing)) return;
    standing.refusal = this.#turnedAway(reason, standing);
    standing.start?.(standing.refusal);
  }

  #turnedAway(reason: TurnAwayReason, standing: Standing | null): TurnedAway {
    const { slots, clock, onWait } = this.#settings;
    onWait?.(reason, standing ? clock.monotonic() - standing.enteredAt : 0);
    const retryAfterMs = ((this.#inLine + this.#busy) * this.#taskMs) / slots;
    return withoutStack(() => new TurnedAway(reason, retryAfterMs));
  }

  #add(standing: Standing): void {
    const members = this.#groups.get(standing.group) ?? new Map<string, Standing[]>();
    const line = members.get(standing.member) ?? [];
    line.push(standing);
    members.set(standing.member, line);
    this.#groups.set(standing.group, members);
    this.#byGroup.add(standing.group);
    this.#byMember.add(standing.member);
    this.#inLine += 1;
  }

  /** False when it stands in line no more. */
  #remove(standing: Standing): boolean {
    const members = this.#groups.get(standing.group);
    const line = members?.get(standing.member);
    const index = line?.indexOf(standing) ?? -1;
    if (!members || !line || index < 0) return false;
    line.splice(index, 1);
    if (line.length === 0) members.delete(standing.member);
    if (members.size === 0) this.#groups.delete(standing.group);
    this.#byGroup.remove(standing.group);
    this.#byMember.remove(standing.member);
    this.#inLine -= 1;
    return true;
  }
}
