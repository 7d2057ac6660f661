// The whole application in memory: SQLite without a file, a clock that stands still, HTTP by injection. A test says which
// tenant there is in the declarative form, sends requests, and looks at answers and log events.
import type { LightMyRequestResponse } from 'fastify';
import { stringify } from 'yaml';
import { type App, createApp } from '../../src/app.ts';
import type { BreachedFile } from '../../src/attack-protection/breached-file.ts';
import type { Configuration } from '../../src/config/config.ts';
import { loadConfiguration } from '../../src/config/load-config.ts';
import { applyTenantFile } from '../../src/declaration/apply.ts';
import { readTenantFile } from '../../src/declaration/tenant-file.ts';
import type { PasswordHasher } from '../../src/directory/database/password-hash.ts';
import type { DirectoryDrivers } from '../../src/directory/directory-registry.ts';
import { createHasher, type Ground } from '../../src/ground.ts';
import { createLogger, type Logger } from '../../src/lib/logger.ts';
import type { MailOutbox } from '../../src/mail/mail-outbox.ts';
import type { ReadableMetrics } from '../../src/metrics/metrics.ts';
import type { Database } from '../../src/storage/database.ts';
import { createVault } from '../../src/storage/vault.ts';
import { createStores } from '../../src/stores.ts';
import { SAMPLE_TENANT } from './sample-tenant.ts';
import { createTestClock, type TestClock } from './test-clock.ts';
import { openMigratedDatabase } from './test-database.ts';

type Json = Record<string, unknown>;

interface Settings {
  /** The tenant file as an object; the sample tenant when left out. */
  readonly tenant?: Json;
  /** Options by name, as in the configuration file. */
  readonly options?: Json;
  /** Wraps the hasher, to count or to fail. */
  readonly wrapHasher?: (hasher: PasswordHasher) => PasswordHasher;
  readonly logger?: Logger;
  readonly metrics?: ReadableMetrics;
  /** Directories of other strategies than our own database's. */
  readonly directories?: DirectoryDrivers;
  /** Where SQLite keeps its file; in memory when left out. */
  readonly path?: string;
  /** Where mails stay; without it there is no way to send any. */
  readonly outbox?: MailOutbox;
  /** The list of breached passwords. */
  readonly breachedFile?: BreachedFile;
  /** Milliseconds that a search may take. */
  readonly readDeadlineMs?: number;
  /** Puts something in front of the database. */
  readonly wrapDatabase?: (database: Database) => Database;
}

export interface TestServer {
  readonly app: App;
  readonly ground: Ground;
  readonly clock: TestClock;
  /** The texts of all SQL statements that were run, in order. */
  readonly statements: string[];
  /** Applies another tenant file. */
  apply(file: Json): Promise<void>;
  /** POST /oauth/token with a JSON body. */
  token(body: Json, headers?: Record<string, string>): Promise<LightMyRequestResponse>;
  /** The newest log events of the tenant, newest first. */
  logs(tenantName?: string): Promise<LogEventWire[]>;
  close(): Promise<void>;
}

export interface LogEventWire extends Json {
  readonly type: string;
  readonly details: Json & { readonly error?: { readonly reason: string } };
}

export const HOST = 'tenant.example.test';
export const ISSUER = `https://${HOST}/`;

/** Test passwords are hashed with the least cost that the options allow, once for each kind of file. */
const CHEAP_HASHING = { hash_memory_kib: 8192, hash_iterations: 1 };

/** Starts the application on a fresh database. Close it when the test ends. */
export async function startServer(settings: Settings = {}): Promise<TestServer> {
  const clock = createTestClock();
  const statements: string[] = [];
  const configuration: Configuration = await loadConfiguration({
    file: null,
    environment: {},
    flags: { ...CHEAP_HASHING, ...settings.options },
  });
  const { database: opened, close: closeDatabase } = await openMigratedDatabase(
    (text) => statements.push(text),
    settings.path,
    settings.readDeadlineMs === undefined ? {} : { readDeadlineMs: settings.readDeadlineMs },
  );
  const database = (settings.wrapDatabase ?? ((same) => same))(opened);
  const base = {
    configuration,
    database,
    clock,
    vault: createVault(Buffer.alloc(32, 7)),
    logger: settings.logger ?? createLogger('silent'),
    ...(settings.metrics ? { metrics: settings.metrics } : {}),
    ...(settings.directories ? { directories: settings.directories } : {}),
    ...(settings.breachedFile ? { breachedFile: settings.breachedFile } : {}),
    ...(settings.outbox ? { outbox: settings.outbox } : {}),
  };
  const hasher = (settings.wrapHasher ?? ((same) => same))(createHasher(base));
  const ground: Ground = { ...base, hasher };
  const app = createApp(ground);

  async function apply(file: Json): Promise<void> {
    const parsed = readTenantFile('test.yaml', stringify(file), {});
    const stores = createStores(ground);
    await applyTenantFile({ database, stores, hasher: createHasher(base), clock, defaultDomains: null }, parsed);
    app.forgetConfiguration();
  }
  await apply(settings.tenant ?? SAMPLE_TENANT);
  statements.length = 0;

  return {
    app,
    ground,
    clock,
    statements,
    apply,
    token: (body, headers = {}) =>
      app.server.inject({
        method: 'POST',
        url: '/oauth/token',
        headers: { host: HOST, 'content-type': 'application/json', ...headers },
        payload: JSON.stringify(body),
      }),
    async logs(tenantName = 'acme') {
      const tenant = await app.stores.tenants.findByName(tenantName);
      return tenant ? ((await app.stores.logs.listNewest(tenant.id, 100)) as LogEventWire[]) : [];
    },
    async close() {
      await app.server.close();
      await closeDatabase();
    },
  };
}
