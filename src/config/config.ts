// Every option there is: its meaning, its bounds, its default. The configuration file, the environment, the flags and
// docs/configuration.md are all made from this list.
import Type, { type Static } from 'typebox';
import type { LogLevel } from '../lib/logger.ts';
import type { Secret } from '../lib/secret.ts';

/** The options as they are written in the file; in the environment as GATEHOUSE_NAME, on the command line as --name. */
export const OptionsSchema = Type.Object(
  {
    data_dir: Type.String({
      default: '.gatehouse',
      minLength: 1,
      description: 'Folder of the database and, under `dev`, of the master key and the certificates.',
    }),
    database_url: Type.String({
      default: '',
      description:
        'Where the database is: `sqlite:PATH`, or `postgres://USER:PASSWORD@HOST:PORT/NAME` for PostgreSQL 15 and later. Empty for `gatehouse.db` in the data folder.',
    }),
    database_pool_size: Type.Integer({
      default: 10,
      minimum: 1,
      maximum: 1000,
      description: 'Most connections of this process to PostgreSQL. SQLite has one.',
    }),
    master_key: Type.String({
      default: '',
      description:
        'The key that everything secret in the database is encrypted under: 32 random bytes in base64 or hex. Best kept in a file (`GATEHOUSE_MASTER_KEY_FILE`). `dev` makes one in its data folder; the other commands refuse to.',
    }),
    previous_master_keys: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description:
        'Master keys that only open what is still encrypted under them, until `gatehouse master-key rotate` has moved everything to `master_key`; one a line in a file.',
    }),
    setup_token: Type.String({
      default: '',
      description:
        'One-time token by which a tenant without administrators gets its first one, within an hour of the start of a server. Made and printed at the start when left out.',
    }),
    key_publish_ahead_seconds: Type.Integer({
      default: 600,
      minimum: 0,
      maximum: 2_592_000,
      description:
        'How long the next signing key must have been published before a rotation lets it sign: at least as long as APIs cache the key set.',
    }),
    host: Type.String({
      default: '127.0.0.1',
      minLength: 1,
      description:
        'Address to listen on. Other ones than loopback need a certificate (`tls_cert`) or a proxy with TLS (`trusted_proxies`).',
    }),
    port: Type.Integer({ default: 3000, minimum: 0, maximum: 65_535, description: 'Port for plain HTTP.' }),
    https_port: Type.Integer({
      default: 3443,
      minimum: 0,
      maximum: 65_535,
      description: 'Port for HTTPS: of `serve` with `tls_cert`, and of `dev` with a certificate of its own making.',
    }),
    tls_cert: Type.String({
      default: '',
      description:
        'File of the certificate that `serve` shows, PEM, with its chain. With it only HTTPS is served, on `https_port`. Read again when it changes.',
    }),
    tls_key: Type.String({ default: '', description: 'File of the private key of `tls_cert`, PEM.' }),
    trusted_proxies: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description:
        'Addresses or networks (`10.0.0.0/8`) of proxies whose `X-Forwarded-For` is believed. The client is the last address in it that is none of these.',
    }),
    private_networks: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description:
        'Networks of your own (`10.0.0.0/8`) in which directories may be that somebody connects over the Management API or in the dashboard. What a file or the command line connects may be in any private network.',
    }),
    smtp_host: Type.String({
      default: '',
      description:
        'The mail server through which tenants send mail that have none of their own. Empty for none; `dev` then keeps mails and shows them at `/outbox`.',
    }),
    smtp_port: Type.Integer({ default: 587, minimum: 1, maximum: 65_535, description: 'Port of `smtp_host`.' }),
    smtp_security: Type.Union([Type.Literal('starttls'), Type.Literal('tls'), Type.Literal('none')], {
      default: 'starttls',
      description:
        'How mail reaches `smtp_host`: `starttls`, or `tls` from the first byte (port 465). `none` is for a server on this machine.',
    }),
    smtp_user: Type.String({ default: '', description: 'Who `smtp_host` knows this server as. Empty for nobody.' }),
    smtp_password: Type.String({
      default: '',
      description: 'The password of `smtp_user`. Best kept in a file (`GATEHOUSE_SMTP_PASSWORD_FILE`).',
    }),
    mail_from: Type.String({
      default: '',
      description:
        'Who mails through `smtp_host` are from: `name@example.com`, or `Name <name@example.com>`. Empty for `no-reply@` the tenant’s host.',
    }),
    metrics_port: Type.Integer({
      default: 0,
      minimum: 0,
      maximum: 65_535,
      description: 'Port of its own for `GET /metrics`, in the text format of Prometheus. 0 for none.',
    }),
    metrics_host: Type.String({
      default: '127.0.0.1',
      minLength: 1,
      description:
        'Address to listen on for `metrics_port`. Plain HTTP, and whoever reaches it may read: loopback, or a network of the operator’s own.',
    }),
    max_connections: Type.Integer({
      default: 10_000,
      minimum: 1,
      maximum: 1_000_000,
      description:
        'Most connections open at once. One more takes the place of the one that has been idle longest, and is closed when none is idle. Less where the system allows this process fewer open files.',
    }),
    log_level: Type.Union(
      ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'].map((level) => Type.Literal(level)),
      { default: 'info', description: 'Least level of the operational log: `trace` to `fatal`, or `silent`.' },
    ),
    log_unknown_user_names: Type.Boolean({
      default: false,
      description:
        'Keeps the names of unknown users in the tenant log as typed. People type passwords there by mistake, so by default only a keyed hash is kept.',
    }),
    breached_passwords_file: Type.String({
      default: '',
      description:
        'A list of breached passwords, made by `gatehouse breached-passwords build`, in which tenants look passwords up that detect breached ones.',
    }),
    breached_passwords_url: Type.String({
      default: '',
      description:
        'A server of breached passwords with the range protocol of Have I Been Pwned, such as `https://api.pwnedpasswords.com`: it gets the first five digits of a SHA-1 digest. Asked for what `breached_passwords_file` does not have, when both are set.',
    }),
    log_retention_days: Type.Integer({
      default: 30,
      minimum: 1,
      maximum: 3650,
      description: 'Days for which the events of tenants are kept.',
    }),
    log_deleted_user_days: Type.Integer({
      default: 7,
      minimum: 0,
      maximum: 3650,
      description:
        'Days for which the events of a user keep the name once the user is deleted. What is older then loses it at once.',
    }),
    log_events_path: Type.String({
      default: '',
      description:
        'File that the events of every tenant are written to, one JSON object a line; `-` for standard output. It may be renamed at any time.',
    }),
    log_events_syslog: Type.String({
      default: '',
      description:
        'Syslog server that they are sent to over TLS (RFC 5425): `host:6514`. Its certificate must be for that host.',
    }),
    log_events_syslog_ca: Type.String({
      default: '',
      description:
        'File of the authorities, PEM, that may have signed the certificate of `log_events_syslog`. Empty for those that the system trusts.',
    }),
    password_grant_regions: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description: 'Regions of tenants that may use the password grant. Empty for all.',
    }),
    password_grant_realm: Type.Union([Type.Literal('honour'), Type.Literal('ignore')], {
      default: 'honour',
      description:
        'What `realm` does with `grant_type=password`: `honour` uses it when it names a connection the client may use; `ignore` always asks the default directory.',
    }),
    hash_memory_kib: Type.Integer({
      default: 19_456,
      minimum: 8192,
      maximum: 1_048_576,
      description: 'Memory of one argon2id hash, in KiB.',
    }),
    hash_iterations: Type.Integer({ default: 2, minimum: 1, maximum: 64, description: 'Passes of argon2id.' }),
    hash_parallelism: Type.Integer({ default: 1, minimum: 1, maximum: 16, description: 'Lanes of argon2id.' }),
    hash_slots: Type.Integer({
      default: 0,
      minimum: 0,
      maximum: 256,
      description:
        'How many hashes run at once; 0 for twice as many as there are processors. More only take more memory and make everybody wait longer.',
    }),
    hash_wait_budget_ms: Type.Integer({
      default: 2000,
      minimum: 0,
      maximum: 60_000,
      description:
        'How long a login may wait for a slot, in milliseconds. One that would wait longer is answered 503 on arrival.',
    }),
    sandbox_processes: Type.Integer({
      default: 4,
      minimum: 1,
      maximum: 64,
      description:
        'Most processes that run rules, each for one tenant at a time. They are started when rules are, take some 80 MB each, and end after a minute without work.',
    }),
    sandbox_hosts: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description:
        'Hosts (`api.example.com`, `api.example.com:8443`) that rules, actions and database scripts of every tenant may ask over HTTPS by `fetch`; none without it. One in a private network has to be in `private_networks`, too.',
    }),
    shutdown_delay_seconds: Type.Integer({
      default: 5,
      minimum: 0,
      maximum: 600,
      description: 'After SIGTERM: how long /readyz says no before new connections are refused. `dev` does not wait.',
    }),
    shutdown_grace_seconds: Type.Integer({
      default: 20,
      minimum: 0,
      maximum: 600,
      description: 'After SIGTERM: how long requests under way may take to finish.',
    }),
  },
  { additionalProperties: false },
);
export type Options = Static<typeof OptionsSchema>;

/** Options that are no flags: every user of a machine sees its command lines. */
export const SECRET_OPTIONS: ReadonlySet<string> = new Set([
  'master_key',
  'previous_master_keys',
  'setup_token',
  'smtp_password',
]);

/** The configuration as the program uses it. */
export interface Configuration {
  readonly dataDir: string;
  readonly databaseUrl: string;
  readonly databasePoolSize: number;
  /** Null when none was given. */
  readonly masterKey: Secret | null;
  /** The one-time token by which tenants without administrators get their first; null to have one made and printed. */
  readonly setupToken: Secret | null;
  readonly previousMasterKeys: readonly Secret[];
  /** How long a signing key is published before it signs. */
  readonly keyPublishAheadMs: number;
  readonly host: string;
  readonly port: number;
  readonly httpsPort: number;
  /** Paths of certificate and key; null for plain HTTP. */
  readonly tls: { readonly certFile: string; readonly keyFile: string } | null;
  /** Addresses and networks, each in a form that can be read. */
  readonly trustedProxies: readonly string[];
  /** Private networks in which connections may be that are not the operator's own. */
  readonly privateNetworks: readonly string[];
  /** The operator's mail server; null for none. */
  readonly smtp: {
    readonly host: string;
    readonly port: number;
    readonly security: 'starttls' | 'tls' | 'none';
    readonly login: { readonly user: string; readonly password: Secret } | null;
    /** `Name <address>` or an address; null for the tenant's own. */
    readonly from: string | null;
  } | null;
  /** Null for none. */
  readonly metrics: { readonly host: string; readonly port: number } | null;
  readonly maxConnections: number;
  readonly log: {
    readonly level: LogLevel;
    readonly unknownUserNames: boolean;
    /** For how long events are kept. */
    readonly keptMs: number;
    /** For how long the events of a deleted user keep the name. */
    readonly deletedUserMs: number;
    /** Where the events of every tenant are written; `-` for standard output, null for nowhere. */
    readonly eventsFile: string | null;
    /** Where they are sent; null for nowhere. */
    readonly eventsSyslog: { readonly host: string; readonly port: number; readonly caFile: string | null } | null;
  };
  /** Where breached passwords are looked up; each null for none. The address has no slash at its end. */
  readonly breachedPasswords: { readonly file: string | null; readonly baseUrl: string | null };
  readonly passwordGrant: {
    /** Null for all. */
    readonly regions: readonly string[] | null;
    readonly realm: 'honour' | 'ignore';
  };
  readonly hashing: {
    readonly memoryKib: number;
    readonly iterations: number;
    readonly parallelism: number;
    readonly slots: number;
    /** The longest wait for a slot. */
    readonly waitBudgetMs: number;
  };
  /** Most processes that run customer code. */
  readonly sandboxProcesses: number;
  /** Hosts that customer code may ask, as they stand in addresses. */
  readonly sandboxHosts: readonly string[];
  readonly shutdown: { readonly delayMs: number; readonly graceMs: number };
}
