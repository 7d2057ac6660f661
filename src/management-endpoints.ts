// The list of everything that the Management API offers: each *-api module with what it stands on. Called by app.ts.
import { createClientEndpoints } from './client/client-api.ts';
import type { ApplyStores } from './declaration/workspace.ts';
import type { PasswordHasher } from './directory/database/password-hash.ts';
import type { KeyRotation } from './key/key-rotation.ts';
import type { Clock } from './lib/clock.ts';
import type { AuditLog } from './log/audit-log.ts';
import { createChanges } from './management/changes.ts';
import type { Endpoint } from './management/endpoint.ts';
import type { Database } from './storage/database.ts';

interface Parts {
  readonly stores: ApplyStores;
  readonly database: Database;
  readonly hasher: PasswordHasher;
  readonly clock: Clock;
  readonly keyRotation: KeyRotation;
  readonly audit: AuditLog;
  readonly forgetConfiguration: () => void;
}

/** Every endpoint of the Management API. */
export function createManagementEndpoints(parts: Parts): readonly Endpoint[] {
  const changes = createChanges(parts);
  const ground = { ...parts, changes };
  return [createClientEndpoints(ground)].flat();
}
