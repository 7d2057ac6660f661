// Which addresses this server may connect to on behalf of a connection. A name is resolved once, its addresses are checked,
// and the caller connects to one of those: a name server that answers otherwise a moment later changes nothing.
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../lib/clock.ts';
import { addressReach, canonicalAddress, createNetworkList } from '../lib/network-address.ts';

/** An address that was checked. */
export interface OutgoingAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** Every address of a name, in the order to try them; rejects when the name has none. */
export type Resolver = (host: string) => Promise<readonly OutgoingAddress[]>;

/** The host has addresses, and this server must not connect to any of them. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
}

export interface OutgoingAddresses {
  /**
   * The addresses of a host, which may be an address itself, to which a connection may be opened; never an empty list.
   * `trusted` says that the operator's own file or command line named the host. Throws `AddressRefused`, or what the
   * resolver threw.
   */
  resolve(host: string, trusted: boolean): Promise<readonly OutgoingAddress[]>;
}

interface Parts {
  readonly clock: Clock;
  /** Private networks in which also those connections may be, that are not the operator's own. */
  readonly networks: readonly string[];
  /** Takes the place of the system's resolver. */
  readonly resolver?: Resolver;
}

const KEPT_MS = 30_000;
const FAILURE_KEPT_MS = 5000;
const MOST_HOSTS = 1000;

/** Builds the check. Answers of the resolver are kept for half a minute, failures for five seconds. */
export function createOutgoingAddresses({ clock, networks, resolver = askSystem }: Parts): OutgoingAddresses {
  const allowed = createNetworkList(networks);
  const known = new LRUCache<string, { readonly answer: ReturnType<Resolver> }>({
    max: MOST_HOSTS,
    ttl: KEPT_MS,
    perf: { now: () => clock.monotonic() + 1 },
    ttlResolution: 0,
  });

  /** One question at a time for each host: the system's resolver takes a thread for each. */
  function ask(host: string): ReturnType<Resolver> {
    const kept = known.get(host);
    if (kept) return kept.answer;
    const entry = { answer: resolver(host) };
    known.set(host, entry);
    entry.answer.catch(() => {
      if (known.peek(host) === entry) known.set(host, entry, { ttl: FAILURE_KEPT_MS });
    });
    return entry.answer;
  }

  function isAllowed(address: string, trusted: boolean): boolean {
    const reach = addressReach(address);
    return reach === 'public' || (reach === 'private' && (trusted || allowed.has(address)));
  }

  return {
    async resolve(host, trusted) {
      const name = host.replace(/^\[(.*)\]$/, '$1');
      const family = isIP(name);
      const found = family === 0 ? await ask(name.toLowerCase()) : [{ address: name, family: family as 4 | 6 }];
      const usable = found.filter(({ address }) => canonicalAddress(address) !== null && isAllowed(address, trusted));
      if (usable.length === 0) throw new AddressRefused('This host is at no address that may be connected to.');
      return usable;
    },
  };
}

async function askSystem(host: string): Promise<readonly OutgoingAddress[]> {
  const found = await lookup(host, { all: true });
  return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
}
