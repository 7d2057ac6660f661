// The stores of every noun over one database: what servers and commands share.
import { createActionBindingStore } from './action/action-binding-store.ts';
import { createActionStore } from './action/action-store.ts';
import { createAttackProtectionStore } from './attack-protection/attack-protection-store.ts';
import { createAttemptStore } from './attack-protection/attempt-store.ts';
import { createBlockStore } from './attack-protection/block-store.ts';
import { createKnownSourceStore } from './attack-protection/known-source-store.ts';
import { createClientAssertionStore } from './client/client-assertion-store.ts';
import { createClientCredentialStore } from './client/client-credential-store.ts';
import { createClientGrantStore } from './client/client-grant-store.ts';
import { createClientStore } from './client/client-store.ts';
import { createConnectionStore } from './connection/connection-store.ts';
import { createDashboardSessionStore } from './dashboard/dashboard-session-store.ts';
import { createCredentialStore } from './directory/database/credential-store.ts';
import { createJobFileStore } from './job/job-file-store.ts';
import { createJobStore } from './job/job-store.ts';
import { createKeyStore } from './key/key-store.ts';
import { createLogErasureStore } from './log/log-erasure-store.ts';
import { createLogFeedStore } from './log/log-feed-store.ts';
import { createLogPruningStore } from './log/log-pruning-store.ts';
import { createLogSealStore } from './log/log-seal-store.ts';
import { createLogStore } from './log/log-store.ts';
import { createLogCursorStore } from './log-stream/log-cursor-store.ts';
import { createLogStreamStore } from './log-stream/log-stream-store.ts';
import { createMailNoticeStore } from './mail/mail-notice-store.ts';
import { createMailProviderStore } from './mail/mail-provider-store.ts';
import { createMailRequestStore } from './mail/mail-request-store.ts';
import { createMailTemplateStore } from './mail/mail-template-store.ts';
import { createResourceServerStore } from './resource-server/resource-server-store.ts';
import { createRoleAssignmentStore } from './role/role-assignment-store.ts';
import { createRoleStore } from './role/role-store.ts';
import { createRuleConfigStore } from './rule/rule-config-store.ts';
import { createRuleStore } from './rule/rule-store.ts';
import type { Database } from './storage/database.ts';
import type { Vault } from './storage/vault.ts';
import { createSetupTokenStore } from './tenant/setup-token-store.ts';
import { createTenantStore } from './tenant/tenant-store.ts';
import { createTicketStore } from './ticket/ticket-store.ts';
import { createRefreshTokenStore } from './token/refresh-token-store.ts';
import { createUserinfoClaimStore } from './token/userinfo-claim-store.ts';
import { createUserLoginStore } from './user/user-login-store.ts';
import { createUserMoveStore } from './user/user-move-store.ts';
import { createUserStore } from './user/user-store.ts';

/** The stores of every noun. */
export type Stores = ReturnType<typeof createStores>;

/** Builds them. */
export function createStores({ database, vault }: { readonly database: Database; readonly vault: Vault }) {
  const { sql } = database;
  return {
    tenants: createTenantStore(sql),
    setupTokens: createSetupTokenStore(sql),
    dashboardSessions: createDashboardSessionStore(database),
    clients: createClientStore(sql, vault),
    clientCredentials: createClientCredentialStore(sql),
    clientAssertions: createClientAssertionStore(sql),
    clientGrants: createClientGrantStore(sql),
    resourceServers: createResourceServerStore(sql, vault),
    connections: createConnectionStore(sql, vault),
    users: createUserStore(sql),
    userLogins: createUserLoginStore(database),
    userMoves: createUserMoveStore(sql),
    roles: createRoleStore(sql),
    roleAssignments: createRoleAssignmentStore(sql),
    credentials: createCredentialStore(sql),
    keys: createKeyStore(sql, vault),
    attackProtection: createAttackProtectionStore(sql),
    attempts: createAttemptStore(sql),
    knownSources: createKnownSourceStore(sql),
    blocks: createBlockStore(database),
    refreshTokens: createRefreshTokenStore(sql, vault),
    tickets: createTicketStore(sql),
    mailRequests: createMailRequestStore(sql, vault),
    mailNotices: createMailNoticeStore(sql),
    mailProviders: createMailProviderStore(sql, vault),
    mailTemplates: createMailTemplateStore(sql),
    logs: createLogStore(sql),
    logFeed: createLogFeedStore(sql),
    logSeals: createLogSealStore(sql, vault),
    logPruning: createLogPruningStore(),
    logErasures: createLogErasureStore(sql),
    logStreams: createLogStreamStore(sql, vault),
    logCursors: createLogCursorStore(sql),
    jobs: createJobStore(sql),
    jobFiles: createJobFileStore(sql),
    userinfoClaims: createUserinfoClaimStore(sql),
    actionBindings: createActionBindingStore(sql, vault),
    rules: createRuleStore(sql),
    ruleConfigs: createRuleConfigStore(sql, vault),
    actions: createActionStore(sql, vault),
  };
}
