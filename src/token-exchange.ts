// What a token request stands on, from the line before the hasher to the log: the guard, directories, rules and grants. Sign-ups
// stand on the same.
// Called by app.ts.
import { createActionPipeline } from './action/action-pipeline.ts';
import type { KeyedHash } from './attack-protection/attempt-keys.ts';
import { AttemptLine } from './attack-protection/attempt-line.ts';
import { createPlacesHere, createSharedPlaces } from './attack-protection/attempt-places.ts';
import type { IsBreached } from './attack-protection/breach-check.ts';
import { createFindBreach } from './attack-protection/breach-guard.ts';
import { createClientGuard } from './attack-protection/client-guard.ts';
import { createLoginGuard } from './attack-protection/login-guard.ts';
import { createProtectionMail } from './attack-protection/protection-mail.ts';
import { createProtectionSettings } from './attack-protection/protection-settings.ts';
import { createSignUpGuard } from './attack-protection/sign-up-guard.ts';
import { createPlaceTaking } from './attack-protection/take-places.ts';
import { createClientAuthentication } from './client/client-authentication.ts';
import { createConnectionResolver } from './connection/connection-resolver.ts';
import { createDirectories } from './directories.ts';
import { createRefusalFloor } from './directory/database/refusal-floor.ts';
import { createAccountScripts } from './directory/origin/account-scripts.ts';
import { createBreachedLogin } from './grant/breached-login.ts';
import { createClientCredentialsGrant } from './grant/client-credentials-grant.ts';
import { createCodeFetch } from './grant/code-fetch.ts';
import { createGrantPipeline } from './grant/grant-pipeline.ts';
import { createGuardedLogin } from './grant/guarded-login.ts';
import { createUserinfoClaimKeeping } from './grant/kept-claims.ts';
import { createLoggedExchange } from './grant/logged-exchange.ts';
import { createLoginCodeStep } from './grant/login-code-step.ts';
import { createManagementScopes } from './grant/management-scopes.ts';
import { createPasswordGrant } from './grant/password-grant.ts';
import { createRefreshTokenGrant } from './grant/refresh-token-grant.ts';
import { createRefreshTokenPlan } from './grant/refresh-token-plan.ts';
import { createTargetResolver } from './grant/token-target.ts';
import { createHasher, type Ground } from './ground.ts';
import type { KeyRing } from './key/key-ring.ts';
import type { Beat } from './lib/beat.ts';
import type { FairLine } from './lib/fair-line.ts';
import type { SteadyTime } from './lib/steady-clock.ts';
import type { LogRowOf, LogWriter } from './log/log-writer.ts';
import { createTurnedAwayTally } from './log/turned-away-tally.ts';
import { noMetrics } from './metrics/metrics.ts';
import { createRulePipeline } from './rule/rule-pipeline.ts';
import { createSandbox } from './sandbox/sandbox-runs.ts';
import { createLoggedSignUp } from './sign-up/logged-sign-up.ts';
import { createSignUp } from './sign-up/sign-up.ts';
import { createSignUpMail } from './sign-up/sign-up-mail.ts';
import type { ConfigurationCache } from './storage/configuration-cache.ts';
import type { GroupCommit } from './storage/group-commit.ts';
import type { Stores } from './stores.ts';
import type { TenantId } from './tenant/tenant.ts';
import type { OpaqueTokens } from './token/opaque-token.ts';
import { createTokenIssuer } from './token/token-issuer.ts';
import { createMetadataUpdates } from './user/metadata-update.ts';
import { createUserProvisioning } from './user/user-provisioning.ts';

/** What app.ts has built for others too. */
interface Parts {
  readonly stores: Stores;
  readonly cache: ConfigurationCache;
  readonly keys: KeyRing;
  readonly opaqueTokens: OpaqueTokens;
  readonly groupCommit: GroupCommit;
  readonly logRowOf: LogRowOf;
  readonly writeLog: LogWriter;
  readonly isBreached: IsBreached;
  readonly steadyTime: SteadyTime;
  readonly line: FairLine;
  readonly beat: Beat;
  readonly keyedHash: KeyedHash;
}

/** Builds what answers token requests and sign-ups, and hands out the parts of it that other endpoints need. */
export function createTokenExchange(ground: Ground, parts: Parts) {
  const { configuration, database, vault, clock, metrics = noMetrics } = ground;
  const { stores, cache, keys, opaqueTokens, groupCommit, writeLog, logRowOf } = parts;
  const { steadyTime, line, beat, keyedHash } = parts;
  const hasher = ground.hasher ?? createHasher(ground);
  const floor = createRefusalFloor(hasher, clock);
  const attemptLine = new AttemptLine(clock);
  const createPlaces = database.engine === 'sqlite' ? createPlacesHere : createSharedPlaces;
  const takePlaces = createPlaceTaking({
    attempts: stores.attempts,
    places: createPlaces({ ...stores, line: attemptLine, groupCommit, steadyTime }),
    line: attemptLine,
    clock,
    budgetMs: configuration.hashing.waitBudgetMs,
  });
  const settingsOf = createProtectionSettings(stores.attackProtection, cache);
  const protectionMail = createProtectionMail(stores.mailRequests, steadyTime);
  const findBreach = createFindBreach(settingsOf, parts.isBreached);
  const guarding = { settingsOf, takePlaces, clock, steadyTime, keyedHash, metrics };
  const guard = createLoginGuard({ ...guarding, knownSources: stores.knownSources });
  const { sandboxProcesses: most, sandboxHosts, privateNetworks, hashing } = configuration;
  const codeFetch = createCodeFetch({ hosts: sandboxHosts, networks: privateNetworks, clock });
  const sandbox = createSandbox({ most, budgetMs: hashing.waitBudgetMs, clock, fetch: codeFetch.fetch });
  const directories = createDirectories({
    ...{ database, stores, hasher, line, floor, cache, clock, takePlaces, groupCommit, steadyTime, keyedHash },
    sandbox,
    privateNetworks,
    replaced: ground.directories ?? {},
  });

  const connections = createConnectionResolver(stores.connections, cache);
  const managementScopesOf = createManagementScopes({ ...stores, connections });
  const rules = createRulePipeline({ ...stores, sandbox, cache, clock });
  const actions = createActionPipeline({ ...stores, sandbox, cache, clock });
  const runsCode = async (tenantId: TenantId) => (await rules.hasRules(tenantId)) || actions.hasActions(tenantId);
  const passwordGrant = createPasswordGrant({
    connections,
    directories,
    logIn: createGuardedLogin({
      guard,
      users: stores.users,
      provision: createUserProvisioning({ database, ...stores, runsCode, clock }),
      meetBreach: createBreachedLogin({ findBreach, protectionMail, logs: stores.logs, logRowOf, clock }),
      protectionMail,
      beat,
      clock,
    }),
    passwordGrantRealm: configuration.passwordGrant.realm,
  });
  const issueTokens = createTokenIssuer(keys, opaqueTokens, clock);
  const clientGuard = createClientGuard(clock, metrics);
  const authenticateClient = createClientAuthentication({ ...stores, cache, guard: clientGuard, clock });
  const logging = {
    writeLog,
    tally: createTurnedAwayTally(clock),
    clock,
    fingerprint: (value: string) => vault.fingerprint(value),
    logUnknownUserNames: configuration.log.unknownUserNames,
  };
  const exchange = createLoggedExchange({
    exchange: createGrantPipeline({
      grants: [
        passwordGrant,
        createClientCredentialsGrant(),
        createRefreshTokenGrant({ ...stores, connections, steadyTime }),
      ],
      authenticateClient,
      resolveTarget: createTargetResolver({ ...stores, cache, managementScopesOf }),
      runLoginCode: createLoginCodeStep({
        ...{ rules, actions },
        updateMetadata: createMetadataUpdates({ ...stores, database, clock }),
      }),
      planRefreshToken: createRefreshTokenPlan(stores.refreshTokens, steadyTime),
      issueTokens,
      keepUserinfoClaims: createUserinfoClaimKeeping(stores.userinfoClaims, clock),
      passwordGrantRegions: configuration.passwordGrant.regions,
    }),
    ...logging,
  });
  const signUp = createLoggedSignUp({
    signUp: createSignUp({
      ...{ ...stores, database, connections, guard: createSignUpGuard(guarding), hasher, line, clock },
      ...{ accountScripts: createAccountScripts(sandbox), findBreach, protectionMail, logRowOf },
      afterSignUp: createSignUpMail({ ...stores, steadyTime }),
    }),
    ...{ ...logging, logs: stores.logs, logRowOf },
  });
  return {
    ...{ exchange, signUp, hasher, directories, rules, actions, sandbox },
    closeSandbox: async () => {
      await sandbox.close();
      codeFetch.close();
    },
    ...{ authenticateClient, issueTokens, managementScopesOf, findBreach, protectionMail },
  };
}
