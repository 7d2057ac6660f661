// Makes a file of users in the form of an import, with hashes of several kinds; it serves later runs too.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';

const BCRYPT = '$2b$10$nFguVi9LsCAcvTZFKQlRKeLVydo8ETv483lkNsSFI/Wl1Rz1Ypo1K';
const ARGON2ID = `$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0$${'A'.repeat(43)}`;
const PBKDF2 = `$pbkdf2-sha512$i=100000,l=64$KNyFsA2rWoE$${'A'.repeat(86)}`;

/** The path of a file with so many users, which is made when it is missing. */
export async function provideUserFile(folder: string, users: number): Promise<string> {
  const path = join(folder, `users-${users}.json`);
  if (existsSync(path)) return path;
  const file = createWriteStream(`${path}-new`);
  for (let user = 0; user < users; user += 1) {
    const line = `${user === 0 ? '[' : ','}\n${JSON.stringify(recordOf(user))}`;
    if (!file.write(line)) await once(file, 'drain');
  }
  file.end('\n]\n');
  await once(file, 'close');
  renameSync(`${path}-new`, path);
  return path;
}

function recordOf(user: number): object {
  const id = digest(`user ${user}`).slice(0, 16);
  return {
    email: `${id}@import.example.com`,
    email_verified: true,
    given_name: 'Ada',
    family_name: `Lovelace ${id}`,
    name: `Ada Lovelace ${id}`,
    app_metadata: { plan: 'gold', legacy_id: user },
    user_metadata: { theme: 'dark' },
    ...hashOf(user),
  };
}

function hashOf(user: number): object {
  switch (user % 4) {
    case 0:
      return { password_hash: BCRYPT };
    case 1:
      return { password_hash: ARGON2ID };
    case 2:
      return { custom_password_hash: { algorithm: 'pbkdf2', hash: { value: PBKDF2 } } };
    default: {
      const hash = { value: digest(`password ${user}`), encoding: 'hex' };
      return { custom_password_hash: { algorithm: 'sha256', hash, salt: { value: `salt${user}` } } };
    }
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
