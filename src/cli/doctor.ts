// `gatehouse doctor`: looks whether everything is in place, and says for each thing that is not what to do next.
import { existsSync, statSync } from 'node:fs';
import type { Check } from '../backup/verify-database.ts';
import type { Configuration } from '../config/config.ts';
import { checksPasswords } from '../connection/connection.ts';
import { createConnectionStore } from '../connection/connection-store.ts';
import { toConnection } from '../connection/read-connection.ts';
import { createKeyStore } from '../key/key-store.ts';
import { systemClock } from '../lib/clock.ts';
import { findCopyMark } from '../storage/copy-mark.ts';
import { type Database, openDatabase, sqlitePathOf } from '../storage/database.ts';
import { requireMasterKeys } from '../storage/master-key.ts';
import { readSchemaState } from '../storage/migrate.ts';
import { findSqliteDamage } from '../storage/sqlite-backup.ts';
import { createVault, type Vault } from '../storage/vault.ts';
import { createTenantStore } from '../tenant/tenant-store.ts';
import { forecast } from './capacity-forecast.ts';
import { checkClock } from './check-clock.ts';
import { checkConnections } from './check-connections.ts';
import { checkLogStreams } from './check-log-streams.ts';
import { type Invocation, show } from './command.ts';
import { describeCapacity } from './describe-capacity.ts';
import { describeChecks } from './describe-checks.ts';
import { findMasterKeys } from './ground.ts';
import { hashRoomProblem, readRoom } from './hash-room.ts';
import { measureCapacity } from './measure-capacity.ts';
import { isPlainError, plainMessage } from './plain-error.ts';
import { createBar } from './progress.ts';

const OLDEST_NODE = 24;

/** Prints one line for each check, and with `--capacity` what the machine can do; 1 when a check fails. Changes nothing. */
export async function doctor(invocation: Invocation): Promise<number> {
  const { configuration, terminal, flags } = invocation;
  const checks: Check[] = [checkNode(), checkHashRoom(configuration, terminal.environment), checkFolder(configuration)];
  checks.push(...(await checkDatabase(configuration)));
  if (flags['capacity'] === true) {
    const measured = await measureCapacity(configuration, systemClock, createBar(terminal));
    terminal.overwrite('');
    const expected = forecast(measured, configuration);
    const words = describeCapacity(measured, expected, configuration.hashing);
    show(invocation, { checks, capacity: { measured, forecast: expected } }, [...describeChecks(checks), ...words]);
  } else {
    show(invocation, { checks }, describeChecks(checks));
  }
  return checks.some((check) => check.passed === false) ? 1 : 0;
}

function checkNode(): Check {
  const { node } = process.versions;
  const passed = Number(node.split('.')[0]) >= OLDEST_NODE;
  return { name: 'Node.js', passed, words: passed ? node : `${node}; install ${OLDEST_NODE} or newer` };
}

function checkHashRoom(configuration: Configuration, environment: Parameters<typeof readRoom>[0]): Check {
  const problem = hashRoomProblem(configuration, readRoom(environment));
  const { slots, memoryKib } = configuration.hashing;
  const words = `${slots} slots of ${Math.ceil(memoryKib / 1024)} MiB`;
  return { name: 'hash slots', passed: problem === null, words: problem ?? words };
}

function checkFolder({ dataDir }: Configuration): Check {
  const name = 'data folder';
  try {
    const stats = statSync(dataDir);
    if (!stats.isDirectory())
      return { name, passed: false, words: `${dataDir} is no folder: name another with --data-dir` };
    if (process.platform !== 'win32' && (stats.mode & 0o022) !== 0) {
      return { name, passed: false, words: `others can write to ${dataDir}: chmod 700 ${dataDir}` };
    }
    if (process.platform !== 'win32' && (stats.mode & 0o700) !== 0o700) {
      return { name, passed: false, words: `its owner cannot write to ${dataDir}: chmod 700 ${dataDir}` };
    }
    return { name, passed: true, words: dataDir };
  } catch {
    return {
      name,
      passed: false,
      words: `there is no ${dataDir}: \`gatehouse migrate\` makes it, or name another with --data-dir`,
    };
  }
}

async function checkDatabase(configuration: Configuration): Promise<Check[]> {
  const { databaseUrl } = configuration;
  const path = sqlitePathOf(databaseUrl);
  const name = 'database';
  if (path !== null && !existsSync(path)) {
    const words = `there is no ${path}: \`gatehouse migrate\` makes it, or \`gatehouse restore FILE\` brings one back`;
    return [{ name, passed: false, words }];
  }
  try {
    const damage = path === null ? [] : findSqliteDamage(path);
    if (damage.length > 0) {
      return [
        { name, passed: false, words: `${path}: ${damage[0]}; restore a backup with \`gatehouse restore FILE\`` },
      ];
    }
    const database = await openDatabase(databaseUrl, { readOnly: true, mustExist: true });
    try {
      await database.ping();
      const where = path ?? new URL(databaseUrl).host;
      const reached: Check = { name, passed: true, words: path === null ? `${where} answers` : `${path} is sound` };
      return [reached, ...(await checkInside(configuration, database))];
    } finally {
      await database.close();
    }
  } catch (error) {
    const words = isPlainError(error) ? plainMessage(error) : describe(error);
    return [{ name, passed: false, words }];
  }
}

/** Messages of drivers name hosts and users, and never passwords. */
function describe(error: unknown): string {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  return `it does not answer (${[code, message].filter(Boolean).join(': ')}): check database_url and that it runs`;
}

async function checkInside(configuration: Configuration, database: Database): Promise<Check[]> {
  const { missing, unknown, isEmpty } = await readSchemaState(database);
  const schema = (passed: boolean, words: string): Check => ({ name: 'schema', passed, words });
  if (isEmpty) return [schema(false, 'the database is empty: run `gatehouse migrate` or `gatehouse apply FILE`')];
  if (unknown.length > 0) return [schema(false, 'a newer version of Gatehouse wrote it: run that version')];
  if (missing.length > 0)
    return [schema(false, `${missing.length} migrations were not run: run \`gatehouse migrate\``)];
  if (await findCopyMark(database)) {
    return [schema(false, 'a copy into it was interrupted: run `gatehouse copy` again with the same addresses')];
  }
  const key = await checkKey(configuration, database);
  return [
    schema(true, 'up to date'),
    key.check,
    await checkClock(database, Date.now()),
    ...(await checkLogStreams(configuration, database, Date.now())),
    ...(await checkTenants(database, key.vault)),
    ...(key.vault ? await checkConnections({ configuration, database, vault: key.vault, clock: systemClock }) : []),
  ];
}

async function checkKey(
  configuration: Configuration,
  { sql }: Database,
): Promise<{ check: Check; vault: Vault | null }> {
  const name = 'master key';
  try {
    const keys = findMasterKeys(configuration);
    if (!keys) {
      const words = 'there is none: name its file in GATEHOUSE_MASTER_KEY_FILE';
      return { check: { name, passed: false, words }, vault: null };
    }
    await requireMasterKeys(sql, [keys.newest, ...keys.previous]);
    return {
      check: { name, passed: true, words: 'fits the database' },
      vault: createVault(keys.newest, keys.previous),
    };
  } catch (error) {
    if (!isPlainError(error)) throw error;
    return { check: { name, passed: false, words: plainMessage(error) }, vault: null };
  }
}

async function checkTenants({ sql }: Database, vault: Vault | null): Promise<Check[]> {
  const tenants = await createTenantStore(sql).list();
  if (tenants.length === 0) {
    const words = 'there is none yet: make one with `gatehouse tenant create` or `gatehouse apply FILE`';
    return [{ name: 'tenants', passed: false, words }];
  }
  const keys = vault && createKeyStore(sql, vault);
  return Promise.all(
    tenants.map(async (tenant): Promise<Check> => {
      const problems: string[] = [];
      if (tenant.domains.length === 0) problems.push('it has no domains: `gatehouse tenant update --set domains=HOST`');
      const connections = vault ? await createConnectionStore(sql, vault).list(tenant.id) : null;
      const directory = tenant.defaultDirectory;
      if (directory === null) problems.push('it has no default_directory, so `password` needs a realm');
      else if (
        connections &&
        !connections.some((one) => one.name === directory && checksPasswords(toConnection(one)))
      ) {
        problems.push(`its default_directory ${directory} is no connection of it that checks passwords`);
      }
      const records = keys ? await keys.listRecords(tenant.id) : null;
      if (records && !records.some((key) => key.status === 'current')) {
        problems.push('it has no current signing key: restore a backup');
      }
      return problems.length === 0
        ? { name: `tenant ${tenant.name}`, passed: true, words: tenant.domains.map(({ host }) => host).join(', ') }
        : { name: `tenant ${tenant.name}`, passed: false, words: problems.join('; ') };
    }),
  );
}
