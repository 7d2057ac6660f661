// The migration that gives users who are there already what they are searched by.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Kysely, sql } from 'kysely';
import * as addUserSearchKeys from '../../src/storage/migrations/2026-11-26-10-add-user-search-keys.ts';
import { openTestDatabase } from '../support/test-database.ts';

interface Tables {
  users: {
    tenant_id: string;
    user_id: string;
    email: string | null;
    username: string | null;
    name: string | null;
    nickname: string | null;
  };
}

const MANY = 1201;

test('users get their keys in every script, however many they are', async () => {
  const { database, close } = await openTestDatabase();
  const old = database.sql as unknown as Kysely<Tables>;
  await sql`create table users (tenant_id text, user_id text, email text, username text, name text, nickname text,
    primary key (tenant_id, user_id))`.execute(old);
  for (let number = 0; number < MANY; number += 1) {
    await old
      .insertInto('users')
      .values({
        ...{ tenant_id: number % 2 === 0 ? 'one' : 'two', user_id: `auth0|${number}`, email: `U${number}@Example.com` },
        ...{ username: null, name: `ÉMILE Иванов ${number}`, nickname: 'e\u0301' },
      })
      .execute();
  }
  await addUserSearchKeys.up(old);
  const keys = await sql<{ user_id: string }>`
    select user_id, email_key, username_key, name_key, nickname_key from users`.execute(old);
  assert.equal(keys.rows.length, MANY);
  for (const row of keys.rows) {
    const number = row.user_id.slice('auth0|'.length);
    assert.deepEqual(row, {
      user_id: row.user_id,
      email_key: `u${number}@example.com`,
      username_key: '',
      name_key: `émile иванов ${number}`,
      nickname_key: 'é',
    });
  }
  await close();
});
