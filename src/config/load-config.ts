// Reads the configuration, the only place that does: defaults, then the file, then the environment, then flags. What is
// unknown or out of bounds is refused with the place it came from.
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import Value from 'typebox/value';
import { readMailbox } from '../lib/mailbox.ts';
import { isNetwork } from '../lib/network-address.ts';
import { Secret } from '../lib/secret.ts';
import { type Configuration, type Options, OptionsSchema } from './config.ts';

/** Something in the configuration is wrong; the message says where and what to do. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

type OptionName = keyof Options;
type Given = { readonly value: unknown; readonly from: string };
type GivenOptions = Map<OptionName, Given>;

const PREFIX = 'GATEHOUSE_';
const NAMES = Object.keys(OptionsSchema.properties) as OptionName[];

interface Sources {
  /** Path of the YAML file; null for none. */
  readonly file: string | null;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Flags by option name. */
  readonly flags: Readonly<Record<string, unknown>>;
}

/** Loads the configuration; throws `ConfigurationError`. */
export async function loadConfiguration({ file, environment, flags }: Sources): Promise<Configuration> {
  const given: GivenOptions = new Map();
  if (file !== null) await readFile(file, given);
  readEnvironment(environment, given);
  for (const [name, value] of Object.entries(flags)) {
    if (value !== undefined) given.set(requireKnown(name, 'the command line'), { value, from: flagName(name) });
  }
  return toConfiguration(checked(given));
}

/** `--data-dir` for `data_dir`. */
function flagName(option: string): string {
  return `--${option.replaceAll('_', '-')}`;
}

async function readFile(file: string, given: GivenOptions): Promise<void> {
  const { parse } = await import('yaml');
  let content: unknown;
  try {
    content = parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new ConfigurationError(`The configuration file ${file} cannot be read: ${firstLine(error)}`, {
      cause: error,
    });
  }
  if (content === null || content === undefined) return;
  if (typeof content !== 'object' || Array.isArray(content)) {
    throw new ConfigurationError(`${file} must hold one option a line, such as \`port: 3000\`.`);
  }
  for (const [name, value] of Object.entries(content)) {
    given.set(requireKnown(name, file), { value, from: `${name} in ${file}` });
  }
}

function readEnvironment(environment: Sources['environment'], given: GivenOptions): void {
  for (const [variable, value] of Object.entries(environment)) {
    // What tests and launchers hand down is not configuration.
    if (!variable.startsWith(PREFIX) || variable.startsWith(`${PREFIX}TEST_`) || value === undefined) continue;
    const named = variable.slice(PREFIX.length).toLowerCase();
    const isFile = named.endsWith('_file');
    const name = requireKnown(isFile ? named.slice(0, -'_file'.length) : named, `the environment (${variable})`);
    if (isFile && environment[`${PREFIX}${name.toUpperCase()}`] !== undefined) {
      throw new ConfigurationError(`Set either ${PREFIX}${name.toUpperCase()} or ${variable}, not both.`);
    }
    given.set(name, { value: isFile ? readSecretFile(variable, value) : value, from: variable });
  }
}

function readSecretFile(variable: string, path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw new ConfigurationError(`${variable} names a file that cannot be read: ${path}`, { cause: error });
  }
}

function requireKnown(name: string, from: string): OptionName {
  const known = NAMES.find((option) => option === name);
  if (known) return known;
  throw new ConfigurationError(`Unknown option ${name} in ${from}. The options are: ${NAMES.join(', ')}.`);
}

/** Every option, given or default; texts from the environment and flags are turned into numbers, truths and lists. */
function checked(given: GivenOptions): Options {
  const options: Record<string, unknown> = {};
  for (const name of NAMES) {
    const schema = OptionsSchema.properties[name];
    const one = given.get(name);
    const value = one ? fromText(schema, one.value) : (schema as { default?: unknown }).default;
    const [problem] = Value.Errors(schema, value);
    // The value itself is not repeated: it may be a secret.
    if (problem) throw new ConfigurationError(`${one?.from ?? name} ${problem.message}.`);
    options[name] = value;
  }
  return options as Options;
}

function fromText(schema: object, value: unknown): unknown {
  const { type } = schema as { type?: string };
  if (typeof value !== 'string' || type === 'string' || type === undefined) return value;
  if (type === 'array')
    return value
      .split(/[,\n]/)
      .map((item) => item.trim())
      .filter((item) => item !== '');
  if (type === 'boolean') return value === 'true' ? true : value === 'false' ? false : value;
  return /^-?\d+$/.test(value) ? Number(value) : value;
}

function toConfiguration(options: Options): Configuration {
  return {
    dataDir: options.data_dir,
    databaseUrl: options.database_url || `sqlite:${join(options.data_dir, 'gatehouse.db')}`,
    databasePoolSize: options.database_pool_size,
    masterKey: options.master_key ? new Secret(options.master_key) : null,
    setupToken: setupTokenOf(options),
    previousMasterKeys: options.previous_master_keys.map((key) => new Secret(key)),
    keyPublishAheadMs: options.key_publish_ahead_seconds * 1000,
    host: options.host,
    port: options.port,
    httpsPort: options.https_port,
    tls: tlsOf(options),
    trustedProxies: options.trusted_proxies.map((one) => checkedNetwork('trusted_proxies', one)),
    privateNetworks: options.private_networks.map((one) => checkedNetwork('private_networks', one)),
    smtp: smtpOf(options),
    metrics: metricsOf(options),
    maxConnections: options.max_connections,
    log: logOf(options),
    breachedPasswords: {
      file: options.breached_passwords_file || null,
      baseUrl: options.breached_passwords_url === '' ? null : checkedBaseUrl(options.breached_passwords_url),
    },
    passwordGrant: {
      regions: options.password_grant_regions.length > 0 ? options.password_grant_regions : null,
      realm: options.password_grant_realm,
    },
    hashing: {
      memoryKib: options.hash_memory_kib,
      iterations: options.hash_iterations,
      parallelism: options.hash_parallelism,
      slots: options.hash_slots || 2 * availableParallelism(),
      waitBudgetMs: options.hash_wait_budget_ms,
    },
    sandboxProcesses: options.sandbox_processes,
    sandboxHosts: options.sandbox_hosts.map(checkedHost),
    shutdown: {
      delayMs: options.shutdown_delay_seconds * 1000,
      graceMs: options.shutdown_grace_seconds * 1000,
    },
  };
}

/** The host as it stands in addresses. */
function checkedHost(text: string): string {
  const url = URL.canParse(`https://${text}/`) ? new URL(`https://${text}/`) : null;
  if (!url || url.href !== `https://${url.host}/` || !/^[^/@?#]+$/.test(text)) {
    throw new ConfigurationError(
      `sandbox_hosts: ${text} is no host. Write it as api.example.com or api.example.com:8443.`,
    );
  }
  return url.host;
}

/** An address under which others lie, without a slash at its end. */
function checkedBaseUrl(text: string): string {
  const url = URL.parse(text);
  if (url?.protocol === 'https:' && url.href === `${url.origin}${url.pathname}`) return url.href.replace(/\/+$/, '');
  throw new ConfigurationError(
    'breached_passwords_url must be an address such as https://api.pwnedpasswords.com, without a query.',
  );
}

function tlsOf({ tls_cert: certFile, tls_key: keyFile }: Options): Configuration['tls'] {
  if (certFile === '' && keyFile === '') return null;
  if (certFile === '' || keyFile === '') throw new ConfigurationError('tls_cert and tls_key go together: set both.');
  return { certFile, keyFile };
}

/** Security: whoever guesses it administers a tenant. */
function setupTokenOf({ setup_token: token }: Options): Secret | null {
  if (token === '') return null;
  if (token.length < SHORTEST_SETUP_TOKEN) {
    throw new ConfigurationError(
      `setup_token is shorter than ${SHORTEST_SETUP_TOKEN} characters. Make one with \`openssl rand -base64 32\`.`,
    );
  }
  return new Secret(token);
}

const SHORTEST_SETUP_TOKEN = 32;

const SMTP_OPTIONS = ['smtp_port', 'smtp_security', 'smtp_user', 'smtp_password', 'mail_from'] as const;
const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

function smtpOf(options: Options): Configuration['smtp'] {
  const { smtp_host: host, smtp_port: port, smtp_security: security } = options;
  const { smtp_user: user, smtp_password: password, mail_from: from } = options;
  if (host === '') {
    const idle = SMTP_OPTIONS.find((name) => options[name] !== defaultOf(name));
    if (idle === undefined) return null;
    throw new ConfigurationError(`${idle} does nothing without smtp_host: set both.`);
  }
  // Security: mails hold links that open accounts.
  if (security === 'none' && !LOOPBACK.has(host)) {
    throw new ConfigurationError('smtp_security none is for a mail server on this machine: smtp_host is not.');
  }
  if ((user === '') !== (password === '')) {
    throw new ConfigurationError('smtp_user and smtp_password go together: set both.');
  }
  if (from !== '' && !readMailbox(from)) {
    throw new ConfigurationError('mail_from must be like name@example.com, or Name <name@example.com>.');
  }
  const login = user === '' ? null : { user, password: new Secret(password) };
  return { host, port, security, login, from: from === '' ? null : from };
}

const DAY_MS = 24 * 60 * 60 * 1000;

function logOf(options: Options): Configuration['log'] {
  const { log_events_syslog: server, log_events_syslog_ca: caFile } = options;
  if (server === '' && caFile !== '') {
    throw new ConfigurationError('log_events_syslog_ca does nothing without log_events_syslog: set both.');
  }
  const url = server !== '' && URL.canParse(`tls://${server}`) ? new URL(`tls://${server}`) : null;
  if (server !== '' && (!url || url.port === '' || `${url.hostname}:${url.port}` !== server.toLowerCase())) {
    throw new ConfigurationError('log_events_syslog must be like logs.example.com:6514.');
  }
  return {
    level: options.log_level,
    unknownUserNames: options.log_unknown_user_names,
    keptMs: options.log_retention_days * DAY_MS,
    deletedUserMs: options.log_deleted_user_days * DAY_MS,
    eventsFile: options.log_events_path || null,
    eventsSyslog: url && {
      host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
      port: Number(url.port),
      caFile: caFile || null,
    },
  };
}

function defaultOf(name: OptionName): unknown {
  return (OptionsSchema.properties[name] as { default?: unknown }).default;
}

function metricsOf({ metrics_port: port, metrics_host: host }: Options): Configuration['metrics'] {
  if (port !== 0) return { host, port };
  if (host === defaultOf('metrics_host')) return null;
  throw new ConfigurationError('metrics_host does nothing without metrics_port: set both.');
}

/** An address, or one with the length of its network's prefix. */
function checkedNetwork(option: string, network: string): string {
  if (isNetwork(network)) return network;
  throw new ConfigurationError(
    `${option}: ${network} is no address such as 10.1.2.3 and no network such as 10.0.0.0/8.`,
  );
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
