// How a thing of the file differs from what is stored, member by member, in words that may be shown: of a secret only that
// it changed is told.
import { isDeepStrictEqual } from 'node:util';
import { Secret } from '../lib/secret.ts';

/** One member that differs; a secret has neither value. */
export interface MemberChange {
  /** The member's name in the file, such as `token_lifetime` or `options.requires_username`. */
  readonly member: string;
  /** What is stored, as JSON; null for a secret, and for a member that a new thing gets. */
  readonly from: string | null;
  /** What the file says, as JSON; null for a secret. */
  readonly to: string | null;
}

const LONGEST_VALUE = 200;

// Auth0 writes these members in camel case, and some options of connections, which are stored as they are written.
const CAMEL_MEMBERS = new Set([
  'bruteForceProtection',
  'suspiciousIpThrottling',
  'breachedPasswordDetection',
  'sameUserRateLimit',
]);

/** The members in which the wanted thing differs from the stored one; of a new thing those that have a value. */
export function differenceOf(stored: object | null, wanted: object): MemberChange[] {
  const before = stored === null ? new Map<string, unknown>() : membersOf(stored);
  const after = membersOf(wanted);
  const names = [...new Set([...after.keys(), ...before.keys()])];
  return names
    .filter((name) => !isSame(before.get(name), after.get(name)))
    .map((name) => {
      const old = before.get(name);
      const now = after.get(name);
      if (old instanceof Secret || now instanceof Secret) return { member: name, from: null, to: null };
      return { member: name, from: stored === null ? null : shown(old), to: shown(now) };
    });
}

/** `member: old -> new`, or that it changed. */
export function describeMember({ member, from, to }: MemberChange): string {
  if (to === null) return `${member}: changed (secret)`;
  return from === null ? `${member}: ${to}` : `${member}: ${from} -> ${to}`;
}

/** Nested settings by dotted name; times of change are no difference, and a missing value is like null or an empty list. */
function membersOf(value: object, prefix = ''): Map<string, unknown> {
  const members = new Map<string, unknown>();
  for (const [name, member] of Object.entries(value)) {
    if (prefix === '' && (name === 'updatedAt' || name === 'createdAt')) continue;
    const isWire = prefix === 'options.' || CAMEL_MEMBERS.has(name);
    const called = `${prefix}${isWire ? name : snakeCase(name)}`;
    if (isSettings(name, member)) for (const [inner, one] of membersOf(member, `${called}.`)) members.set(inner, one);
    else members.set(called, member);
  }
  return members;
}

/** An object of settings of ours, as against what a customer keeps in one (metadata). */
function isSettings(name: string, value: unknown): value is object {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.getPrototypeOf(value) === Object.prototype &&
    !/[mM]etadata$/.test(name)
  );
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function isSame(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(comparable(one), comparable(other));
}

/** A form that can be compared and shown: secrets hold their strings privately. */
function comparable(value: unknown): unknown {
  if (value === undefined || value === null) return null;
  if (value instanceof Secret) return { revealed: value.reveal() };
  if (value instanceof Set) return inOrder([...value].map(comparable));
  if (Array.isArray(value)) return value.map(comparable);
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, comparable(member)]));
}

/** A set has no order, and two equal ones must look alike. */
function inOrder(items: readonly unknown[]): unknown[] {
  return items.toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
}

function shown(value: unknown): string {
  const text = JSON.stringify(comparable(hideSecrets(value)));
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE)}…`;
}

function hideSecrets(value: unknown): unknown {
  if (value instanceof Secret) return '[secret]';
  if (value instanceof Set) return inOrder([...value].map(hideSecrets));
  if (Array.isArray(value)) return value.map(hideSecrets);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, hideSecrets(member)]));
}
