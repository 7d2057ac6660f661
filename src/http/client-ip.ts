// Where a request comes from: the address of the socket, or, from a proxy that the operator trusts, what it says.
import type { IncomingMessage } from 'node:http';
import { isIP, type Socket } from 'node:net';
import { canonicalAddress, createNetworkList } from '../lib/network-address.ts';

/** An address, and how it is known. */
export interface ClientAddress {
  /** In its one spelling; `unknown` when the socket does not tell. */
  readonly ip: string;
  readonly ipSource: 'socket' | 'forwarded';
}

/** The other end of a connection, looked at once. */
interface Peer {
  readonly ip: string;
  readonly isTrusted: boolean;
}

/** Finds out where a request comes from. */
export type ClientAddressOf = (request: Pick<IncomingMessage, 'headers' | 'socket'>) => ClientAddress;

/** Builds it for these proxies: addresses, or networks with the length of their prefix. */
export function createClientAddress(trustedProxies: readonly string[]): ClientAddressOf {
  const trusted = createNetworkList(trustedProxies);
  const peers = new WeakMap<Socket, Peer>();

  function peerOf(socket: Socket): Peer {
    const known = peers.get(socket);
    if (known) return known;
    const ip = canonicalAddress(socket.remoteAddress ?? '') ?? 'unknown';
    const peer = { ip, isTrusted: trusted.has(ip) };
    peers.set(socket, peer);
    return peer;
  }

  return ({ headers, socket }) => {
    const { ip: peer, isTrusted } = peerOf(socket);
    if (!isTrusted) return { ip: peer, ipSource: 'socket' };
    // Security: each proxy adds the address it saw at the end; what stands before the first untrusted one anybody may have
    // written. What is no address was written by no proxy of ours either.
    const hops = String(headers['x-forwarded-for'] ?? '').split(',');
    let nearest: string | null = null;
    for (let at = hops.length - 1; at >= 0; at -= 1) {
      const ip = canonicalAddress(withoutPort(hops[at]?.trim() ?? ''));
      if (ip === null) break;
      nearest = ip;
      if (!trusted.has(ip)) break;
    }
    return nearest === null ? { ip: peer, ipSource: 'socket' } : { ip: nearest, ipSource: 'forwarded' };
  };
}

/** Some proxies write the port too: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function withoutPort(hop: string): string {
  if (isIP(hop) !== 0) return hop;
  return /^\[([^\]]*)\](?::\d{1,5})?$/.exec(hop)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d{1,5}$/.exec(hop)?.[1] ?? hop;
}
