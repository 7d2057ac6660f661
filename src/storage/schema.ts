// The tables as TypeScript sees them. Written so that SQLite and PostgreSQL both take them: instants are integers
// (milliseconds since 1970 UTC), truth values 0 or 1, lists and objects JSON in a text column, secrets sealed by the vault.

import type { Flag } from './flag.ts';
import type { AttackProtectionTable, AttemptCountersTable, KnownSourcesTable } from './schema-attack-protection.ts';
import type {
  ActionBindingsTable,
  ActionsTable,
  ActionVersionsTable,
  RuleConfigsTable,
  RulesTable,
} from './schema-code.ts';
import type { JobDataTable, JobErrorsTable, JobsTable } from './schema-job.ts';
import type {
  LogChainTable,
  LogCursorsTable,
  LogErasureOrdersTable,
  LogErasuresTable,
  LogEventsTable,
  LogSealsTable,
  LogStreamsTable,
} from './schema-log.ts';
import type {
  MailNoticesTable,
  MailProvidersTable,
  MailRequestsTable,
  MailTemplatesTable,
  TicketsTable,
} from './schema-mail.ts';
import type { RefreshTokensTable, UserinfoClaimsTable } from './schema-token.ts';
import type {
  CredentialsTable,
  HashKindsTable,
  IdentitiesTable,
  LoginIdentifiersTable,
  PasswordHistoryTable,
  UserMovesTable,
  UsersTable,
} from './schema-user.ts';

export interface TenantsTable {
  id: string;
  name: string;
  region: string;
  friendly_name: string | null;
  default_directory: string | null;
  default_audience: string | null;
  flags: string;
  created_at: number;
  updated_at: number;
}

export interface DashboardSessionsTable {
  tenant_id: string;
  /** SHA-256 of what the browser holds. */
  session_digest: string;
  user_id: string;
  created_at: number;
  seen_at: number;
}

export interface SetupTokensTable {
  tenant_id: string;
  /** SHA-256 of the token. */
  token_digest: string;
  expires_at: number;
}

export interface TenantDomainsTable {
  host: string;
  tenant_id: string;
  /** The host whose issuer this one uses; null when it has an issuer of its own. */
  alias_of: string | null;
  position: number;
}

export interface ClientsTable {
  tenant_id: string;
  client_id: string;
  name: string;
  description: string | null;
  app_type: string | null;
  is_first_party: Flag;
  token_endpoint_auth_method: string;
  client_secret_sealed: string | null;
  /** The secret before the last rotation. */
  previous_secret_sealed: string | null;
  previous_secret_expires_at: number | null;
  grant_types: string;
  callbacks: string;
  web_origins: string;
  allowed_origins: string;
  id_token_lifetime: number;
  id_token_alg: string;
  is_token_endpoint_ip_header_trusted: Flag;
  client_metadata: string;
  logo_uri: string | null;
  /** How its refresh tokens are (JSON). */
  refresh_token: string;
  created_at: number;
  updated_at: number;
}

export interface ClientCredentialsTable {
  tenant_id: string;
  client_id: string;
  id: string;
  /** The order in which the client lists them. */
  position: number;
  name: string | null;
  kid: string;
  alg: string;
  /** PEM, SubjectPublicKeyInfo. */
  public_key: string;
  expires_at: number | null;
  created_at: number;
}

export interface ClientAssertionsTable {
  tenant_id: string;
  client_id: string;
  /** SHA-256 of the assertion's `jti`. */
  jti_digest: string;
  /** From then on the assertion would not be valid anyway. */
  expires_at: number;
}

export interface ResourceServersTable {
  tenant_id: string;
  id: string;
  identifier: string;
  name: string | null;
  signing_alg: string;
  signing_secret_sealed: string | null;
  token_lifetime: number;
  token_dialect: string;
  scopes: string;
  user_policy: string;
  enforce_policies: Flag;
  allow_offline_access: Flag;
  created_at: number;
  updated_at: number;
}

export interface ClientGrantsTable {
  tenant_id: string;
  id: string;
  client_id: string;
  audience: string;
  subject_type: string;
  scope: string;
  created_at: number;
  updated_at: number;
}

export interface ConnectionsTable {
  tenant_id: string;
  id: string;
  name: string;
  strategy: string;
  options: string;
  secrets_sealed: string | null;
  realms: string;
  is_domain_connection: Flag;
  trusted: Flag;
  created_at: number;
  updated_at: number;
}

export interface ConnectionClientsTable {
  tenant_id: string;
  connection_id: string;
  client_id: string;
}

export interface RolesTable {
  tenant_id: string;
  id: string;
  name: string;
  description: string | null;
  created_at: number;
  updated_at: number;
}

export interface RolePermissionsTable {
  tenant_id: string;
  role_id: string;
  resource_server_identifier: string;
  permission_name: string;
}

export interface UserRolesTable {
  tenant_id: string;
  user_id: string;
  role_id: string;
}

export interface UserPermissionsTable {
  tenant_id: string;
  user_id: string;
  resource_server_identifier: string;
  permission_name: string;
}

export interface SigningKeysTable {
  tenant_id: string;
  kid: string;
  alg: string;
  /** `current`, `next`, `previous` or `revoked`. */
  status: string;
  public_jwk: string;
  private_key_sealed: string;
  created_at: number;
  published_at: number;
  current_since: number | null;
  retired_at: number | null;
}

/** The first versions' one master key; its row moves to `master_keys` at the next start. */
export interface MasterKeyTable {
  id: number;
  check_value: string;
}

/** The master keys under which something may be sealed. */
export interface MasterKeysTable {
  key_id: string;
  check_value: string;
}

export interface ConfigurationVersionTable {
  id: number;
  version: number;
}

export interface DevMarkTable {
  id: number;
  marked_at: number;
}

export interface Schema {
  dev_mark: DevMarkTable;
  tenants: TenantsTable;
  setup_tokens: SetupTokensTable;
  dashboard_sessions: DashboardSessionsTable;
  tenant_domains: TenantDomainsTable;
  clients: ClientsTable;
  client_credentials: ClientCredentialsTable;
  client_assertions: ClientAssertionsTable;
  resource_servers: ResourceServersTable;
  client_grants: ClientGrantsTable;
  connections: ConnectionsTable;
  connection_clients: ConnectionClientsTable;
  users: UsersTable;
  identities: IdentitiesTable;
  login_identifiers: LoginIdentifiersTable;
  credentials: CredentialsTable;
  hash_kinds: HashKindsTable;
  password_history: PasswordHistoryTable;
  user_moves: UserMovesTable;
  roles: RolesTable;
  role_permissions: RolePermissionsTable;
  user_roles: UserRolesTable;
  user_permissions: UserPermissionsTable;
  refresh_tokens: RefreshTokensTable;
  userinfo_claims: UserinfoClaimsTable;
  tickets: TicketsTable;
  mail_requests: MailRequestsTable;
  mail_notices: MailNoticesTable;
  mail_providers: MailProvidersTable;
  mail_templates: MailTemplatesTable;
  rules: RulesTable;
  rule_configs: RuleConfigsTable;
  action_bindings: ActionBindingsTable;
  actions: ActionsTable;
  action_versions: ActionVersionsTable;
  attempt_counters: AttemptCountersTable;
  known_sources: KnownSourcesTable;
  signing_keys: SigningKeysTable;
  log_events: LogEventsTable;
  log_streams: LogStreamsTable;
  log_cursors: LogCursorsTable;
  log_chain: LogChainTable;
  log_seals: LogSealsTable;
  log_erasures: LogErasuresTable;
  log_erasure_orders: LogErasureOrdersTable;
  master_key: MasterKeyTable;
  master_keys: MasterKeysTable;
  attack_protection: AttackProtectionTable;
  jobs: JobsTable;
  job_data: JobDataTable;
  job_errors: JobErrorsTable;
  configuration_version: ConfigurationVersionTable;
}
