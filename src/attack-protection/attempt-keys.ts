// Keyed hashes under which attempts are counted: what strangers type is neither kept nor as long as they like.
import { addressBucket } from '../lib/network-address.ts';
import type { TenantId } from '../tenant/tenant.ts';
import { canonicalIdentifier } from '../user/identifier.ts';

/** Sixteen bytes of keyed hash in URL-safe base64. */
export type KeyedHash = (value: string) => string;

/** The keys of one attempt; each begins with a letter for its kind. */
export interface AttemptKeys {
  readonly identifier: string;
  readonly account: string;
  readonly address: string;
  readonly identifierAndAddress: string;
  readonly logins: string;
  /** Name, client and address together. */
  readonly source: string;
}

interface Attempt {
  readonly tenantId: TenantId;
  readonly connectionId: string;
  readonly clientId: string;
  /** The name as typed. */
  readonly identifier: string;
  readonly ip: string;
}

/** Makes the keys of an attempt. */
export function attemptKeysOf(
  hash: KeyedHash,
  { tenantId, connectionId, clientId, identifier, ip }: Attempt,
): AttemptKeys {
  const name = [tenantId, connectionId, canonicalIdentifier(identifier)];
  const address = addressBucket(ip);
  const nameHash = hash(JSON.stringify(name));
  const pairHash = hash(JSON.stringify([...name, address]));
  return {
    identifier: `i${nameHash}`,
    account: `c${nameHash}`,
    address: addressKeysOf(hash, tenantId, ip).logins,
    identifierAndAddress: `p${pairHash}`,
    logins: `l${pairHash}`,
    source: `s${hash(JSON.stringify([...name, address, clientId]))}`,
  };
}

/** By which everything that is counted of a name is found again. */
export function identifierKeyOf(hash: KeyedHash, tenantId: TenantId, connectionId: string, identifier: string): string {
  return `i${hash(JSON.stringify([tenantId, connectionId, canonicalIdentifier(identifier)]))}`;
}

/** By which what is counted of an address itself is found again: logins that failed, and sign-ups. */
export function addressKeysOf(hash: KeyedHash, tenantId: TenantId, ip: string): { logins: string; signUps: string } {
  const addressHash = hash(JSON.stringify([tenantId, addressBucket(ip)]));
  return { logins: `a${addressHash}`, signUps: `u${addressHash}` };
}
