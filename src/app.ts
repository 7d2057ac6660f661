// The composition root: builds each part once, lower rungs first, and hands it to the ones that need it.
import { createAccountMail } from './account-mail.ts';
import { createNewPasswordGuard } from './attack-protection/breach-guard.ts';
import { createExpiredAttempts, type ExpiredAttempts } from './attack-protection/expired-attempts.ts';
import { createExpiryStore } from './attack-protection/expiry-store.ts';
import { createBreachedPasswords } from './breached-passwords.ts';
import { readVersion } from './config/version.ts';
import { createDashboardFiles } from './dashboard/dashboard-files.ts';
import { createSessionEndpoint } from './dashboard/session-endpoint.ts';
import { createSessionTokens } from './dashboard/session-token.ts';
import { createRevocation } from './grant/revocation.ts';
import { createHashLine, type Ground } from './ground.ts';
import { createClientAddress } from './http/client-ip.ts';
import { createCors } from './http/cors.ts';
import { createHealthRoutes } from './http/health-endpoints.ts';
import { createServer, type Readiness, type Server } from './http/server.ts';
import { createKeyRing } from './key/key-ring.ts';
import { createKeyRotation, type KeyRotation } from './key/key-rotation.ts';
import { createKeyStore } from './key/key-store.ts';
import { createBeat } from './lib/beat.ts';
import { createSteadyTime, type SteadyTime } from './lib/steady-clock.ts';
import { createAccountLog } from './log/account-log.ts';
import { createAuditLog } from './log/audit-log.ts';
import { createLogIds } from './log/log-id.ts';
import type { LogUpkeep } from './log/log-upkeep.ts';
import { createLogRows, createLogWriter } from './log/log-writer.ts';
import type { StreamSender } from './log-stream/stream-sender.ts';
import { createLogStreams } from './log-streams.ts';
import type { MailSender } from './mail/mail-sender.ts';
import type { Endpoint } from './management/endpoint.ts';
import { createManagementAuth } from './management/management-auth.ts';
import { createManagementRouter } from './management/management-router.ts';
import { createReferenceEndpoint } from './management/reference-endpoint.ts';
import { createManagementEndpoints } from './management-endpoints.ts';
import { noMetrics } from './metrics/metrics.ts';
import { createRecentMinutes } from './metrics/recent-minutes.ts';
import { createMetadataEndpoints } from './oauth/metadata-endpoints.ts';
import { createRevocationEndpoint } from './oauth/revocation-endpoint.ts';
import { createSignUpEndpoint } from './oauth/sign-up-endpoint.ts';
import { createTokenEndpoint } from './oauth/token-endpoint.ts';
import { createUserinfoEndpoint } from './oauth/userinfo-endpoint.ts';
import { createTokenRequestWatch } from './oauth/watched-token-request.ts';
import { managementAudience } from './resource-server/management-audience.ts';
import { createConfigurationCache } from './storage/configuration-cache.ts';
import { createGroupCommit } from './storage/group-commit.ts';
import { createStores, type Stores } from './stores.ts';
import { createTenantResolver } from './tenant/tenant-resolver.ts';
import { createExpiredTickets } from './ticket/expired-tickets.ts';
import { userinfoAudience } from './token/access-token.ts';
import { createEndedRefreshTokens } from './token/ended-refresh-tokens.ts';
import { createOpaqueTokens } from './token/opaque-token.ts';
import { createAccessTokenVerifier } from './token/verify-access-token.ts';
import { createOwnIdTokenVerifier } from './token/verify-id-token.ts';
import { createTokenExchange } from './token-exchange.ts';
import { createExportedUsersEndpoint } from './user-import/exported-users-endpoint.ts';
import { createJobEvents } from './user-import/job-event.ts';
import { createJobRunner, type JobRunner } from './user-import/job-runner.ts';
import { runJob } from './user-import/run-job.ts';
import { createUserJobs } from './user-import/user-jobs.ts';

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
  /** The same for tickets. */
  readonly clearTickets: () => Promise<boolean>;
  /** Sends what waits to be sent, once it is run. */
  readonly mailSender: MailSender;
  /** Brings log events to those who follow the log, once it is run. */
  readonly streamSender: StreamSender;
  /** Seals and prunes the log, once it is run. */
  readonly logUpkeep: LogUpkeep;
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

  const minutes = createRecentMinutes(clock);
  const line = createHashLine(ground, minutes);
  const beat = createBeat(() => line.expectedWaitMs, clock);
  const groupCommit = createGroupCommit({
    ...{ database, clock, beat },
    onCommit: (tookMs) => metrics.storage('commit', tookMs / 1000),
  });
  const nextLogId = createLogIds();
  const logRowOf = createLogRows(nextLogId, clock);
  const writeLog = createLogWriter(stores.logs, groupCommit, logRowOf);
  const keyedHash = (value: string) => vault.keyedHash(value);
  const { isBreached, ...breachedPasswords } = createBreachedPasswords(ground);
  const {
    exchange,
    signUp,
    hasher,
    directories,
    rules,
    actions,
    sandbox,
    closeSandbox,
    authenticateClient,
    issueTokens,
    managementScopesOf,
    findBreach,
    protectionMail,
  } = createTokenExchange(ground, {
    ...{ stores, cache, keys, opaqueTokens, groupCommit, writeLog, logRowOf },
    ...{ steadyTime, line, beat, keyedHash, isBreached },
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
  const accountLog = createAccountLog(stores.logs, logRowOf);
  const refusesNewPassword = createNewPasswordGuard({ findBreach, protectionMail, database, accountLog });
  const accountMail = createAccountMail(ground, {
    ...{ stores, steadyTime, groupCommit, hasher, line, sandbox, resolveTenant, clientAddress, cors },
    ...{ accountLog, refusesNewPassword, keyedHash },
  });
  const streamSender = createLogStreams(ground, { stores, steadyTime });
  const endpoints = createManagementEndpoints({
    ...{ stores, database, hasher, line, clock, keyRotation, steadyTime, keyedHash, forgetConfiguration },
    ...{ audit, userJobs, mailQueue: accountMail.queue, directories, rules, actions, sandbox, minutes },
    ...{ startedAt: clock.now(), privateNetworks: configuration.privateNetworks, refusesNewPassword },
    knowsBreachedPasswords: breachedPasswords.hasSource,
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
    createTokenEndpoint({ ...front, beat, exchange, watch: createTokenRequestWatch(metrics, minutes, clock) }),
    createSignUpEndpoint({ ...front, signUp }),
    createRevocationEndpoint({
      ...front,
      revoke: createRevocation({ ...stores, authenticateClient, writeLog, clock, steadyTime }),
    }),
    createUserinfoEndpoint({
      resolveTenant,
      verifyToken: createAccessTokenVerifier({ keys, clock, audienceOf: userinfoAudience, opaqueTokens }),
      ...{ users: stores.users, userinfoClaims: stores.userinfoClaims },
      cors,
    }),
    createMetadataEndpoints(resolveTenant, keys),
    ...accountMail.routes,
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
  server.addHook('onClose', closeSandbox);
  server.addHook('onClose', () => breachedPasswords.close());
  server.addHook('onClose', () => streamSender.close());
  const expiredAttempts = createExpiredAttempts({ expiry: createExpiryStore(database.sql), groupCommit, steadyTime });
  return {
    ...{ server, endpoints, stores, jobRunner, keyRotation },
    ...{ readiness, steadyTime, expiredAttempts, forgetConfiguration },
    clearRefreshTokens: createEndedRefreshTokens({ ...stores, groupCommit, steadyTime }),
    clearTickets: createExpiredTickets({ ...stores, groupCommit, steadyTime }),
    mailSender: accountMail.sender,
    streamSender,
    logUpkeep: streamSender.upkeep,
  };
}
