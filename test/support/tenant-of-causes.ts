// A tenant whose users can be refused for every reason there is, and the requests that are.
import bcrypt from 'bcrypt';
import { DATABASE, PASSWORD, SAMPLE_TENANT, USER } from './sample-tenant.ts';

/** The cheapest cost that bcrypt has. */
const BCRYPT_COST = 4;

/** A bcrypt hash as another system would have stored it. */
export function bcryptHash(password: string): string {
  return bcrypt.hashSync(password, BCRYPT_COST);
}

export const BCRYPT_USER = 'bcrypt@example.com';

/** The sample tenant and a user whose hash is bcrypt. */
export const TENANT_OF_CAUSES = {
  ...SAMPLE_TENANT,
  users: [
    ...SAMPLE_TENANT.users,
    { connection: DATABASE, email: BCRYPT_USER, password_hash: bcryptHash(PASSWORD) },
    { connection: DATABASE, email: 'blocked-bcrypt@example.com', password_hash: bcryptHash(PASSWORD), blocked: true },
  ],
};

/** Why a login with a wrong password fails: the name and password that are typed, and what the log calls it. */
export const CAUSES: ReadonlyArray<{
  readonly name: string;
  readonly username: string;
  readonly password: string;
  readonly reason: 'unknown-user' | 'wrong-password';
}> = [
  { name: 'a known user', username: USER, password: 'wrong', reason: 'wrong-password' },
  { name: 'a known user by user name', username: 'sam', password: 'wrong', reason: 'wrong-password' },
  { name: 'a known user in upper case', username: USER.toUpperCase(), password: 'wrong', reason: 'wrong-password' },
  { name: 'an unknown user', username: 'nobody@example.com', password: 'wrong', reason: 'unknown-user' },
  {
    name: 'an unknown user with a known password',
    username: 'nobody@example.com',
    password: PASSWORD,
    reason: 'unknown-user',
  },
  { name: 'a blocked user', username: 'blocked@example.com', password: 'wrong', reason: 'wrong-password' },
  { name: 'a user of another connection', username: 'second@example.com', password: PASSWORD, reason: 'unknown-user' },
  { name: 'a user with a bcrypt hash', username: BCRYPT_USER, password: 'wrong', reason: 'wrong-password' },
  {
    name: 'a blocked user with a bcrypt hash',
    username: 'blocked-bcrypt@example.com',
    password: 'wrong',
    reason: 'wrong-password',
  },
  {
    name: 'a user with a bcrypt hash and a password over 72 bytes',
    username: BCRYPT_USER,
    password: 'w'.repeat(100),
    reason: 'wrong-password',
  },
  {
    name: 'a user with a bcrypt hash and a password with NUL',
    username: BCRYPT_USER,
    password: `${PASSWORD}\0`,
    reason: 'wrong-password',
  },
  { name: 'the longest password', username: USER, password: 'w'.repeat(1024), reason: 'wrong-password' },
  { name: 'a password of one blank', username: USER, password: ' ', reason: 'wrong-password' },
  {
    name: 'the right password with a blank behind',
    username: USER,
    password: `${PASSWORD} `,
    reason: 'wrong-password',
  },
  {
    name: 'the right password in upper case',
    username: USER,
    password: PASSWORD.toUpperCase(),
    reason: 'wrong-password',
  },
  {
    name: 'the subject in place of the name',
    username: 'auth0|67e9930075b689b7db2688df',
    password: PASSWORD,
    reason: 'unknown-user',
  },
  { name: 'a name with a percent sign', username: '%', password: PASSWORD, reason: 'unknown-user' },
  { name: 'a name made to end a query', username: "' or 1=1 --", password: PASSWORD, reason: 'unknown-user' },
];
