// What the numbers are measured on and with.
import { readFileSync } from 'node:fs';
import { arch, cpus, release, type as systemName, totalmem } from 'node:os';
import { join } from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { Client } from 'pg';
import { ROOT } from './child-program.ts';
import { HASH_COST } from './limit-work.ts';
import type { PostgresqlServer } from './postgresql.ts';
import type { Engine, Setting } from './report.ts';

/** Asks the machine and the engines. */
export async function describeSetting(
  engines: readonly Engine[],
  postgresql: PostgresqlServer | null,
  quick: boolean,
): Promise<Setting> {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  const { memoryCost, timeCost, parallelism } = HASH_COST;
  return {
    measuredAt: new Date().toISOString(),
    gatehouse: version,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memory: Math.round(totalmem() / 1e9),
    system: `${systemName()} ${release()} ${arch()}`,
    node: process.versions.node,
    engines: {
      ...(engines.includes('sqlite') ? { sqlite: sqliteVersion() } : {}),
      ...(postgresql ? { postgresql: await postgresqlVersion(postgresql) } : {}),
    },
    hash: `argon2id, ${memoryCost / 1024} MiB, t=${timeCost}, p=${parallelism}`,
    quick,
  };
}

function sqliteVersion(): string {
  const database = new BetterSqlite(':memory:');
  try {
    return String(database.prepare('select sqlite_version()').pluck().get());
  } finally {
    database.close();
  }
}

async function postgresqlVersion(server: PostgresqlServer): Promise<string> {
  const client = new Client({ connectionString: server.urlOf('postgres') });
  await client.connect();
  try {
    const { rows } = await client.query<{ server_version: string }>('show server_version');
    return rows[0]?.server_version ?? 'unknown';
  } finally {
    await client.end();
  }
}
