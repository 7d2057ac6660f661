// The composition root: builds each part once, lower rungs first, and hands it to the ones that need it.
import { AttemptLine } from './attack-protection/attempt-line.ts';
import { createPlacesHere, createSharedPlaces } from './attack-protection/attempt-places.ts';
import { createClientGuard } from './attack-protection/client-guard.ts';
import { createExpiredAttempts, type ExpiredAttempts } from './attack-protection/expired-attempts.ts';
import { createExpiryStore } from './attack-protection/expiry-store.ts';
import { createLoginGuard } from './attack-protection/login-guard.ts';
import { createPlaceTaking } from './attack-protection/take-places.ts';
import { createClientAuthentication } from './client/client-authentication.ts';
import type { Configuration } from './config/config.ts';
import { readVersion } from './config/version.ts';
import { createConnectionResolver } from './connection/connection-resolver.ts';
import { createDashboardFiles } from './dashboard/dashboard-files.ts';
import { createSessionEndpoint } from './dashboard/session-endpoint.ts';
import { createSessionTokens } from './dashboard/session-token.ts';
import { createDirectories } from './directories.ts';
import { createPasswordHasher, type PasswordHasher } from './directory/database/password-hash.ts';
import { createRefusalFloor } from './directory/database/refusal-floor.ts';
import type { DirectoryDrivers } from './directory/directory-registry.ts';
import { createClientCredentialsGrant } from './grant/client-credentials-grant.ts';
import { createGrantPipeline } from './grant/grant-pipeline.ts';
import { createGuardedLogin } from './grant/guarded-login.ts';
import { createLoggedExchange } from './grant/logged-exchange.ts';
import { createManagementScopes } from './grant/management-scopes.ts';
import { createPasswordGrant } from './grant/password-grant.ts';
import { createRefreshTokenGrant } from './grant/refresh-token-grant.ts';
import { createRefreshTokenPlan } from './grant/refresh-token-plan.ts';
import { createRevocation } from './grant/revocation.ts';
import { createRuleStep } from './grant/rule-step.ts';
import { createTargetResolver } from './grant/token-target.ts';
import { createClientAddress } from './http/client-ip.ts';
import { createCors } from './http/cors.ts';
import { createHealthRoutes } from './http/health-endpoints.ts';
import { createServer, type Readiness, type Server } from './http/server.ts';
import { createKeyRing } from './key/key-ring.ts';
import { createKeyRotation, type KeyRotation } from './key/key-rotation.ts';
import { createKeyStore } from './key/key-store.ts';
import type { Clock } from './lib/clock.ts';
import { FairLine } from './lib/fair-line.ts';
import type { Logger } from './lib/logger.ts';
import { createSteadyTime, type SteadyTime } from './lib/steady-clock.ts';
import { createAuditLog } from './log/audit-log.ts';
import { createLogIds } from './log/log-id.ts';
import { createLogWriter } from './log/log-writer.ts';
import { createTurnedAwayTally } from './log/turned-away-tally.ts';
import type { Endpoint } from './management/endpoint.ts';
import { createManagementAuth } from './management/management-auth.ts';
import { createManagementRouter } from './management/management-router.ts';
import { createReferenceEndpoint } from './management/reference-endpoint.ts';
import { createManagementEndpoints } from './management-endpoints.ts';
import { type Metrics, noMetrics, type ReadableMetrics } from './metrics/metrics.ts';
import { createRecentMinutes } from './metrics/recent-minutes.ts';
import { createMetadataEndpoints } from './oauth/metadata-endpoints.ts';
import { createRevocationEndpoint } from './oauth/revocation-endpoint.ts';
import { createTokenEndpoint } from './oauth/token-endpoint.ts';
import { createUserinfoEndpoint } from './oauth/userinfo-endpoint.ts';
import { createTokenRequestWatch } from './oauth/watched-token-request.ts';
import { managementAudience } from './resource-server/management-audience.ts';
import { createRulePipeline } from './rule/rule-pipeline.ts';
import { createSandbox } from './sandbox/sandbox-runs.ts';
import { createConfigurationCache } from './storage/configuration-cache.ts';
import type { Database } from './storage/database.ts';
import { createGroupCommit } from './storage/group-commit.ts';
import type { Vault } from './storage/vault.ts';
import { createStores, type Stores } from './stores.ts';
import { createTenantResolver } from './tenant/tenant-resolver.ts';
import { userinfoAudience } from './token/access-token.ts';
import { createEndedRefreshTokens } from './token/ended-refresh-tokens.ts';
import { createOpaqueTokens } from './token/opaque-token.ts';
import { createTokenIssuer } from './token/token-issuer.ts';
import { createAccessTokenVerifier } from './token/verify-access-token.ts';
import { createOwnIdTokenVerifier } from './token/verify-id-token.ts';
import { createMetadataUpdates } from './user/metadata-update.ts';
import { createUserProvisioning } from './user/user-provisioning.ts';
import { createExportedUsersEndpoint } from './user-import/exported-users-endpoint.ts';
import { createJobEvents } from './user-import/job-event.ts';
import { createJobRunner, type JobRunner, type RunJob } from './user-import/job-runner.ts';
import { runJob } from './user-import/run-job.ts';
import { createUserJobs } from './user-import/user-jobs.ts';

/** What the application stands on. */
export interface Ground {
  readonly configuration: Configuration;
  readonly database: Database;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly logger: Logger;
  /** What is told to whoever watches; nothing when left out. */
  readonly metrics?: ReadableMetrics;
  /** Takes the place of the hasher that the configuration describes. */
  readonly hasher?: PasswordHasher;
  /** Take the place of the drivers of their strategies. */
  readonly directories?: DirectoryDrivers;
  /** Does jobs about users in processes of their own; in this one when left out. */
  readonly runJob?: RunJob;
  /** Takes the place of one that starts at the time of the clock. */
  readonly steadyTime?: SteadyTime;
}

/** The hasher that the configuration describes. */
export function createHasher({
  configuration: { hashing },
  clock,
  metrics = noMetrics,
}: Pick<Ground, 'configuration' | 'clock'> & { readonly metrics?: Metrics }): PasswordHasher {
  return createPasswordHasher(hashing, clock, (algorithm, seconds) => metrics.hash(algorithm, seconds));
}

export interface App {
  readonly server: Server;
  /** What the Management API offers. */
  readonly endpoints: readonly Endpoint[];
  readonly stores: Stores;
  readonly jobRunner: JobRunner;
  readonly keyRotation: KeyRotation;
  /** Set `draining` to turn /readyz to 503. */
  readonly readiness: Readiness;
  /** What attempts and blocks are counted by; a server keeps it on the clock of its database. */
  readonly steadyTime: SteadyTime;
  /** What a server does about expired counters when it starts and once in a while. */
  readonly expiredAttempts: ExpiredAttempts;
  /** The same for refresh tokens that ended: deletes one piece, true when there may be more. */
  readonly clearRefreshTokens: () => Promise<boolean>;
  /** Makes configuration that this process changed itself take effect at once. */
  forgetConfiguration(): void;
}

/** The life cycle of signing keys; `forgetConfiguration` makes a change take effect in a process that also serves. */
export function createKeyLifeCycle(ground: Ground, forgetConfiguration: () => void = () => {}): KeyRotation {
  const { configuration, database, vault, clock } = ground;
  const { keyPublishAheadMs: publishAheadMs } = configuration;
  return createKeyRotation({
    database,
    keys: createKeyStore(database.sql, vault),
    clock,
    publishAheadMs,
    forgetConfiguration,
  });
}

/** Builds the application over its ground; the server does not listen yet. */
export function createApp(ground: Ground): App {
  const { configuration, database, vault, clock, logger, metrics = noMetrics } = ground;
  const steadyTime = ground.steadyTime ?? createSteadyTime(clock, clock.now());
  const stores = createStores(ground);
  metrics.watch({ signingKeys: () => stores.keys.count() });
  const cache = createConfigurationCache(database.sql, clock);
  const keys = createKeyRing(stores.keys, cache, clock);
  const opaqueTokens = createOpaqueTokens(vault, clock);

  const hasher = ground.hasher ?? createHasher(ground);
  const minutes = createRecentMinutes(clock);
  const line = new FairLine({
    slots: configuration.hashing.slots,
    budgetMs: configuration.hashing.waitBudgetMs,
    clock,
    onWait(outcome, waitedMs) {
      metrics.hashWait(outcome, waitedMs / 1000);
      minutes.hashWait(outcome, waitedMs);
    },
  });
  metrics.watch({ hashLine: () => line.state });
  const floor = createRefusalFloor(hasher, clock);
  const groupCommit = createGroupCommit(database, clock, (tookMs) => metrics.storage('commit', tookMs / 1000));
  const attemptLine = new AttemptLine(clock);
  const createPlaces = database.engine === 'sqlite' ? createPlacesHere : createSharedPlaces;
  const takePlaces = createPlaceTaking({
    attempts: stores.attempts,
    places: createPlaces({ ...stores, line: attemptLine, groupCommit, steadyTime }),
    line: attemptLine,
    clock,
    budgetMs: configuration.hashing.waitBudgetMs,
  });
  const keyedHash = (value: string) => vault.keyedHash(value);
  const guard = createLoginGuard({
    settings: stores.attackProtection,
    knownSources: stores.knownSources,
    takePlaces,
    cache,
    clock,
    steadyTime,
    keyedHash,
    metrics,
  });
  const directories = createDirectories({
    ...{ database, stores, hasher, line, floor, cache, clock, takePlaces, groupCommit, steadyTime, keyedHash },
    privateNetworks: configuration.privateNetworks,
    replaced: ground.directories ?? {},
  });

  const connections = createConnectionResolver(stores.connections, cache);
  const managementScopesOf = createManagementScopes({ ...stores, connections });
  const nextLogId = createLogIds();
  const passwordGrant = createPasswordGrant({
    connections,
    directories,
    logIn: createGuardedLogin({
      guard,
      users: stores.users,
      provision: createUserProvisioning({ database, users: stores.users, clock }),
      clock,
    }),
    passwordGrantRealm: configuration.passwordGrant.realm,
  });
  const { sandboxProcesses: most, hashing } = configuration;
  const sandbox = createSandbox({ most, budgetMs: hashing.waitBudgetMs, clock });
  const rules = createRulePipeline({ ...stores, sandbox, cache, clock });
  const issueTokens = createTokenIssuer(keys, opaqueTokens, clock);
  const clientGuard = createClientGuard(clock, metrics);
  const authenticateClient = createClientAuthentication({ ...stores, cache, guard: clientGuard, clock });
  const writeLog = createLogWriter(stores.logs, groupCommit, nextLogId, clock);
  const exchange = createLoggedExchange({
    exchange: createGrantPipeline({
      grants: [
        passwordGrant,
        createClientCredentialsGrant(),
        createRefreshTokenGrant({ ...stores, connections, steadyTime }),
      ],
      authenticateClient,
      resolveTarget: createTargetResolver({ ...stores, cache, managementScopesOf }),
      runRules: createRuleStep({ rules, updateMetadata: createMetadataUpdates({ ...stores, database, clock }) }),
      planRefreshToken: createRefreshTokenPlan(stores.refreshTokens, steadyTime),
      issueTokens,
      passwordGrantRegions: configuration.passwordGrant.regions,
    }),
    writeLog,
    tally: createTurnedAwayTally(clock),
    clock,
    fingerprint: (value) => vault.fingerprint(value),
    logUnknownUserNames: configuration.log.unknownUserNames,
  });

  const readiness: Readiness = { draining: false };
  const resolveTenant = createTenantResolver(stores.tenants, cache);
  const cors = createCors(stores.clients, cache);
  const clientAddress = createClientAddress(configuration.trustedProxies);
  const front = { resolveTenant, cors, clientAddress };
  const forgetConfiguration = () => cache.clear();
  const keyRotation = createKeyLifeCycle(ground, forgetConfiguration);
  const audit = createAuditLog(stores.logs, nextLogId, clock);
  const jobRunner = createJobRunner({
    ...{ database, clock, logger },
    ...{ jobs: stores.jobs, files: stores.jobFiles },
    runJob: ground.runJob ?? ((order) => runJob({ database, clock }, order)),
    connectionNames: async (tenantId) =>
      new Map((await stores.connections.list(tenantId)).map(({ id, name }) => [id, name])),
    onEnd: createJobEvents(audit, stores.tenants),
  });
  const userJobs = createUserJobs({
    ...{ database, clock, keyedHash },
    ...{ jobs: stores.jobs, files: stores.jobFiles },
    wake: () => jobRunner.wake(),
  });
  const endpoints = createManagementEndpoints({
    ...{ stores, database, hasher, line, clock, keyRotation, steadyTime, keyedHash, forgetConfiguration },
    ...{ audit, userJobs, directories, rules, minutes, startedAt: clock.now() },
    privateNetworks: configuration.privateNetworks,
    verifyIdToken: createOwnIdTokenVerifier(keys, clock),
  });
  const authenticate = createManagementAuth({
    ...stores,
    verifyToken: createAccessTokenVerifier({ keys, clock, audienceOf: managementAudience, opaqueTokens: null }),
    managementScopesOf,
    cache,
  });
  const management = createManagementRouter({ endpoints, authenticate, ...front });
  const server = createServer(logger, clock, readiness, [
    createHealthRoutes({ database, readiness, clock, steadyTime }),
    createTokenEndpoint({ ...front, exchange, watch: createTokenRequestWatch(metrics, minutes, clock) }),
    createRevocationEndpoint({
      ...front,
      revoke: createRevocation({ ...stores, authenticateClient, writeLog, clock, steadyTime }),
    }),
    createUserinfoEndpoint({
      resolveTenant,
      verifyToken: createAccessTokenVerifier({ keys, clock, audienceOf: userinfoAudience, opaqueTokens }),
      users: stores.users,
      cors,
    }),
    createMetadataEndpoints(resolveTenant, keys),
    management,
    createExportedUsersEndpoint({ resolveTenant, userJobs }),
    createReferenceEndpoint({ endpoints, resolveTenant, version: readVersion() }),
    createSessionEndpoint({
      ...{ resolveTenant, clientAddress, authenticate, clock },
      sessions: stores.dashboardSessions,
      issueSessionToken: createSessionTokens({ ...stores, managementScopesOf, issueTokens }),
    }),
    createDashboardFiles({ resolveTenant, clientAddress }),
  ]);
  server.addHook('onClose', () => directories.close());
  server.addHook('onClose', () => sandbox.close());
  const expiredAttempts = createExpiredAttempts({ expiry: createExpiryStore(database.sql), groupCommit, steadyTime });
  return {
    ...{ server, endpoints, stores, jobRunner, keyRotation },
    ...{ readiness, steadyTime, expiredAttempts, forgetConfiguration },
    clearRefreshTokens: createEndedRefreshTokens({ ...stores, groupCommit, steadyTime }),
  };
}
