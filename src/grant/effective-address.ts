// Which address a request counts as coming from, once its client is known. A backend that logs its users in has one address
// for all of them; trusted to, it says in `auth0-forwarded-for` whose login this is, and blocks hit that address.
import type { Client } from '../client/client.ts';
import { canonicalAddress } from '../lib/network-address.ts';
import type { IpSource } from '../log/log-event.ts';
import type { Arrival } from './token-request.ts';

export interface EffectiveAddress {
  /** What attempts are counted under and the log shows. */
  readonly ip: string;
  readonly ipSource: IpSource;
  /** The address that spoke for the other one; null when nobody did. */
  readonly clientIp: string | null;
}

interface Decision {
  readonly address: EffectiveAddress;
  /** Why the header was ignored, in words for the log; null when it was not, or when there was none. */
  readonly warning: string | null;
}

/** Decides for a client that was authenticated; its header counts when it proved itself and may send one. */
export function effectiveAddress(
  { ip, ipSource, forwardedFor }: Pick<Arrival, 'ip' | 'ipSource' | 'forwardedFor'>,
  client: Pick<Client, 'tokenEndpointAuthMethod' | 'isTokenEndpointIpHeaderTrusted'>,
): Decision {
  const own = { ip, ipSource, clientIp: null };
  if (forwardedFor === null) return { address: own, warning: null };
  // Security: anybody can name a public client, and would be a new address with every guess.
  if (client.tokenEndpointAuthMethod === 'none' || !client.isTokenEndpointIpHeaderTrusted) {
    return { address: own, warning: 'The header auth0-forwarded-for was ignored: the client is not trusted with it.' };
  }
  const told = canonicalAddress(forwardedFor.trim());
  if (told === null) {
    return { address: own, warning: 'The header auth0-forwarded-for was ignored: it is not one address.' };
  }
  return { address: { ip: told, ipSource: 'auth0-forwarded-for', clientIp: ip }, warning: null };
}
