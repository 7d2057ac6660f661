// A database of its own on the PostgreSQL server that the test run started.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

export interface PostgresqlDatabase {
  readonly url: string;
  readonly drop: () => Promise<void>;
}

/** Makes an empty database; fails where nobody started a server. */
export async function createPostgresqlDatabase(): Promise<PostgresqlDatabase> {
  const server = process.env['GATEHOUSE_TEST_POSTGRESQL'] ?? '';
  assert.notEqual(server, '', 'run this through npm test, which starts PostgreSQL');
  const name = `test_${randomBytes(8).toString('hex')}`;
  await administrate(server, `create database ${name}`);
  return {
    url: server.replace(/\/postgres\?/, `/${name}?`),
    drop: () => administrate(server, `drop database ${name} with (force)`),
  };
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
