// The `resourceServers` section.
import { randomAlphanumeric, randomHex } from '../lib/id.ts';
import { Secret } from '../lib/secret.ts';
import { MANAGEMENT_API, managementAudience } from '../resource-server/management-audience.ts';
import {
  DEFAULT_TOKEN_LIFETIME,
  type ResourceServer,
  type ResourceServerWire,
} from '../resource-server/resource-server.ts';
import { issuerOf, type Tenant } from '../tenant/tenant.ts';
import { userinfoAudience } from '../token/access-token.ts';
import { problemAt, saveWhenChanged, type Workspace } from './workspace.ts';

const MADE_SECRET_LENGTH = 64;
const STRONG_SECRET_BYTES = 32;

/** Writes the APIs of the file. */
export async function applyResourceServers(work: Workspace, tenant: Tenant): Promise<void> {
  const { sql, stores, file, now } = work;
  for (const [index, wire] of (file.content.resourceServers ?? []).entries()) {
    requireOwnIdentifier(work, index, wire, tenant);
    const stored = await stores.resourceServers.findByIdentifier(tenant.id, wire.identifier, sql);
    const api: ResourceServer = {
      id: stored?.id ?? randomHex(24),
      identifier: wire.identifier,
      name: wire.name ?? null,
      signingAlgorithm: wire.signing_alg ?? 'RS256',
      signingSecret: signingSecretOf(work, index, wire, stored),
      tokenLifetime: wire.token_lifetime ?? DEFAULT_TOKEN_LIFETIME,
      tokenDialect: wire.token_dialect ?? 'access_token',
      scopes: (wire.scopes ?? []).map(({ value, description }) => ({ value, description: description ?? '' })),
      userPolicy: wire.subject_type_authorization?.user?.policy ?? 'allow_all',
      enforcePolicies: wire.enforce_policies ?? false,
      allowOfflineAccess: wire.allow_offline_access ?? false,
    };
    await saveWhenChanged(work, 'resource server', api.identifier, stored, api, () =>
      stores.resourceServers.save(tenant.id, api, now, sql),
    );
  }
}

/** Security: a token for somebody's API must never open the server's own ones. */
function requireOwnIdentifier(
  work: Workspace,
  index: number,
  { identifier }: ResourceServerWire,
  tenant: Tenant,
): void {
  const isTaken =
    identifier === MANAGEMENT_API ||
    tenant.domains
      .map(issuerOf)
      .some((issuer) => [managementAudience(issuer), userinfoAudience(issuer)].includes(identifier));
  if (!isTaken) return;
  const words = `${identifier} is the identifier of an API of this server itself.`;
  throw problemAt(work, ['resourceServers', index, 'identifier'], words);
}

function signingSecretOf(
  work: Workspace,
  index: number,
  wire: ResourceServerWire,
  stored: ResourceServer | null,
): Secret | null {
  const path = ['resourceServers', index, 'signing_secret'];
  const given = wire.signing_secret;
  if (wire.signing_alg !== 'HS256') {
    if (given === undefined) return null;
    throw problemAt(work, path, 'signing_secret has no effect without `signing_alg: HS256`.');
  }
  if (given === undefined) {
    if (stored?.signingSecret) return stored.signingSecret;
    const secret = new Secret(randomAlphanumeric(MADE_SECRET_LENGTH));
    work.madeSecrets.push({ owner: `resource server ${wire.identifier}`, secret });
    return secret;
  }
  if (Buffer.byteLength(given) < STRONG_SECRET_BYTES) {
    if (wire.allow_weak_secret !== true) {
      throw problemAt(
        work,
        path,
        'signing_secret is under 32 bytes; make it longer, or add `allow_weak_secret: true`.',
      );
    }
    work.warnings.push(`${work.file.locate(path)}: the signing secret of ${wire.identifier} is under 32 bytes.`);
  }
  return new Secret(given);
}
