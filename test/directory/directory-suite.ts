// What every directory driver must do, whatever it speaks to: a driver is done when this passes. A file of each driver says
// how its directory is started, who is in it, and how it is made slow or taken down.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { DirectoryOutcome } from '../../src/directory/directory.ts';
import type { RejectionReason } from '../../src/error/refusal-reason.ts';

/** Somebody whose password is right, and whom the directory refuses all the same. */
export type State = 'locked' | 'disabled' | 'expired' | 'must-change';

/** A directory, with its driver as a server has it. */
export interface DirectoryUnderTest {
  /** One login; the driver is the same one every time. */
  ask(identifier: string, password: string): Promise<DirectoryOutcome>;
  /** How often the directory was told a password so far; null where only the directory itself could say. */
  passwordsHeard(): number | null;
  /** Null for our own database, whose outage is that of the whole server. */
  readonly network: Network | null;
  stop(): Promise<void>;
}

/** What can happen to a directory on the other side of a network. */
interface Network {
  /** From now on it answers nothing; the driver waits only shortly for it. */
  stall(): Promise<void> | void;
  /** From now on nobody is there. */
  takeDown(): Promise<void> | void;
  /** From now on it answers again, where it answered before. */
  bringBack(): Promise<void> | void;
  /** Moves the driver's clock. */
  advance(milliseconds: number): void;
}

interface Person {
  readonly name: string;
  readonly password: string;
}

export interface Conformance {
  /** True for a directory behind a network. */
  readonly isRemote: boolean;
  /** Why it cannot be had on this machine; false where it can. */
  readonly skip: string | false;
  readonly start: () => Promise<DirectoryUnderTest>;
  readonly good: Person;
  /** People with odd characters in name or password. */
  readonly odd: readonly Person[];
  /** Names like patterns, of nobody; the password is that of `good`. */
  readonly patterns: readonly string[];
  /** Why the directory says no to nobody it knows; some do not tell it from a wrong password. */
  readonly unknown: RejectionReason;
  /** The reasons for people in each state; null where the directory has no such state, or where it is not the driver's to see. */
  readonly states: Readonly<Record<State, (Person & { readonly reason: RejectionReason }) | null>>;
}

/** Names that servers may compare with `ada` and find equal, of which there would be no end. */
export const SPELLINGS_OF_ADA = [
  'ada\u0000',
  'ada\u0000x',
  'a\u00adda',
  'ad\u200da',
  '\u034fada',
  'ada\ufe0f',
  'ada\t',
];

/** What the breaker rests, and a server that was seen to be down. */
const LONGEST_REST_MS = 31_000;
const FAILURES_TO_OPEN = 5;

/** Tests that the driver conforms. */
export function conforms(driver: string, conformance: Conformance): void {
  const { isRemote, skip, start, good, odd, patterns, unknown, states } = conformance;
  const named = (what: string) => `${driver}: ${what}`;
  let directory: DirectoryUnderTest;
  before(async () => {
    if (skip === false) directory = await start();
  });
  after(async () => {
    if (skip === false) await directory.stop();
  });

  async function accepted({ name, password }: Person): Promise<string> {
    const outcome = await directory.ask(name, password);
    assert.equal(outcome.kind, 'accepted', `${name}: ${JSON.stringify(outcome)}`);
    const id = outcome.kind === 'accepted' ? outcome.account.identityId : '';
    assert.notEqual(id, '');
    return id;
  }
  async function rejected(name: string, password: string): Promise<RejectionReason> {
    const outcome = await directory.ask(name, password);
    assert.equal(outcome.kind, 'rejected', `${name}: ${JSON.stringify(outcome)}`);
    return outcome.kind === 'rejected' ? outcome.reason : assert.fail();
  }
  async function unavailable(): Promise<string> {
    const outcome = await directory.ask(good.name, good.password);
    assert.equal(outcome.kind, 'unavailable', JSON.stringify(outcome));
    if (outcome.kind !== 'unavailable') return assert.fail();
    assert.equal(outcome.directoryFailed, true);
    assert.ok(Number.isInteger(outcome.retryAfterSeconds) && outcome.retryAfterSeconds >= 1);
    assert.match(outcome.reason, /^[a-z0-9]+(-[a-z0-9]+)*(:[a-z0-9-]+)?$/);
    return outcome.reason;
  }

  test(named('the right password is an account, and the same one each time'), { skip }, async () => {
    assert.equal(await accepted(good), await accepted(good));
  });

  test(named('a wrong password is one, and the right one still works'), { skip }, async () => {
    const wrong = [`${good.password}x`, good.password.slice(0, -1), good.password.toUpperCase(), ` ${good.password}`];
    // Twice at most in a row: a directory may lock accounts.
    for (const password of wrong) {
      assert.equal(await rejected(good.name, password), 'wrong-password', password);
      await accepted(good);
    }
  });

  test(named('nobody of that name is let in'), { skip }, async () => {
    assert.equal(await rejected('nobody-of-that-name', good.password), unknown);
  });

  test(named('an empty password is refused, and the directory never hears of it [T-13]'), { skip }, async () => {
    const heard = directory.passwordsHeard();
    const outcome = await directory.ask(good.name, '');
    assert.equal(outcome.kind, 'rejected', JSON.stringify(outcome));
    assert.equal(directory.passwordsHeard(), heard);
  });

  for (const [state, person] of Object.entries(states)) {
    if (person === null) continue;
    test(named(`somebody ${state} is refused with the right password, and the log can say why`), { skip }, async () => {
      assert.equal(await rejected(person.name, person.password), person.reason);
    });
  }

  test(named('odd characters in names and passwords are taken as they are'), { skip }, async () => {
    const ids = new Set<string>();
    for (const person of odd) {
      ids.add(await accepted(person));
      assert.equal(await rejected(person.name, `${person.password}x`), 'wrong-password', person.name);
      await accepted(person);
    }
    assert.equal(ids.size, odd.length);
  });

  test(named('a name like a pattern is nobody [T-12]'), { skip }, async () => {
    for (const name of patterns) assert.equal(await rejected(name, good.password), unknown, name);
  });

  if (!isRemote) return;

  test(named('a directory that says nothing is unavailable in time, and serves when it speaks again'), {
    skip,
  }, async () => {
    const network = networkOf(directory);
    await network.stall();
    await unavailable();
    await network.bringBack();
    network.advance(LONGEST_REST_MS);
    await accepted(good);
  });

  test(named('while it is down nobody gets in, after a few failures nobody asks, and it recovers [T-16]'), {
    skip,
  }, async () => {
    const network = networkOf(directory);
    await accepted(good);
    await network.takeDown();
    for (let failure = 0; failure < FAILURES_TO_OPEN; failure += 1) {
      assert.notEqual(await unavailable(), 'directory-breaker-open');
    }
    assert.equal(await unavailable(), 'directory-breaker-open');
    await network.bringBack();
    assert.equal(await unavailable(), 'directory-breaker-open');
    network.advance(LONGEST_REST_MS);
    await accepted(good);
    assert.equal(await rejected(good.name, `${good.password}x`), 'wrong-password');
  });
}

function networkOf({ network }: DirectoryUnderTest): Network {
  return network ?? assert.fail('This directory is behind no network.');
}
