// The database directory: an identifier and a password against our own hashes. Every refusal does the same work and takes
// the same time, whether the user exists or not.
import type { Connection } from '../../connection/connection.ts';
import type { Clock } from '../../lib/clock.ts';
import { LineFull } from '../../lib/semaphore.ts';
import type { ConfigurationCache } from '../../storage/configuration-cache.ts';
import type { Database } from '../../storage/database.ts';
import type { TenantId } from '../../tenant/tenant.ts';
import { canonicalIdentifier } from '../../user/identifier.ts';
import type { Directory, DirectoryOutcome, LoginAttempt } from '../directory.ts';
import type { DirectoryDriver } from '../directory-registry.ts';
import type { Credential, CredentialStore } from './credential-store.ts';
import type { PasswordHasher } from './password-hash.ts';
import type { RefusalFloor } from './refusal-floor.ts';

interface Parts {
  readonly database: Database;
  readonly credentials: CredentialStore;
  readonly hasher: PasswordHasher;
  readonly floor: RefusalFloor;
  readonly cache: ConfigurationCache;
  readonly clock: Clock;
}

const HASH_LINE_RETRY_SECONDS = 2;

/** The driver of the `auth0` strategy. */
export function createDatabaseDriver(parts: Parts): DirectoryDriver {
  return (tenantId, connection) => createDatabaseDirectory(parts, tenantId, connection);
}

function createDatabaseDirectory(parts: Parts, tenantId: TenantId, connection: Connection): Directory {
  const { credentials, hasher, floor, cache } = parts;

  async function check({ identifier, password }: LoginAttempt): Promise<DirectoryOutcome> {
    const kinds = await cache.get(`hash-kinds ${tenantId} ${connection.id}`, () =>
      credentials.listHashKinds(tenantId, connection.id),
    );
    const credential = await credentials.findByIdentifier(tenantId, connection.id, canonicalIdentifier(identifier));
    // Security: an unknown user costs one hash too.
    const { matches, kind, workMs } = credential
      ? await hasher.verify(credential.passwordHash, password)
      : await hasher.verifyNothing(password);
    floor.observe(kind, workMs);
    if (!credential || !matches) {
      await floor.hold([hasher.kind, ...kinds], workMs);
      return credential
        ? { kind: 'rejected', reason: 'wrong-password', identityId: credential.identityId }
        : { kind: 'rejected', reason: 'unknown-user', identityId: null };
    }
    if (hasher.needsRehash(credential.passwordHash)) await rehash(credential, password);
    return { kind: 'accepted', account: { identityId: credential.identityId } };
  }

  /** Renews a hash of an older kind while the password is at hand. */
  async function rehash(credential: Credential, password: LoginAttempt['password']): Promise<void> {
    const passwordHash = await hasher.hash(password).catch((error: unknown) => {
      // Too many logins wait: this one is right all the same, and the next one can renew the hash.
      if (error instanceof LineFull) return null;
      throw error;
    });
    if (passwordHash === null) return;
    const renewed = { passwordHash, kind: hasher.kind };
    await parts.database.transaction((sql) =>
      credentials.replaceHash(tenantId, connection.id, credential, renewed, parts.clock.now(), sql),
    );
  }

  return {
    async authenticate(attempt) {
      try {
        return await check(attempt);
      } catch (error) {
        if (!(error instanceof LineFull)) throw error;
        return {
          kind: 'unavailable',
          reason: 'hash-line-full',
          directoryFailed: false,
          retryAfterSeconds: HASH_LINE_RETRY_SECONDS,
        };
      }
    },
  };
}
