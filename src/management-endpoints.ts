// The list of everything that the Management API offers: each *-api module with what it stands on. Called by app.ts.
import { createActionEndpoints } from './action/action-api.ts';
import { createActionVersionEndpoints } from './action/action-version-api.ts';
import { createTriggerEndpoints } from './action/trigger-api.ts';
import type { Stores } from './app.ts';
import { createAttackProtectionEndpoints } from './attack-protection/attack-protection-api.ts';
import { createClientEndpoints } from './client/client-api.ts';
import { createClientCredentialEndpoints } from './client/client-credential-api.ts';
import { createClientGrantEndpoints } from './client/client-grant-api.ts';
import { createConnectionEndpoints } from './connection/connection-api.ts';
import { createConnectionStatusEndpoints } from './connection/connection-status-api.ts';
import type { PasswordHasher } from './directory/database/password-hash.ts';
import { createKeyEndpoints } from './key/key-api.ts';
import type { KeyRotation } from './key/key-rotation.ts';
import type { Clock } from './lib/clock.ts';
import type { AuditLog } from './log/audit-log.ts';
import { createMailEndpoints } from './mail/mail-api.ts';
import { createChanges } from './management/changes.ts';
import { createEmptyFamilyEndpoints } from './management/empty-families.ts';
import type { Endpoint } from './management/endpoint.ts';
import { createGuardianEndpoints } from './mfa/guardian-api.ts';
import { createResourceServerEndpoints } from './resource-server/resource-server-api.ts';
import { createRoleEndpoints } from './role/role-api.ts';
import { createRuleEndpoints } from './rule/rule-api.ts';
import { createRuleConfigEndpoints } from './rule/rule-config-api.ts';
import type { Database } from './storage/database.ts';
import { createTenantEndpoints } from './tenant/tenant-api.ts';
import { createTicketEndpoints } from './ticket/ticket-api.ts';

interface Parts {
  readonly stores: Stores;
  readonly database: Database;
  readonly hasher: PasswordHasher;
  readonly clock: Clock;
  readonly keyRotation: KeyRotation;
  readonly audit: AuditLog;
  /** See `Configuration.privateNetworks`. */
  readonly privateNetworks: readonly string[];
  readonly forgetConfiguration: () => void;
}

/** Every endpoint of the Management API. */
export function createManagementEndpoints(parts: Parts): readonly Endpoint[] {
  const changes = createChanges(parts);
  const ground = { ...parts, changes };
  return [
    createTenantEndpoints(ground),
    createClientEndpoints(ground),
    createClientCredentialEndpoints(ground),
    createClientGrantEndpoints(ground),
    createConnectionEndpoints(ground),
    createConnectionStatusEndpoints(ground),
    createResourceServerEndpoints(ground),
    createRoleEndpoints(ground),
    createAttackProtectionEndpoints(ground),
    createKeyEndpoints(ground),
    createRuleEndpoints(ground),
    createRuleConfigEndpoints(ground),
    createActionEndpoints(ground),
    createActionVersionEndpoints(ground),
    createTriggerEndpoints(),
    createGuardianEndpoints(),
    createMailEndpoints(),
    createTicketEndpoints(),
    createEmptyFamilyEndpoints(),
  ].flat();
}
