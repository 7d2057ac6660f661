// The list of everything that the Management API offers: each *-api module with what it stands on. Called by app.ts.
import { createActionEndpoints } from './action/action-api.ts';
import type { ActionPipeline } from './action/action-pipeline.ts';
import { createActionTrialEndpoints } from './action/action-trial-api.ts';
import { createActionVersionEndpoints } from './action/action-version-api.ts';
import { createTriggerEndpoints } from './action/trigger-api.ts';
import { createAttackProtectionEndpoints } from './attack-protection/attack-protection-api.ts';
import type { KeyedHash } from './attack-protection/attempt-keys.ts';
import { createBlockListEndpoints } from './attack-protection/block-list-api.ts';
import type { RefusesNewPassword } from './attack-protection/breach-guard.ts';
import { createUserBlockEndpoints } from './attack-protection/user-block-api.ts';
import { createClientEndpoints } from './client/client-api.ts';
import { createClientCredentialEndpoints } from './client/client-credential-api.ts';
import { createClientGrantEndpoints } from './client/client-grant-api.ts';
import { createConnectionEndpoints } from './connection/connection-api.ts';
import { createConnectionPartEndpoints } from './connection/connection-part-api.ts';
import { createConnectionStatusEndpoints } from './connection/connection-status-api.ts';
import { createConnectionTestEndpoints } from './connection/connection-test-api.ts';
import type { PasswordHasher } from './directory/database/password-hash.ts';
import type { DirectoryRegistry } from './directory/directory-registry.ts';
import { createAccountScripts } from './directory/origin/account-scripts.ts';
import { createUserLookup } from './directory/origin/user-lookup.ts';
import { createLoginTrials } from './grant/login-trial.ts';
import { createJobEndpoints } from './job/job-api.ts';
import { createVerificationEmailEndpoints } from './job/verification-email-api.ts';
import { createKeyEndpoints } from './key/key-api.ts';
import type { KeyRotation } from './key/key-rotation.ts';
import type { Clock } from './lib/clock.ts';
import type { FairLine } from './lib/fair-line.ts';
import type { SteadyTime } from './lib/steady-clock.ts';
import type { AuditLog } from './log/audit-log.ts';
import { createLogEndpoints } from './log/log-api.ts';
import { createLogSearchStore } from './log/log-search-store.ts';
import { createLoginInspectionEndpoints } from './log/login-inspection-api.ts';
import { createLogStreamEndpoints } from './log-stream/log-stream-api.ts';
import { createMailProviderEndpoints } from './mail/mail-provider-api.ts';
import type { MailQueue } from './mail/mail-queue.ts';
import { createMailTemplateEndpoints } from './mail/mail-template-api.ts';
import { createChanges } from './management/changes.ts';
import { createEmptyFamilyEndpoints } from './management/empty-families.ts';
import type { Endpoint } from './management/endpoint.ts';
import { createIdentityChanges } from './management/identity-changes.ts';
import { createProbeLimit } from './management/probe-limit.ts';
import { createUserChanges } from './management/user-changes.ts';
import { createVerificationMails } from './management/verification-mails.ts';
import { createHealthEndpoints } from './metrics/health-api.ts';
import type { RecentMinutes } from './metrics/recent-minutes.ts';
import { createGuardianEndpoints } from './mfa/guardian-api.ts';
import { createResourceServerEndpoints } from './resource-server/resource-server-api.ts';
import { createRoleEndpoints } from './role/role-api.ts';
import { createRoleAssignmentEndpoints } from './role/role-assignment-api.ts';
import { createRuleEndpoints } from './rule/rule-api.ts';
import { createRuleConfigEndpoints } from './rule/rule-config-api.ts';
import type { RulePipeline } from './rule/rule-pipeline.ts';
import { createRuleTrialEndpoints } from './rule/rule-trial-api.ts';
import type { Sandbox } from './sandbox/sandbox-runs.ts';
import type { Database } from './storage/database.ts';
import type { Stores } from './stores.ts';
import { createSetupEndpoints } from './tenant/setup-api.ts';
import { createTenantEndpoints } from './tenant/tenant-api.ts';
import { createTicketEndpoints } from './ticket/ticket-api.ts';
import { createRefreshTokenEndpoints } from './token/refresh-token-api.ts';
import type { VerifyOwnIdToken } from './token/verify-id-token.ts';
import { createIdentityEndpoints } from './user/identity-api.ts';
import { createUserEndpoints } from './user/user-api.ts';
import { createUserPartEndpoints } from './user/user-part-api.ts';
import { createUserSearchStore } from './user/user-search-store.ts';
import type { UserJobs } from './user-import/user-jobs.ts';

interface Parts {
  readonly stores: Stores;
  readonly userJobs: UserJobs;
  readonly database: Database;
  readonly hasher: PasswordHasher;
  /** In front of everything that hashes. */
  readonly line: FairLine;
  readonly directories: DirectoryRegistry;
  readonly rules: RulePipeline;
  readonly actions: ActionPipeline;
  readonly sandbox: Sandbox;
  readonly minutes: RecentMinutes;
  /** When the server started, in milliseconds since 1970 UTC. */
  readonly startedAt: number;
  readonly keyedHash: KeyedHash;
  readonly steadyTime: SteadyTime;
  readonly verifyIdToken: VerifyOwnIdToken;
  readonly clock: Clock;
  readonly keyRotation: KeyRotation;
  readonly audit: AuditLog;
  readonly mailQueue: MailQueue;
  /** See `Configuration.privateNetworks`. */
  readonly privateNetworks: readonly string[];
  /** True where this server has a list of breached passwords. */
  readonly knowsBreachedPasswords: boolean;
  readonly refusesNewPassword: RefusesNewPassword;
  readonly forgetConfiguration: () => void;
}

/** Every endpoint of the Management API. */
export function createManagementEndpoints(parts: Parts): readonly Endpoint[] {
  const changes = createChanges(parts);
  const verificationMails = createVerificationMails(parts.mailQueue);
  const lookUpUser = createUserLookup(parts.sandbox);
  const accountScripts = createAccountScripts(parts.sandbox);
  const users = createUserChanges({ ...parts, changes, verificationMails, lookUpUser, accountScripts });
  const ground = {
    ...{ ...parts, changes, users, verificationMails },
    identities: createIdentityChanges({ ...parts, changes, users }),
    userSearch: createUserSearchStore({ database: parts.database, users: parts.stores.users }),
    logSearch: createLogSearchStore(parts.database),
    limitProbes: createProbeLimit(parts.clock),
    trials: createLoginTrials(parts),
  };
  return [
    createSetupEndpoints(ground),
    createTenantEndpoints(ground),
    createClientEndpoints(ground),
    createClientCredentialEndpoints(ground),
    createClientGrantEndpoints(ground),
    createConnectionEndpoints(ground),
    createConnectionPartEndpoints(ground),
    createConnectionStatusEndpoints(ground),
    createConnectionTestEndpoints(ground),
    createResourceServerEndpoints(ground),
    createRoleEndpoints(ground),
    createAttackProtectionEndpoints(ground),
    createKeyEndpoints(ground),
    createUserEndpoints(ground),
    createIdentityEndpoints(ground),
    createRoleAssignmentEndpoints(ground),
    createUserPartEndpoints(ground),
    createRefreshTokenEndpoints(ground),
    createUserBlockEndpoints(ground),
    createBlockListEndpoints(ground),
    createLogEndpoints(ground),
    createLogStreamEndpoints(ground),
    createHealthEndpoints(ground),
    createLoginInspectionEndpoints(ground),
    createJobEndpoints(ground),
    createVerificationEmailEndpoints(ground),
    createRuleEndpoints(ground),
    createRuleConfigEndpoints(ground),
    createRuleTrialEndpoints(ground),
    createActionEndpoints(ground),
    createActionVersionEndpoints(ground),
    createActionTrialEndpoints(ground),
    createTriggerEndpoints(ground),
    createGuardianEndpoints(),
    createMailProviderEndpoints(ground),
    createMailTemplateEndpoints(ground),
    createTicketEndpoints(ground),
    createEmptyFamilyEndpoints(),
  ].flat();
}
