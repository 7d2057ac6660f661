// The signing keys that a file needs: a current and a next one for each algorithm that its APIs ask for, and for RS256,
// which signs ID tokens. Keys that are there stay as they are; rotating them is no matter of a file.
import { generateSigningKey } from '../key/generate-key.ts';
import { KEY_ALGORITHMS, type KeyAlgorithm, type SigningKey } from '../key/key.ts';
import { bumpConfigurationVersion } from '../storage/configuration-version.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { TenantFile } from './tenant-file.ts';
import type { ApplyStores, DefaultDomains, Workspace } from './workspace.ts';

/** Makes the keys that are missing. It takes its time, so it is done before the transaction. */
export async function makeMissingKeys(
  stores: ApplyStores,
  file: TenantFile,
  defaultDomains: DefaultDomains | null,
  now: number,
): Promise<SigningKey[]> {
  const { tenant: wire, resourceServers = [] } = file.content;
  const stored = await stores.tenants.findByName(wire.name);
  const known = new Set((stored ? await stores.keys.listRecords(stored.id) : []).map((key) => key.algorithm));
  const named = wire.domains?.[0];
  const given = typeof named === 'string' ? named : named?.host;
  const host = given ?? stored?.domains[0]?.host ?? defaultDomains?.([])[0]?.host ?? 'localhost';
  const wanted = KEY_ALGORITHMS.filter(
    (algorithm) => algorithm === 'RS256' || resourceServers.some((api) => api.signing_alg === algorithm),
  );
  const pair = (algorithm: KeyAlgorithm) =>
    (['current', 'next'] as const).map((status) => generateSigningKey(algorithm, host, status, now));
  return Promise.all(wanted.filter((algorithm) => !known.has(algorithm)).flatMap(pair));
}

/** Adds them to the tenant; where somebody else added some meanwhile, theirs stay. */
export async function applyKeys(
  { sql, stores, now }: Workspace,
  tenant: Tenant,
  keys: readonly SigningKey[],
): Promise<void> {
  for (const key of keys) await stores.keys.insert(tenant.id, key, now, sql);
  if (keys.length > 0) await bumpConfigurationVersion(sql);
}
