// Where a request comes from: the address of the socket, or, from a proxy that the operator trusts, what it says.
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

/** An address, and how it is known. */
export interface ClientAddress {
  readonly ip: string;
  readonly ipSource: 'socket' | 'forwarded';
}

/** Finds out where a request comes from. */
export type ClientAddressOf = (request: Pick<IncomingMessage, 'headers' | 'socket'>) => ClientAddress;

/** Builds it for these proxies: addresses, or networks with the length of their prefix. */
export function createClientAddress(trustedProxies: readonly string[]): ClientAddressOf {
  const trusted = new BlockList();
  for (const network of trustedProxies) {
    const [address = '', prefix] = network.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) trusted.addAddress(address, family);
    else trusted.addSubnet(address, Number(prefix), family);
  }
  const isTrusted = (ip: string) => isIP(ip) !== 0 && trusted.check(ip, isIP(ip) === 6 ? 'ipv6' : 'ipv4');

  return ({ headers, socket }) => {
    const peer = oneSpelling(socket.remoteAddress ?? 'unknown');
    if (trustedProxies.length === 0 || !isTrusted(peer)) return { ip: peer, ipSource: 'socket' };
    // Security: each proxy adds the address it saw at the end; what stands before the first untrusted one anybody may have
    // written. What is no address was written by no proxy of ours either.
    const forwarded = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',').toReversed();
    let nearest: string | null = null;
    for (const hop of forwarded) {
      const ip = oneSpelling(withoutPort(hop.trim()));
      if (isIP(ip) === 0) break;
      nearest = ip;
      if (!isTrusted(ip)) break;
    }
    return nearest === null ? { ip: peer, ipSource: 'socket' } : { ip: nearest, ipSource: 'forwarded' };
  };
}

/** Some proxies write the port too: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function withoutPort(hop: string): string {
  return /^\[([^\]]*)\](?::\d{1,5})?$/.exec(hop)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d{1,5}$/.exec(hop)?.[1] ?? hop;
}

/** An IPv4 address that came in an IPv6 socket is written as IPv4. */
function oneSpelling(address: string): string {
  return address.toLowerCase().replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/, '');
}
