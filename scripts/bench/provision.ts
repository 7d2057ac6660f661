// Makes installations with their users, and remembers which of an earlier run can be used again.
import { createHash } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { ROOT } from './child-program.ts';
import { applyTenant, type Installation } from './installation.ts';
import type { PostgresqlServer } from './postgresql.ts';
import type { Engine } from './report.ts';
import { seedUsers } from './seed-users.ts';
import { TENANT } from './tenant.ts';

/** What is to be there. */
export interface InstallationPlan {
  readonly name: string;
  readonly users: number;
  /** True for one that takes long to make, and serves later runs too. */
  readonly kept: boolean;
}

export type Provide = (engine: Engine, plan: InstallationPlan) => Promise<Installation>;

/** Builds the maker; it works in this folder, and on this server where there is one. */
export function createProvision(
  folder: string,
  postgresql: PostgresqlServer | null,
  onProgress: (words: string) => void,
): Provide {
  const made = new Map<string, Promise<Installation>>();

  async function make(engine: Engine, { name, users, kept }: InstallationPlan): Promise<Installation> {
    const place = join(folder, `${engine}-${name}`);
    const stampPath = join(place, 'made-from');
    const stamp = stampOf(users);
    const installation = { folder: place, databaseUrl: addressOf(engine, name, place) };
    if (kept && readOrEmpty(stampPath) === stamp) return installation;
    rmSync(place, { recursive: true, force: true });
    mkdirSync(join(place, 'data'), { recursive: true });
    if (engine === 'postgresql') await recreateDatabase(name);
    onProgress(`making ${users.toLocaleString('en-US')} users in ${engine}`);
    await applyTenant(installation);
    await seedUsers(installation.databaseUrl, users, (count) =>
      onProgress(`${count.toLocaleString('en-US')} of ${users.toLocaleString('en-US')} users made in ${engine}`),
    );
    writeFileSync(stampPath, stamp);
    return installation;
  }

  function addressOf(engine: Engine, name: string, place: string): string {
    return engine === 'postgresql' ? server().urlOf(`bench_${name}`) : `sqlite:${join(place, 'data', 'gatehouse.db')}`;
  }

  async function recreateDatabase(name: string): Promise<void> {
    const client = new Client({ connectionString: server().urlOf('postgres') });
    await client.connect();
    try {
      await client.query(`drop database if exists "bench_${name}"`);
      await client.query(`create database "bench_${name}"`);
    } finally {
      await client.end();
    }
  }

  function server(): PostgresqlServer {
    if (!postgresql) throw new Error('There is no PostgreSQL server.');
    return postgresql;
  }

  return (engine, plan) => {
    const key = `${engine} ${plan.name}`;
    const known = made.get(key) ?? make(engine, plan);
    made.set(key, known);
    return known;
  };
}

/** Changes with everything that the content of a database comes from. */
function stampOf(users: number): string {
  const hash = createHash('sha256').update(`${users} ${JSON.stringify(TENANT)}`);
  for (const path of globSync('src/storage/migrations/*.ts', { cwd: ROOT }).toSorted()) {
    hash.update(readFileSync(join(ROOT, path)));
  }
  return hash.digest('hex');
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return '';
  }
}
