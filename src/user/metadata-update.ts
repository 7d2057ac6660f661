// Metadata that customer code changes while its user logs in. Called by grant/login-code-step.ts.
import type { Clock } from '../lib/clock.ts';
import { mergedMetadata } from '../lib/merged-metadata.ts';
import type { Database } from '../storage/database.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { Metadata, User, UserId } from './user.ts';
import type { UserStore } from './user-store.ts';

/** One change, with the members of Auth0's PATCH: null removes one, what is left out stays. */
export interface MetadataUpdate {
  readonly of: 'user_metadata' | 'app_metadata';
  readonly metadata: Metadata;
}

interface Parts {
  readonly database: Database;
  readonly users: UserStore;
  readonly clock: Clock;
}

/** Stores the changes in their order, all or none; does nothing without changes, or when the user is gone. */
export type UpdateMetadata = (tenantId: TenantId, userId: UserId, updates: readonly MetadataUpdate[]) => Promise<void>;

/** Builds it. */
export function createMetadataUpdates({ database, users, clock }: Parts): UpdateMetadata {
  return async (tenantId, userId, updates) => {
    if (updates.length === 0) return;
    await database.transaction(async (sql) => {
      await users.lock(tenantId, userId, sql);
      const stored = await users.findById(tenantId, userId, sql);
      if (!stored) return;
      await users.save(tenantId, { ...updates.reduce(changed, stored), updatedAt: clock.now() }, sql);
    });
  };
}

function changed(user: User, { of, metadata }: MetadataUpdate): User {
  return of === 'user_metadata'
    ? { ...user, userMetadata: mergedMetadata(user.userMetadata, metadata) }
    : { ...user, appMetadata: mergedMetadata(user.appMetadata, metadata) };
}
