// What scripts find inside a sandbox beside the language itself. The function runs there and not here: its text is sent along,
// so it uses nothing from outside of itself. Called by quickjs-engine.ts.

/** The only way out of a sandbox: functions that take and give texts. Scripts never see it. */
export interface GuestHost {
  /** The value of the script of this number; starts its allowance of processor time. */
  load(index: number): unknown;
  /** Ends the run: a word, and JSON. The first call counts. */
  finish(verdict: string, result: string): void;
  /** Writes a console line. */
  note(level: string, text: string): void;
  /** Hashes pieces `[encoding, text]`, given as JSON; with a key it is an HMAC. */
  digest(algorithm: string, encoding: string, pieces: string, key?: string): string;
  /** For `Math.random`. */
  random(): number;
  /** Sends a request to another server: JSON of it in, JSON of the answer out. See `guest-fetch.ts`. */
  fetch(request: string): Promise<string>;
  /** Whether the bcrypt hash is that of the password. */
  compare(password: string, hash: string): Promise<boolean>;
}

/** What a harness may rely on, whatever scripts do to the globals. */
export interface GuestTools {
  /** JSON of a value without a say of `toJSON` of anybody's prototype on the outermost object. */
  toJson(members: Record<string, unknown>): string;
  fromJson(text: string): unknown;
  /** What was thrown, in words, with the line of the script where that is known. */
  describe(thrown: unknown): string;
}

/** Prepares the globals `console`, `require`, `fetch` and `Math.random`, and makes the tools of a harness. */
export function guestLibrary(host: GuestHost): GuestTools {
  const { stringify, parse } = JSON;
  const { setPrototypeOf } = Object;
  const asText = String;
  const longestLine = 1000;
  const mostLines = 100;

  const shown = (value: unknown): string => {
    try {
      if (typeof value === 'string') return value;
      if (value instanceof Error) return describe(value);
      return stringify(value) ?? asText(value);
    } catch {
      return '[unreadable]';
    }
  };

  function describe(thrown: unknown): string {
    try {
      if (typeof thrown !== 'object' || thrown === null) return asText(thrown).slice(0, longestLine);
      const { name, message, stack } = thrown as Error;
      const line = /\bscript:(\d+)/.exec(asText(stack))?.[1];
      const words = `${asText(name ?? 'Error')}: ${asText(message ?? '')}`.slice(0, longestLine);
      return line === undefined ? words : `${words} (line ${line})`;
    } catch {
      return 'something unreadable was thrown';
    }
  }

  let lines = 0;
  const console = Object.fromEntries(
    ['log', 'info', 'warn', 'error', 'debug'].map((level) => [
      level,
      (...values: unknown[]) => {
        lines += 1;
        if (lines <= mostLines) host.note(level, values.map(shown).join(' ').slice(0, longestLine));
      },
    ]),
  );

  function pieceOf(data: unknown, encoding: unknown): [string, string] {
    if (typeof data !== 'string') throw new TypeError('crypto: only texts can be hashed here');
    return [encoding === undefined ? 'utf8' : asText(encoding), data];
  }

  function createDigest(algorithm: unknown, key?: string) {
    const pieces: [string, string][] = [];
    const digest = {
      update(data: unknown, encoding?: unknown) {
        pieces.push(pieceOf(data, encoding));
        return digest;
      },
      digest(encoding?: unknown) {
        if (encoding === undefined) throw new TypeError('crypto: name the encoding of the digest, such as hex');
        const name = asText(algorithm);
        return key === undefined
          ? host.digest(name, asText(encoding), stringify(pieces))
          : host.digest(name, asText(encoding), stringify(pieces), key);
      },
    };
    return digest;
  }

  const crypto = {
    createHash: (algorithm: unknown) => createDigest(algorithm),
    createHmac(algorithm: unknown, key: unknown) {
      if (typeof key !== 'string') throw new TypeError('crypto: the key must be a text');
      return createDigest(algorithm, key);
    },
  };

  const bcrypt = {
    compare(password: unknown, hash: unknown, callback?: (error: unknown, same?: boolean) => void) {
      const compared = host.compare(asText(password), asText(hash));
      if (typeof callback !== 'function') return compared;
      const told = async () => {
        let same: boolean;
        try {
          same = await compared;
        } catch (error) {
          return callback(error);
        }
        callback(null, same);
      };
      return void told();
    },
  };

  async function fetch(address: unknown, options?: unknown) {
    const { method = 'GET', headers = {}, body = null } = (options ?? {}) as Record<string, unknown>;
    if (body !== null && typeof body !== 'string') throw new TypeError('fetch: the body must be a text');
    const pairs = Array.isArray(headers) ? (headers as unknown[][]) : Object.entries(headers as object);
    const named = pairs.map(([name, value]) => [asText(name), asText(value)]);
    const request = stringify({ url: asText(address), method: asText(method), headers: named, body });
    const answer = parse(await host.fetch(request)) as
      | { error: string }
      | { error?: never; status: number; headers: Record<string, string>; body: string };
    if (answer.error !== undefined) throw new TypeError(`fetch: ${answer.error}`);
    const { status, body: text } = answer;
    const headerOf = (name: unknown) => {
      const called = asText(name).toLowerCase();
      return Object.hasOwn(answer.headers, called) ? answer.headers[called] : null;
    };
    return {
      ...{ status, ok: status >= 200 && status < 300 },
      headers: { get: headerOf, has: (name: unknown) => headerOf(name) !== null },
      text: async () => text,
      json: async () => parse(text) as unknown,
    };
  }

  function require(name: unknown) {
    if (name === 'crypto') return crypto;
    if (name === 'bcrypt') return bcrypt;
    throw new Error(`Cannot find module '${asText(name)}': there are crypto and bcrypt`);
  }

  Object.assign(globalThis, { console, require, fetch });
  // The engine's own begins with the same numbers in every run, since every run begins with the same memory.
  Math.random = () => host.random();
  return {
    describe,
    fromJson: parse as (text: string) => unknown,
    toJson: (members) => stringify(setPrototypeOf(members, null)),
  };
}
