// Brings a database to the newest schema. Migrations are dated, do one change each, and are never edited once released.
import type { Kysely } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type { Database } from './database.ts';
import * as createTenants from './migrations/2026-11-22-01-create-tenants.ts';
import * as createClients from './migrations/2026-11-22-02-create-clients.ts';
import * as createResourceServers from './migrations/2026-11-22-03-create-resource-servers.ts';
import * as createConnections from './migrations/2026-11-22-04-create-connections.ts';
import * as createClientGrants from './migrations/2026-11-22-05-create-client-grants.ts';
import * as createUsers from './migrations/2026-11-22-06-create-users.ts';
import * as createCredentials from './migrations/2026-11-22-07-create-credentials.ts';
import * as createSigningKeys from './migrations/2026-11-22-08-create-signing-keys.ts';
import * as createLogEvents from './migrations/2026-11-22-09-create-log-events.ts';
import * as createMasterKey from './migrations/2026-11-22-10-create-master-key.ts';
import * as createConfigurationVersion from './migrations/2026-11-22-11-create-configuration-version.ts';
import * as addSigningKeyTimes from './migrations/2026-11-22-20-add-signing-key-times.ts';
import * as oneCurrentSigningKey from './migrations/2026-11-22-21-one-current-signing-key.ts';
import * as addTokenDialect from './migrations/2026-11-22-22-add-token-dialect.ts';
import * as addIdTokenAlg from './migrations/2026-11-22-23-add-id-token-alg.ts';
import * as createMasterKeys from './migrations/2026-11-22-24-create-master-keys.ts';
import * as addClientPreviousSecret from './migrations/2026-11-22-30-add-client-previous-secret.ts';
import * as createClientCredentials from './migrations/2026-11-22-31-create-client-credentials.ts';
import * as createClientAssertions from './migrations/2026-11-22-32-create-client-assertions.ts';
import * as createRoles from './migrations/2026-11-22-33-create-roles.ts';
import * as addEnforcePolicies from './migrations/2026-11-22-34-add-enforce-policies.ts';
import * as createDevMark from './migrations/2026-11-22-40-create-dev-mark.ts';
import * as createAttackProtection from './migrations/2026-11-22-50-create-attack-protection.ts';
import * as addClientIpHeaderTrust from './migrations/2026-11-22-51-add-client-ip-header-trust.ts';
import * as createAttemptCounters from './migrations/2026-11-22-60-create-attempt-counters.ts';
import * as indexAttemptCountersByName from './migrations/2026-11-22-61-index-attempt-counters-by-name.ts';
import * as createKnownSources from './migrations/2026-11-22-62-create-known-sources.ts';
import * as addConnectionSecrets from './migrations/2026-11-22-70-add-connection-secrets.ts';
import * as addUpstreamData from './migrations/2026-11-22-71-add-upstream-data.ts';
import * as addManagementResourceServer from './migrations/2026-11-26-01-add-management-resource-server.ts';
import * as addClientMetadata from './migrations/2026-11-26-02-add-client-metadata.ts';
import * as addLinkedProfiles from './migrations/2026-11-26-03-add-linked-profiles.ts';
import * as createSetupTokens from './migrations/2026-11-26-04-create-setup-tokens.ts';
import * as addUserSearchKeys from './migrations/2026-11-26-10-add-user-search-keys.ts';
import * as indexUsersBySearchKeys from './migrations/2026-11-26-11-index-users-by-search-keys.ts';
import * as indexUsersByTime from './migrations/2026-11-26-12-index-users-by-time.ts';
import * as indexIdentitiesByConnection from './migrations/2026-11-26-13-index-identities-by-connection.ts';
import * as indexLogEventsByUser from './migrations/2026-11-26-14-index-log-events-by-user.ts';
import * as tellSqliteOfManyUsers from './migrations/2026-11-26-15-tell-sqlite-of-many-users.ts';
import * as createRules from './migrations/2026-11-26-20-create-rules.ts';
import * as createActions from './migrations/2026-11-26-21-create-actions.ts';
import * as createJobs from './migrations/2026-11-26-40-create-jobs.ts';
import * as addLogEventRequest from './migrations/2026-11-27-01-add-log-event-request.ts';
import * as indexLogEventsByRequest from './migrations/2026-11-27-02-index-log-events-by-request.ts';
import * as createDashboardSessions from './migrations/2026-11-27-10-create-dashboard-sessions.ts';
import * as addClientRefreshToken from './migrations/2026-11-27-20-add-client-refresh-token.ts';
import * as addAllowOfflineAccess from './migrations/2026-11-27-21-add-allow-offline-access.ts';
import * as createRefreshTokens from './migrations/2026-11-27-22-create-refresh-tokens.ts';
import * as indexRefreshTokens from './migrations/2026-11-27-23-index-refresh-tokens.ts';
import * as createActionBindings from './migrations/2026-11-28-01-create-action-bindings.ts';
import * as createUserinfoClaims from './migrations/2026-11-28-02-create-userinfo-claims.ts';
import * as createTickets from './migrations/2026-11-28-10-create-tickets.ts';
import * as createMailRequests from './migrations/2026-11-28-11-create-mail-requests.ts';
import * as createMailProviders from './migrations/2026-11-28-12-create-mail-providers.ts';
import * as createMailTemplates from './migrations/2026-11-28-13-create-mail-templates.ts';
import * as createPasswordHistory from './migrations/2026-11-28-20-create-password-history.ts';
import * as createUserMoves from './migrations/2026-11-28-30-create-user-moves.ts';
import * as addTicketBlockKey from './migrations/2026-11-29-01-add-ticket-block-key.ts';
import * as createMailNotices from './migrations/2026-11-29-02-create-mail-notices.ts';
import * as addLogEventPosition from './migrations/2026-11-29-10-add-log-event-position.ts';
import * as createLogStreams from './migrations/2026-11-29-11-create-log-streams.ts';
import * as createLogCursors from './migrations/2026-11-29-12-create-log-cursors.ts';
import * as createLogChain from './migrations/2026-11-29-13-create-log-chain.ts';
import * as createLogSeals from './migrations/2026-11-29-14-create-log-seals.ts';
import * as createLogErasures from './migrations/2026-11-29-15-create-log-erasures.ts';
import * as createLogErasureOrders from './migrations/2026-11-29-16-create-log-erasure-orders.ts';
import { UnusableDatabase } from './unusable-database.ts';

const migrations: Record<string, Migration> = {
  '2026-11-22-01-create-tenants': createTenants,
  '2026-11-22-02-create-clients': createClients,
  '2026-11-22-03-create-resource-servers': createResourceServers,
  '2026-11-22-04-create-connections': createConnections,
  '2026-11-22-05-create-client-grants': createClientGrants,
  '2026-11-22-06-create-users': createUsers,
  '2026-11-22-07-create-credentials': createCredentials,
  '2026-11-22-08-create-signing-keys': createSigningKeys,
  '2026-11-22-09-create-log-events': createLogEvents,
  '2026-11-22-10-create-master-key': createMasterKey,
  '2026-11-22-11-create-configuration-version': createConfigurationVersion,
  '2026-11-22-20-add-signing-key-times': addSigningKeyTimes,
  '2026-11-22-21-one-current-signing-key': oneCurrentSigningKey,
  '2026-11-22-22-add-token-dialect': addTokenDialect,
  '2026-11-22-23-add-id-token-alg': addIdTokenAlg,
  '2026-11-22-24-create-master-keys': createMasterKeys,
  '2026-11-22-30-add-client-previous-secret': addClientPreviousSecret,
  '2026-11-22-31-create-client-credentials': createClientCredentials,
  '2026-11-22-32-create-client-assertions': createClientAssertions,
  '2026-11-22-33-create-roles': createRoles,
  '2026-11-22-34-add-enforce-policies': addEnforcePolicies,
  '2026-11-22-40-create-dev-mark': createDevMark,
  '2026-11-22-50-create-attack-protection': createAttackProtection,
  '2026-11-22-51-add-client-ip-header-trust': addClientIpHeaderTrust,
  '2026-11-22-60-create-attempt-counters': createAttemptCounters,
  '2026-11-22-61-index-attempt-counters-by-name': indexAttemptCountersByName,
  '2026-11-22-62-create-known-sources': createKnownSources,
  '2026-11-22-70-add-connection-secrets': addConnectionSecrets,
  '2026-11-22-71-add-upstream-data': addUpstreamData,
  '2026-11-26-01-add-management-resource-server': addManagementResourceServer,
  '2026-11-26-02-add-client-metadata': addClientMetadata,
  '2026-11-26-03-add-linked-profiles': addLinkedProfiles,
  '2026-11-26-04-create-setup-tokens': createSetupTokens,
  '2026-11-26-10-add-user-search-keys': addUserSearchKeys,
  '2026-11-26-11-index-users-by-search-keys': indexUsersBySearchKeys,
  '2026-11-26-12-index-users-by-time': indexUsersByTime,
  '2026-11-26-13-index-identities-by-connection': indexIdentitiesByConnection,
  '2026-11-26-14-index-log-events-by-user': indexLogEventsByUser,
  '2026-11-26-15-tell-sqlite-of-many-users': tellSqliteOfManyUsers,
  '2026-11-26-20-create-rules': createRules,
  '2026-11-26-21-create-actions': createActions,
  '2026-11-26-40-create-jobs': createJobs,
  '2026-11-27-01-add-log-event-request': addLogEventRequest,
  '2026-11-27-02-index-log-events-by-request': indexLogEventsByRequest,
  '2026-11-27-10-create-dashboard-sessions': createDashboardSessions,
  '2026-11-27-20-add-client-refresh-token': addClientRefreshToken,
  '2026-11-27-21-add-allow-offline-access': addAllowOfflineAccess,
  '2026-11-27-22-create-refresh-tokens': createRefreshTokens,
  '2026-11-27-23-index-refresh-tokens': indexRefreshTokens,
  '2026-11-28-01-create-action-bindings': createActionBindings,
  '2026-11-28-02-create-userinfo-claims': createUserinfoClaims,
  '2026-11-28-10-create-tickets': createTickets,
  '2026-11-28-11-create-mail-requests': createMailRequests,
  '2026-11-28-12-create-mail-providers': createMailProviders,
  '2026-11-28-13-create-mail-templates': createMailTemplates,
  '2026-11-28-20-create-password-history': createPasswordHistory,
  '2026-11-28-30-create-user-moves': createUserMoves,
  '2026-11-29-01-add-ticket-block-key': addTicketBlockKey,
  '2026-11-29-02-create-mail-notices': createMailNotices,
  '2026-11-29-10-add-log-event-position': addLogEventPosition,
  '2026-11-29-11-create-log-streams': createLogStreams,
  '2026-11-29-12-create-log-cursors': createLogCursors,
  '2026-11-29-13-create-log-chain': createLogChain,
  '2026-11-29-14-create-log-seals': createLogSeals,
  '2026-11-29-15-create-log-erasures': createLogErasures,
  '2026-11-29-16-create-log-erasure-orders': createLogErasureOrders,
};

/** How a database's schema stands to this version's. */
interface SchemaState {
  /** True for a database in which nothing was ever made. */
  readonly isEmpty: boolean;
  /** Migrations that were not run yet. */
  readonly missing: readonly string[];
  /** Migrations that this version does not know: a newer one made them. */
  readonly unknown: readonly string[];
}

/** Looks without changing anything. */
export async function readSchemaState(database: Pick<Database, 'sql'>): Promise<SchemaState> {
  const names = Object.keys(migrations);
  const tables = await database.sql.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some((table) => table.name === 'kysely_migration')) {
    return { isEmpty: tables.length === 0, missing: names, unknown: [] };
  }
  const history = database.sql as unknown as Kysely<{ kysely_migration: { name: string } }>;
  const applied = (await history.selectFrom('kysely_migration').select('name').execute()).map((row) => row.name);
  return {
    isEmpty: false,
    missing: names.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !names.includes(name)),
  };
}

/**
 * Runs what is missing and names it; of several processes that start at once one does it. Throws when it fails, and
 * `UnusableDatabase` when a newer version wrote the database.
 */
export async function migrateToNewest(database: Database): Promise<readonly string[]> {
  const { unknown } = await readSchemaState(database);
  if (unknown.length > 0) {
    throw new UnusableDatabase(
      `The database was written by a newer version of Gatehouse (it has ${unknown[0]}). Run that version, or restore a backup of this one's with \`gatehouse restore FILE\`.`,
    );
  }
  const { error, results } = await database.withoutTimeout((sql) =>
    new Migrator({ db: sql, provider: { getMigrations: async () => migrations } }).migrateToLatest(),
  );
  if (error !== undefined)
    throw new Error('The database could not be brought to this version’s schema.', { cause: error });
  return (results ?? []).filter((one) => one.status === 'Success').map((one) => one.migrationName);
}
