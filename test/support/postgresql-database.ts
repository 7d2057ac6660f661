// A database of its own on the PostgreSQL server that the test run started.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { openDatabase } from '../../src/storage/database.ts';
import { migrateToNewest } from '../../src/storage/migrate.ts';

export interface PostgresqlDatabase {
  readonly url: string;
  readonly drop: () => Promise<void>;
}

/** The database with every table and no row, from which others are copied: quicker than to run all migrations again. */
const TEMPLATE = 'test_template';

/** Makes the template on a server that has just been started. */
export async function createTemplate(server: string): Promise<void> {
  await administrate(server, `create database ${TEMPLATE}`);
  const database = await openDatabase(addressOf(server, TEMPLATE), { poolSize: 1 });
  try {
    await migrateToNewest(database);
  } finally {
    await database.close();
  }
}

/** Makes a database, empty or with every table; fails where nobody started a server. */
export async function createPostgresqlDatabase(content: 'empty' | 'tables' = 'empty'): Promise<PostgresqlDatabase> {
  const server = process.env['GATEHOUSE_TEST_POSTGRESQL'] ?? '';
  assert.notEqual(server, '', 'run this through npm test, which starts PostgreSQL');
  const name = `test_${randomBytes(8).toString('hex')}`;
  await administrate(server, `create database ${name}${content === 'tables' ? ` template ${TEMPLATE}` : ''}`);
  return {
    url: addressOf(server, name),
    drop: () => administrate(server, `drop database ${name} with (force)`),
  };
}

function addressOf(server: string, database: string): string {
  return server.replace(/\/postgres\?/, `/${database}?`);
}

async function administrate(server: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
