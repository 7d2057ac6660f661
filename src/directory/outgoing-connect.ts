// Opening connections on behalf of a connection of ours: only checked addresses are connected to, whatever speaks over them.
import { isIP, type LookupFunction } from 'node:net';
import { callbackify } from 'node:util';
import { AddressRefused, type OutgoingAddresses } from './outgoing-address.ts';

/** Why no connection could be opened. */
export type ConnectFault = 'name-not-found' | 'address-refused' | 'connect-failed' | 'connect-timeout' | 'tls-failed';

/** Takes the place of the system's lookup in `net.connect` and whatever stands on it. */
export function createCheckedLookup(addresses: OutgoingAddresses, trusted: boolean): LookupFunction {
  const lookUp = callbackify((host: string) => addresses.resolve(host, trusted));
  return (host, options, callback) => {
    lookUp(host, (error, found) => {
      if (error) callback(error, []);
      else if (options.all) callback(null, [...found]);
      else callback(null, found[0]?.address ?? '', found[0]?.family);
    });
  };
}

/** An address in the place of a name is connected to without a lookup, so it is checked here; throws `AddressRefused`. */
export async function requireAddress(addresses: OutgoingAddresses, host: string, trusted: boolean): Promise<void> {
  if (isIP(host.replace(/[[\]]/g, '')) !== 0) await addresses.resolve(host, trusted);
}

/** What an error means that came before the connection was open. */
export function connectFaultOf(error: NodeJS.ErrnoException): Exclude<ConnectFault, 'connect-timeout'> {
  if (error instanceof AddressRefused) return 'address-refused';
  const code = error.code ?? '';
  if (code === 'ENOTFOUND' || code.startsWith('EAI_')) return 'name-not-found';
  // A server that hangs up in the middle of the handshake is one that failed to open the connection.
  if (['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'EPIPE'].includes(code)) {
    return 'connect-failed';
  }
  return 'tls-failed';
}
