// What an OpenID provider says of itself: its issuer, its addresses and its keys, fetched when first needed and kept for a day.
// Keys are fetched again when a token names one that is not there, but not more often than every half a minute.
import { type IdTokenVerdict, verifyIdToken } from '../key/verify-id-token.ts';
import type { Clock } from '../lib/clock.ts';
import type { OutgoingResponse } from './outgoing-http.ts';
import { UpstreamOutage } from './upstream-driver.ts';
import { jsonOf, requireServing, type UpstreamSend } from './upstream-http.ts';

/** Its own description, as far as it is needed. */
export interface OpenIdDescription {
  readonly issuer: string;
  readonly tokenEndpoint: string;
  readonly keysUrl: string;
}

/** The provider answered the question for its description with something else; the answer is the caller's to understand. */
export class DescriptionRefused extends Error {
  override readonly name = 'DescriptionRefused';
  readonly response: OutgoingResponse;

  constructor(response: OutgoingResponse) {
    super(`An OpenID provider gave no description of itself: status ${response.status}.`);
    this.response = response;
  }
}

export interface OpenIdProvider {
  /** Its description, with its keys fetched; throws `DescriptionRefused` and `UpstreamOutage`. */
  describe(send: UpstreamSend): Promise<OpenIdDescription>;
  /** Checks a token that it made; throws `UpstreamOutage` when the keys cannot be had. */
  verify(send: UpstreamSend, token: string, audiences: readonly string[]): Promise<IdTokenVerdict>;
}

interface Settings {
  /** Address of `.well-known/openid-configuration`; whatever else is fetched must have its origin. */
  readonly descriptionUrl: string;
  readonly clock: Clock;
}

const KEPT_MS = 24 * 3600 * 1000;
const KEYS_AGAIN_AFTER_MS = 30_000;

interface Kept<T> {
  readonly fetchedAt: number;
  readonly value: Promise<T>;
}

/** Builds it; nothing is fetched yet. */
export function createOpenIdProvider({ descriptionUrl, clock }: Settings): OpenIdProvider {
  let description: Kept<OpenIdDescription> | null = null;
  let keys: Kept<unknown> | null = null;

  /** What is kept, or what `fetch` gives now; a failure is not kept. */
  function fresh<T>(kept: Kept<T> | null, keptMs: number, fetch: () => Promise<T>): Kept<T> {
    const now = clock.monotonic();
    if (kept && now - kept.fetchedAt < keptMs) return kept;
    const made = { fetchedAt: now, value: fetch() };
    made.value.catch(() => {
      if (description === made) description = null;
      if (keys === made) keys = null;
    });
    return made;
  }

  function descriptionOf(send: UpstreamSend): Promise<OpenIdDescription> {
    description = fresh(description, KEPT_MS, () => fetchDescription(send, descriptionUrl));
    return description.value;
  }

  async function keysOf(send: UpstreamSend, keptMs: number): Promise<unknown> {
    const { keysUrl } = await descriptionOf(send);
    keys = fresh(keys, keptMs, () => fetchKeys(send, keysUrl));
    return keys.value;
  }

  return {
    async describe(send) {
      await keysOf(send, KEPT_MS);
      return descriptionOf(send);
    },
    async verify(send, token, audiences) {
      const { issuer } = await descriptionOf(send);
      const expected = { issuer, audiences, now: clock.now() };
      const verdict = await verifyIdToken(token, await keysOf(send, KEPT_MS), expected);
      if (verdict.valid || verdict.reason !== 'unknown-key') return verdict;
      return verifyIdToken(token, await keysOf(send, KEYS_AGAIN_AFTER_MS), expected);
    },
  };
}

async function fetchDescription(send: UpstreamSend, url: string): Promise<OpenIdDescription> {
  const response = await send({ method: 'GET', url });
  requireServing(response);
  if (response.status !== 200) throw new DescriptionRefused(response);
  const { issuer, jwks_uri: keysUrl, token_endpoint: tokenEndpoint } = jsonOf(response);
  const { origin } = new URL(url);
  if (typeof issuer !== 'string' || !isBelow(origin, keysUrl) || !isBelow(origin, tokenEndpoint)) {
    throw new UpstreamOutage('directory-description-unusable');
  }
  return { issuer, keysUrl, tokenEndpoint };
}

/** Security: a description cannot send keys or passwords to another host. */
function isBelow(origin: string, url: unknown): url is string {
  return typeof url === 'string' && URL.canParse(url) && new URL(url).origin === origin;
}

async function fetchKeys(send: UpstreamSend, url: string): Promise<unknown> {
  const response = await send({ method: 'GET', url });
  requireServing(response);
  if (response.status !== 200) throw new UpstreamOutage('directory-keys-missing');
  const keySet = jsonOf(response);
  if (!Array.isArray(keySet['keys'])) throw new UpstreamOutage('directory-keys-unusable');
  return keySet;
}
