// A process that writes all the time: `node busy-writer.ts URL TENANT CONNECTION` adds users with their identities, each in
// one transaction, and prints the number of each one when it is stored.
import { setTimeout } from 'node:timers/promises';
import { openDatabase } from '../../src/storage/database.ts';

const [url = '', tenant_id = '', connection_id = ''] = process.argv.slice(2);
const database = await openDatabase(url);
const flags = { email_verified: 0, phone_verified: 0, blocked: 0, logins_count: 0 } as const;
const names = { username: null, phone_number: null, name: null, given_name: null, family_name: null };
const rest = { middle_name: null, nickname: null, picture: null, last_login: null, last_ip: null };
const keys = { username_key: '', name_key: '', nickname_key: '' };

for (let number = 1; ; number += 1) {
  const identity_id = `busy${number}`;
  const user_id = `auth0|${identity_id}`;
  await database.transaction(async (sql) => {
    await sql
      .insertInto('users')
      .values({
        ...{ ...flags, ...names, ...rest, ...keys },
        ...{
          tenant_id,
          user_id,
          email: `${identity_id}@example.com`,
          email_key: `${identity_id}@example.com`,
          user_metadata: '{}',
          app_metadata: '{}',
        },
        ...{ created_at: number, updated_at: number },
      })
      .execute();
    await sql
      .insertInto('identities')
      .values({ tenant_id, connection_id, identity_id, user_id, provider: 'auth0' })
      .execute();
  });
  process.stdout.write(`stored ${number}\n`);
  await setTimeout(3);
}
