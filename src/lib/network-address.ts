// Network addresses, read to bytes: one spelling for each, the bucket in which attempts from it are counted, and lists of
// addresses and networks. An IPv4 address that came in an IPv6 socket is the IPv4 address everywhere.
import { isIP, isIPv4 } from 'node:net';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Network = readonly [Address, number];

/** How many leading bits name an IPv6 network that one subscriber has; all addresses in it are theirs to use. */
const SUBSCRIBER_PREFIX = 64;
/** The bits before the IPv4 address in `::ffff:192.0.2.1`. */
const MAPPED_PREFIX = 96;

/** The one spelling of this address, without a zone id; null for a text that is no address. */
export function canonicalAddress(text: string): string | null {
  // The one spelling that it has.
  if (isIPv4(text)) return text;
  const address = parse(text);
  return address && spelled(address);
}

/**
 * Under what attempts from this address are counted: an IPv4 address itself, of an IPv6 address its network, such as
 * `2001:db8:1:2::/64`. A text that is no address is a bucket of its own.
 */
export function addressBucket(address: string): string {
  if (isIPv4(address)) return address;
  const parsed = parse(address);
  if (parsed === null) return address;
  if (parsed.kind() === 'ipv4') return spelled(parsed);
  const kept = SUBSCRIBER_PREFIX / 8;
  const network = parsed.toByteArray().map((byte, index) => (index < kept ? byte : 0));
  return `${spelled(ipaddr.fromByteArray(network))}/${SUBSCRIBER_PREFIX}`;
}

/** True for an address, such as `192.0.2.1`, and for a network, such as `10.0.0.0/8`. */
export function isNetwork(text: string): boolean {
  return parseNetwork(text) !== null;
}

export interface NetworkList {
  /** True when the address is in one of the networks; false for a text that is no address. */
  has(address: string): boolean;
}

/** A list of addresses and networks; throws `RangeError` for a text that is neither. */
export function createNetworkList(networks: readonly string[]): NetworkList {
  const parsed = networks.map((text) => {
    const network = parseNetwork(text);
    if (network === null) throw new RangeError('A list of networks holds something else.');
    return network;
  });
  return {
    has(text) {
      if (parsed.length === 0) return false;
      const address = parse(text);
      return address !== null && parsed.some((network) => contains(network, address));
    },
  };
}

/** `nowhere` for addresses that no server of anybody's is reached at from here: of a link, of many, of metadata, of a tunnel. */
export type AddressReach = 'public' | 'private' | 'nowhere';

const PRIVATE_RANGES: ReadonlySet<string> = new Set(['loopback', 'private', 'uniqueLocal', 'carrierGradeNat']);
/** Where clouds hand out credentials to whoever runs there: Azure, AWS, Google and Alibaba. Others use link-local addresses. */
const METADATA = createNetworkList(['168.63.129.16', 'fd00:ec2::254', 'fd20:ce::254', '100.100.100.200']);
const GLOBAL_IPV6 = createNetworkList(['2000::/3']);

/** From where the address can be reached; `nowhere` for a text that is no address. */
export function addressReach(text: string): AddressReach {
  const address = parse(text);
  if (address === null || METADATA.has(text)) return 'nowhere';
  const range = address.range();
  // Outside 2000::/3 nothing of IPv6 is given out as public; the library takes `::7f00:1`, an IPv4 address once, for that.
  if (range === 'unicast') return address.kind() === 'ipv4' || GLOBAL_IPV6.has(text) ? 'public' : 'nowhere';
  return PRIVATE_RANGES.has(range) ? 'private' : 'nowhere';
}

function contains([network, prefix]: Network, address: Address): boolean {
  return network.kind() === address.kind() && address.match(network, prefix);
}

/** Null also for a zone id, which names a network card of some machine, and for a network of mapped addresses and others. */
function parseNetwork(text: string): Network | null {
  const [, host = '', prefix] = /^([^/%]+)(?:\/(0|[1-9]\d{0,2}))?$/.exec(text) ?? [];
  const address = parse(host);
  if (address === null) return null;
  const longest = address.toByteArray().length * 8;
  if (prefix === undefined) return [address, longest];
  const isMapped = address.kind() === 'ipv4' && host.includes(':');
  const length = Number(prefix) - (isMapped ? MAPPED_PREFIX : 0);
  return length >= 0 && length <= longest ? [address, length] : null;
}

function parse(text: string): Address | null {
  // Security: the library also reads `0177.1` and `2130706433` as 127.0.0.1, which others read otherwise or not at all.
  const version = isIP(text);
  if (version === 0) return null;
  if (version === 4) return new ipaddr.IPv4(text.split('.').map(Number));
  // The link on which an address is reached is no part of it, and the library does not know every form of it.
  const [address = ''] = text.split('%');
  return ipaddr.process(withoutDottedPart(address));
}

/** `::102:304` for `::1.2.3.4`: the library takes that form for the mapped address `::ffff:1.2.3.4`. */
function withoutDottedPart(address: string): string {
  return address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...bytes: string[]) => {
    const [first = 0, second = 0, third = 0, fourth = 0] = bytes.slice(0, 4).map(Number);
    return `${(first * 256 + second).toString(16)}:${(third * 256 + fourth).toString(16)}`;
  });
}

function spelled(address: Address): string {
  return address instanceof ipaddr.IPv6 ? address.toRFC5952String() : address.toString();
}
