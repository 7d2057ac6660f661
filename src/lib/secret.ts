// A value that must never be printed. Passwords, client secrets and keys travel in one from the first line to the last.
import { inspect } from 'node:util';

const SHOWN = '[secret]';

/** Holds a string that shows as `[secret]` wherever it is printed, logged or serialised. */
export class Secret {
  #value: string | null;

  constructor(value: string) {
    this.#value = value;
  }

  /** The string itself; throws after `forget`. */
  reveal(): string {
    if (this.#value === null) throw new Error('This secret was already forgotten.');
    return this.#value;
  }

  /** Drops the string: the garbage collector may have it, and nobody else can. */
  forget(): void {
    this.#value = null;
  }

  toString(): string {
    return SHOWN;
  }

  toJSON(): string {
    return SHOWN;
  }

  [inspect.custom](): string {
    return SHOWN;
  }
}
