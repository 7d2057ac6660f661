// Every command there is, in the order of the help: name, flags, examples, and where its code lies.
import type { CommandEntry } from './command.ts';
import { TENANT } from './noun/noun-flags.ts';
import { NOUN_COMMANDS, NOUN_GROUPS } from './noun/noun-table.ts';

/** The commands about the server and its database. */
const SERVER_COMMANDS: readonly CommandEntry[] = [
  {
    name: 'dev',
    summary: 'Try it on this machine: http and https on loopback, a quick-start tenant, and a first token.',
    examples: ['dev', 'dev --apply tenant.yaml --port 4000 --https-port 4443'],
    flags: [{ form: '--apply <file>', words: 'apply this tenant file at the start instead of the quick-start one' }],
    serves: true,
    load: async () => (await import('./dev.ts')).dev,
  },
  {
    name: 'serve',
    summary: 'Serve for real: needs a master key, and a proxy with TLS in front or a certificate of its own.',
    examples: ['serve --data-dir /var/lib/gatehouse'],
    serves: true,
    load: async () => (await import('./serve.ts')).serve,
  },
  {
    name: 'migrate',
    summary: 'Bring a database up to date. Servers and commands do it too; this only does that, and says what it ran.',
    examples: ['migrate', 'migrate --database-url postgres://gatehouse@db.example.com/gatehouse'],
    flags: [{ form: '--without-copy', words: 'do not keep a SQLite file as it was before it is brought up to date' }],
    load: async () => (await import('./migrate.ts')).migrate,
  },
  {
    name: 'doctor',
    summary: 'Look whether everything is in place: Node.js, folder, database, master key, tenants. Changes nothing.',
    examples: ['doctor --data-dir /var/lib/gatehouse', 'doctor --capacity'],
    flags: [
      {
        form: '--capacity',
        words:
          'keep every processor busy for some ten seconds, and say how many logins a second this machine is good for',
      },
    ],
    load: async () => (await import('./doctor.ts')).doctor,
  },
  {
    name: 'health',
    summary: 'Ask the server on this machine whether it may be sent work; the exit code says so to whoever watches it.',
    examples: ['health', 'health --port 8080'],
    serves: true,
    load: async () => (await import('./health.ts')).health,
  },
  {
    name: 'explain',
    takes: '<id>',
    summary:
      'Open one token request again: its phases, why it was refused, and what to do. Takes its request or log id.',
    examples: ['explain 19bc1a5a0f1b2c3d4e5f', 'explain 900202601151200000000000001f2e3d4c5b6a79880 --json'],
    flags: [TENANT],
    load: async () => (await import('./explain.ts')).explain,
  },
  {
    name: 'apply',
    takes: '<file>',
    summary: 'Bring a tenant to what the file says, all of it or nothing. Works beside a running server.',
    examples: [
      'apply tenant.yaml',
      'apply tenant.yaml --dry-run',
      'apply auth0/tenant.yaml --from-auth0 --tenant acme --domain login.example.com',
    ],
    flags: [
      { form: '--dry-run', words: 'show what would change, member by member, and write nothing' },
      {
        form: '--from-auth0',
        words:
          'the file was exported from Auth0 by its Deploy CLI: what has no counterpart here is listed and left out',
      },
      { form: '--tenant <name>', words: 'with --from-auth0: the tenant that it is for (default: the only one)' },
      { form: '--domain <host>', words: 'with --from-auth0: the host that reaches the tenant' },
    ],
    load: async () => (await import('./apply.ts')).apply,
  },
  {
    name: 'export',
    summary: 'Write a tenant down as the file that `apply` reads. Secrets are left out unless asked for.',
    examples: ['export > tenant.yaml', 'export --tenant acme --with-secrets --output tenant.yaml'],
    flags: [
      TENANT,
      { form: '--output <file>', words: 'write to this file, readable by its owner only' },
      { form: '--with-secrets', words: 'write client secrets, API secrets and password hashes too' },
    ],
    load: async () => (await import('./export.ts')).exportFile,
  },
  {
    name: 'migrate-from-auth0',
    takes: '<export>',
    summary:
      'Take over a tenant that Auth0’s Deploy CLI exported: shows a plan, and does it with --yes. Can be run again.',
    examples: [
      'migrate-from-auth0 auth0/ --tenant acme --domain login.example.com',
      'migrate-from-auth0 auth0/ --tenant acme --domain login.example.com --lazy Users --upstream https://acme.eu.auth0.com/ --upstream-client-id MOVER --env MOVER_SECRET --yes',
    ],
    flags: [
      { form: '--tenant <name>', words: 'the tenant here, which is made when it is not there (default: the only one)' },
      { form: '--domain <host>', words: 'the host that reaches it' },
      {
        form: '--lazy <database>',
        words: 'a database whose users move in at their logins, with the passwords they have',
        repeatable: true,
      },
      { form: '--upstream <url>', words: 'with --lazy: the address of the tenant that they leave' },
      {
        form: '--upstream-client-id <id>',
        words: 'with --lazy: an application there that may use the password grant',
      },
      { form: '--env <name>', words: 'with --lazy: the environment variable with its secret' },
      { form: '--yes', words: 'do it; without, only the plan is shown' },
      { form: '--dry-run', words: 'only show the plan, also with --yes' },
    ],
    load: async () => (await import('./migrate-from-auth0.ts')).migrateFromAuth0,
  },
  {
    name: 'migration report',
    summary: 'Tell how far the users of another server have moved in, and who of its export has not.',
    examples: [
      'migration report',
      'migration report --connection Users --upstream-users auth0-users.json --missing missing.json',
    ],
    flags: [
      { form: '--connection <name>', words: 'which database (default: all of them)' },
      { form: '--upstream-users <file>', words: 'the users of the other server, as Auth0 exports them' },
      { form: '--missing <file>', words: 'write those of them who are not here to this file' },
      TENANT,
    ],
    load: async () => (await import('./migration-report.ts')).reportMigration,
  },
  {
    name: 'copy',
    summary:
      'Copy everything from one database to another, SQLite or PostgreSQL. Run it again to continue one that was cut short.',
    examples: [
      'copy --from sqlite:gatehouse.db --to postgres://gatehouse@db.example.com/gatehouse',
      'copy --from postgres://gatehouse@db.example.com/gatehouse --to sqlite:gatehouse.db',
    ],
    flags: [
      { form: '--from <url>', words: 'the source (default: the configured database); PGPASSWORD is its password' },
      { form: '--to <url>', words: 'the target, which must be empty (default: the configured database)' },
    ],
    load: async () => (await import('./copy.ts')).copy,
  },
  {
    name: 'backup',
    takes: '<file>',
    summary: 'Write everything as it stands now into one file, beside a running server. The master key is not in it.',
    examples: ['backup /var/backups/gatehouse-monday.db'],
    load: async () => (await import('./backup.ts')).backup,
  },
  {
    name: 'restore',
    takes: '<file>',
    summary: 'Bring a backup back, after looking whether it is whole and fits the master key. Stop the server first.',
    examples: ['restore /var/backups/gatehouse-monday.db', 'restore /var/backups/gatehouse-monday.db --force'],
    flags: [{ form: '--force', words: 'overwrite a database that holds something; a SQLite file is kept beside it' }],
    load: async () => (await import('./restore.ts')).restore,
  },
  {
    name: 'verify',
    takes: '[file]',
    summary: 'Look whether the database, or a backup, is whole: pages, foreign keys, sealed values, signing keys.',
    examples: ['verify', 'verify /var/backups/gatehouse-monday.db'],
    load: async () => (await import('./verify.ts')).verify,
  },
  {
    name: 'breached-passwords build',
    takes: '<list>',
    summary:
      'Make the file in which servers look breached passwords up, of a list of SHA-1 hashes in order, such as Have I Been Pwned has.',
    examples: [
      'breached-passwords build pwned-passwords-sha1-ordered-by-hash.txt --out /var/lib/gatehouse/breached.bin',
    ],
    flags: [{ form: '--out <file>', words: 'where it goes (default: breached-passwords.bin)' }],
    load: async () => (await import('./breached-passwords.ts')).buildList,
  },
  {
    name: 'breached-passwords check',
    summary: 'Look a password up that is typed unseen, or comes on standard input. Ends with 1 when it is breached.',
    examples: ['breached-passwords check --list /var/lib/gatehouse/breached.bin'],
    flags: [{ form: '--list <file>', words: 'the file (default: breached_passwords_file of the configuration)' }],
    load: async () => (await import('./breached-passwords.ts')).checkPassword,
  },
  {
    name: 'master-key rotate',
    summary: 'Encrypt everything secret under the newest master key, beside a running server. Cut short, run it again.',
    examples: ['master-key rotate'],
    load: async () => (await import('./master-key.ts')).rotate,
  },
];

/** The whole table. */
export const COMMANDS: readonly CommandEntry[] = [...SERVER_COMMANDS, ...NOUN_COMMANDS];

/** Words for the groups of commands. */
export const GROUPS: Readonly<Record<string, string>> = {
  ...NOUN_GROUPS,
  migration: 'Users who move in from another server.',
  'breached-passwords': 'The list of passwords that are known from breaches.',
  'master-key': 'The key that everything secret in the database is encrypted under.',
};
