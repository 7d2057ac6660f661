// The `resourceServers` section of an export.
import type { ResourceServer, ResourceServerWire } from '../resource-server/resource-server.ts';
import { type ExportWork, withoutEmpty } from './export-workspace.ts';

const STRONG_SECRET_BYTES = 32;

/** The APIs as `apply` reads them. */
export async function exportResourceServers(work: ExportWork): Promise<ResourceServerWire[]> {
  const apis = await work.stores.resourceServers.listOwn(work.tenant.id);
  return apis.map((api, index) => {
    if (api.signingSecret && !work.withSecrets) {
      work.notes.push({ path: ['resourceServers', index], words: 'signing_secret is left out' });
    }
    return exportResourceServer(work, api);
  });
}

/** One API. */
export function exportResourceServer({ withSecrets }: ExportWork, api: ResourceServer): ResourceServerWire {
  const secret = api.signingSecret && withSecrets ? api.signingSecret.reveal() : null;
  const isWeak = secret !== null && Buffer.byteLength(secret) < STRONG_SECRET_BYTES;
  return {
    identifier: api.identifier,
    ...withoutEmpty({ name: api.name }),
    signing_alg: api.signingAlgorithm,
    ...withoutEmpty({ signing_secret: secret }),
    ...(isWeak ? { allow_weak_secret: true } : {}),
    token_lifetime: api.tokenLifetime,
    token_dialect: api.tokenDialect,
    ...withoutEmpty({
      scopes: api.scopes.map(({ value, description }) => ({ value, ...withoutEmpty({ description }) })),
    }),
    subject_type_authorization: { user: { policy: api.userPolicy } },
    ...(api.enforcePolicies ? { enforce_policies: true } : {}),
    ...(api.allowOfflineAccess ? { allow_offline_access: true } : {}),
  };
}
