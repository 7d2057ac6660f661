// Asks a server for breached passwords by the range protocol of Have I Been Pwned: it is told the first five of forty digits of a
// SHA-1 digest, and answers with the rest of all digests that begin so. Called by breach-check.ts.
import { LRUCache } from 'lru-cache';
import type { OutgoingHttp } from '../directory/outgoing-http.ts';
import type { Clock } from '../lib/clock.ts';

interface Parts {
  readonly http: Pick<OutgoingHttp, 'send'>;
  /** Such as `https://api.pwnedpasswords.com`, without a slash at its end. */
  readonly baseUrl: string;
  readonly clock: Clock;
}

/** True when the digest is known as breached; throws when there is no answer in time, or one that is none. */
export type AskRange = (digest: Buffer) => Promise<boolean>;

const PREFIX_DIGITS = 5;
/** A login waits for it. */
const TIMEOUT_MS = 700;
const KEPT_MS = 3_600_000;
/** Characters of all answers that are kept; one has some 35,000. */
const MOST_KEPT = 16 * 1024 * 1024;
const LINE = /^([0-9A-Fa-f]{35}):(\d+)$/;

/** Builds it. Answers are kept for an hour. */
export function createBreachedRange({ http, baseUrl, clock }: Parts): AskRange {
  const known = new LRUCache<string, string>({
    maxSize: MOST_KEPT,
    sizeCalculation: (answer) => answer.length + 1,
    ttl: KEPT_MS,
    perf: { now: () => clock.monotonic() + 1 },
    ttlResolution: 0,
  });

  async function ask(prefix: string): Promise<string> {
    const { status, body } = await http.send({
      method: 'GET',
      url: `${baseUrl}/range/${prefix}`,
      // Security: the length of the answer would tell the prefix to whoever sees the traffic.
      headers: { accept: 'text/plain', 'add-padding': 'true', 'user-agent': 'gatehouse' },
      timeoutMs: TIMEOUT_MS,
    });
    if (status !== 200) throw new Error(`The server of breached passwords answered ${status}.`);
    return body
      .split(/\r?\n/)
      .filter((line) => line !== '')
      .map(suffixOf)
      .join('\n');
  }

  return async (digest) => {
    const digits = digest.toString('hex').toUpperCase();
    const prefix = digits.slice(0, PREFIX_DIGITS);
    const kept = known.get(prefix);
    const suffixes = kept ?? (await ask(prefix));
    if (kept === undefined) known.set(prefix, suffixes);
    return suffixes.split('\n').includes(digits.slice(PREFIX_DIGITS));
  };
}

/** What follows the prefix; empty for a line that only makes the answer longer. */
function suffixOf(line: string): string {
  const [, suffix = '', count = ''] = LINE.exec(line) ?? [];
  if (suffix === '') throw new Error('The server of breached passwords answered with what is no list of them.');
  return Number(count) === 0 ? '' : suffix.toUpperCase();
}
