// A new secret for a client, while the old one goes on working for as long as the client's operator needs to hand the new
// one out. Called by the command line and the Management API.
import { randomBase64Url } from '../lib/id.ts';
import { Secret } from '../lib/secret.ts';
import { bumpConfigurationVersion } from '../storage/configuration-version.ts';
import type { Sql } from '../storage/database.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { ClientStore } from './client-store.ts';

/** The new secret, to be shown once, or why there is none. */
type Rotation =
  | {
      readonly kind: 'rotated';
      readonly secret: Secret;
      /** Milliseconds since 1970 UTC until which the old secret works too; null when it stopped at once. */
      readonly previousExpiresAt: number | null;
    }
  | { readonly kind: 'unknown-client' }
  /** Its method is `none` or `private_key_jwt`. */
  | { readonly kind: 'without-secret' };

interface Settings {
  /** Zero stops the old secret at once. */
  readonly keepOldForSeconds: number;
  /** Milliseconds since 1970 UTC. */
  readonly now: number;
}

const SECRET_BYTES = 48;

/** Two secrets may work side by side for 30 days. */
const LONGEST_OVERLAP_SECONDS = 30 * 24 * 3600;

/** Rotates, inside a transaction; an older previous secret stops at once. Throws a RangeError for a time out of bounds. */
export async function rotateClientSecret(
  clients: ClientStore,
  tenantId: TenantId,
  clientId: string,
  { keepOldForSeconds, now }: Settings,
  sql: Sql,
): Promise<Rotation> {
  if (!Number.isInteger(keepOldForSeconds) || keepOldForSeconds < 0 || keepOldForSeconds > LONGEST_OVERLAP_SECONDS) {
    throw new RangeError(`The old secret can be kept for 0 to ${LONGEST_OVERLAP_SECONDS} whole seconds.`);
  }
  const client = await clients.findById(tenantId, clientId, sql);
  if (!client) return { kind: 'unknown-client' };
  if (!client.clientSecret) return { kind: 'without-secret' };
  const secret = new Secret(randomBase64Url(SECRET_BYTES));
  const previousExpiresAt = keepOldForSeconds === 0 ? null : now + keepOldForSeconds * 1000;
  const rotated = {
    ...client,
    clientSecret: secret,
    previousSecret: previousExpiresAt === null ? null : client.clientSecret,
    previousSecretExpiresAt: previousExpiresAt,
  };
  await clients.save(tenantId, rotated, now, sql);
  await bumpConfigurationVersion(sql);
  return { kind: 'rotated', secret, previousExpiresAt };
}
