// Requests of rules, actions and database scripts to the hosts that the operator grants: only to checked addresses, by HTTPS,
// without following redirects, and bounded in time and size. Called by sandbox-processes.ts in the name of a script.
import { createOutgoingAddresses, type Resolver } from '../directory/outgoing-address.ts';
import { createOutgoingHttp, OutgoingFailure, type OutgoingFault } from '../directory/outgoing-http.ts';
import type { Clock } from '../lib/clock.ts';
import type { FetchForGuest, GuestRequest, GuestResponse } from '../sandbox/guest-fetch.ts';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
/** Milliseconds for everything; a run of scripts has no more either. */
const TIMEOUT_MS = 5000;
const LONGEST_BODY = 256 * 1024;
const MOST_HEADERS = 50;
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;
const HEADER_VALUE = /^[\t\x20-\x7e]{0,8192}$/;
/** Security: these decide where a message ends and whom it is for. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  ...['host', 'connection', 'content-length', 'transfer-encoding', 'upgrade', 'expect', 'te', 'trailer', 'keep-alive'],
  ...['proxy-authorization', 'proxy-connection'],
]);

const WORDS: Readonly<Record<OutgoingFault, string>> = {
  'name-not-found': 'the host has no address',
  'address-refused': 'the host is at no address that may be connected to, see private_networks in the configuration',
  'connect-failed': 'no connection could be opened',
  'connect-timeout': 'no connection could be opened in time',
  'tls-failed': 'the certificate of the host is not trusted, or TLS failed otherwise',
  'not-https': 'only https: is spoken',
  timeout: 'the answer took longer than 5 s',
  'connection-lost': 'the connection was lost',
  'answer-too-large': 'the answer is larger than 1 MiB',
  'answer-malformed': 'the answer is no HTTP',
  redirected: 'the answer is a redirect, and none is followed',
};

interface Settings {
  /** Names as they stand in addresses, with the port where it is not 443. */
  readonly hosts: readonly string[];
  /** Private networks in which they may be. */
  readonly networks: readonly string[];
  readonly clock: Clock;
  /** Takes the place of the system's resolver. */
  readonly resolver?: Resolver;
  /** PEM certificates in place of those that the system trusts. */
  readonly ca?: string;
}

export interface CodeFetch {
  /** Null where no host is granted. */
  readonly fetch: FetchForGuest | null;
  /** Ends what is open. */
  readonly close: () => void;
}

/** Builds it. */
export function createCodeFetch({ hosts, networks, clock, resolver, ca }: Settings): CodeFetch {
  const granted = new Set(hosts);
  const addresses = createOutgoingAddresses({ clock, networks, ...(resolver && { resolver }) });
  // Security: the operator grants a name, and not whatever somebody lets it point to.
  const http = createOutgoingHttp({ addresses, trusted: false, ca: ca ?? null });

  async function send({ url, method, headers, body }: GuestRequest): Promise<GuestResponse> {
    const known = METHODS.find((one) => one === method.toUpperCase());
    if (!known) return { error: `there is no method ${method.slice(0, 20)}, but ${METHODS.join(', ')}` };
    const target = URL.canParse(url) ? new URL(url) : null;
    if (!target) return { error: 'this is no address' };
    if (target.protocol !== 'https:') return { error: WORDS['not-https'] };
    // Security: the operator decides whom scripts may speak to.
    if (!granted.has(target.host)) return { error: `${target.host.slice(0, 100)} is no host that the operator grants` };
    if (target.username !== '' || target.password !== '') return { error: 'credentials do not stand in an address' };
    if (headers.length > MOST_HEADERS || (body?.length ?? 0) > LONGEST_BODY)
      return { error: 'the request is too large' };
    const wrong = headers.find(([name, value]) => !HEADER_NAME.test(name) || !HEADER_VALUE.test(value));
    if (wrong) return { error: 'a header is malformed' };
    const own = headers.find(([name]) => OWN_HEADERS.has(name.toLowerCase()));
    if (own) return { error: `the header ${own[0]} cannot be set` };
    if (body !== null && known === 'GET') return { error: 'GET has no body' };
    const sent = { method: known, url: target.href, headers: Object.fromEntries(headers), timeoutMs: TIMEOUT_MS };
    const { status, headers: received, body: text } = await http.send(body === null ? sent : { ...sent, body });
    return { status, headers: received, body: text };
  }

  async function fetch(request: GuestRequest): Promise<GuestResponse> {
    try {
      return await send(request);
    } catch (error) {
      // Security: of this program's making, never the other side's words.
      return { error: error instanceof OutgoingFailure ? WORDS[error.fault] : 'the request failed' };
    }
  }

  return { fetch: hosts.length === 0 ? null : fetch, close: () => http.close() };
}
