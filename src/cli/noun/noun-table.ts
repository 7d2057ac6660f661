// The commands about what is in the database: one line of the command table for each noun and verb.
import type { CommandEntry } from '../command.ts';
import { ACTION_COMMANDS } from './action-table.ts';
import { ADMINISTRATOR_COMMANDS } from './administrator-table.ts';
import { ATTACK_PROTECTION_COMMANDS } from './attack-protection-table.ts';
import { CLIENT_COMMANDS } from './client-table.ts';
import { nounEntries } from './noun-entries.ts';
import { DATABASE, LIMIT, MEMBERS, TENANT } from './noun-flags.ts';
import { RULE_COMMANDS } from './rule-table.ts';

const TENANT_COMMANDS: readonly CommandEntry[] = [
  {
    name: 'tenant create',
    takes: '<name>',
    summary: 'Create a tenant, with its signing keys.',
    examples: ['tenant create acme --set domains=login.example.com --set region=eu'],
    flags: MEMBERS,
    load: async () => (await import('./tenant-verbs.ts')).createTenant,
  },
  {
    name: 'tenant list',
    summary: 'List every tenant.',
    examples: ['tenant list'],
    load: async () => (await import('./tenant-verbs.ts')).listTenants,
  },
  {
    name: 'tenant show',
    takes: '[name]',
    summary: 'Show the settings of a tenant; without a name, of the only one.',
    examples: ['tenant show acme'],
    load: async () => (await import('./tenant-verbs.ts')).showTenant,
  },
  {
    name: 'tenant update',
    takes: '[name]',
    summary: 'Change settings of a tenant; the others stay.',
    examples: ['tenant update acme --set friendly_name=Acme --set flags.remove_alg_from_jwks=true'],
    flags: MEMBERS,
    load: async () => (await import('./tenant-verbs.ts')).updateTenant,
  },
  {
    name: 'tenant delete',
    takes: '<name>',
    summary: 'Delete a tenant with everything in it.',
    examples: ['tenant delete acme --yes'],
    flags: [{ form: '--yes', words: 'do it' }],
    load: async () => (await import('./tenant-verbs.ts')).deleteTenant,
  },
];

const CONNECTION_COMMANDS: readonly CommandEntry[] = [
  ...nounEntries(
    'connection',
    '<name>',
    async () => (await import('./connection-noun.ts')).connectionNoun,
    {
      create: 'Users --set enabled_clients=CLI --set options.passwordPolicy=good',
      update: 'Users --set enabled_clients=CLI,Backend',
      name: 'Users',
    },
    {
      flags: [
        {
          form: '--strategy <name>',
          words: 'auth0 (our own database, the default), ldap, ad (Active Directory), waad (Azure AD) or adfs',
        },
      ],
      examples: [
        'connection create corp --strategy ldap --set options.urls=ldaps://ldap.example.com --set options.base=dc=example,dc=com',
      ],
    },
  ),
  {
    name: 'connection test',
    takes: '<name>',
    summary: 'Try a connection as a login would, and tell each step with its time.',
    examples: ['connection test corp', 'connection test corp --username ada'],
    flags: [
      {
        form: '--username <name>',
        words: 'log in as this user too; the password is asked for, or read from standard input',
      },
      { form: '--env <name>', words: 'read the password from this environment variable instead' },
      TENANT,
    ],
    load: async () => (await import('../connection-test.ts')).testConnection,
  },
];

const USER_COMMANDS: readonly CommandEntry[] = [
  ...nounEntries('user', '<user>', async () => (await import('./user-noun.ts')).userNoun, {
    create: 'ada@example.com --set connection=Users --stdin password < password.txt',
    update: 'ada@example.com --set name="Ada Lovelace" --set app_metadata.plan=gold',
    name: 'ada@example.com',
  }),
  {
    name: 'user set-password',
    takes: '<user>',
    summary: 'Set the password of a user, read from standard input.',
    examples: ['user set-password ada@example.com < password.txt'],
    flags: [{ form: '--env <name>', words: 'read it from this environment variable instead' }, TENANT],
    load: async () => (await import('./user-verbs.ts')).setPassword,
  },
  {
    name: 'user block',
    takes: '<user>',
    summary: 'Shut a user out.',
    examples: ['user block ada@example.com'],
    flags: [TENANT],
    load: async () => (await import('./user-verbs.ts')).blockUser,
  },
  {
    name: 'user unblock',
    takes: '<user>',
    summary: 'Let a user in again.',
    examples: ['user unblock ada@example.com'],
    flags: [TENANT],
    load: async () => (await import('./user-verbs.ts')).unblockUser,
  },
  {
    name: 'user revoke-tokens',
    takes: '<user>',
    summary: 'End the refresh tokens of a user.',
    examples: ['user revoke-tokens ada@example.com'],
    flags: [TENANT],
    load: async () => (await import('./user-verbs.ts')).revokeTokens,
  },
  {
    name: 'user assign-role',
    takes: '<user> <role>',
    summary: 'Give a user a role.',
    examples: ['user assign-role ada@example.com reader'],
    flags: [TENANT],
    load: async () => (await import('./user-verbs.ts')).assignRole,
  },
  {
    name: 'user remove-role',
    takes: '<user> <role>',
    summary: 'Take a role away from a user.',
    examples: ['user remove-role ada@example.com reader'],
    flags: [TENANT],
    load: async () => (await import('./user-verbs.ts')).removeRole,
  },
  {
    name: 'user import',
    takes: '<file>',
    summary: "Import users in Auth0's form, JSON or JSON lines of any size. Cut short, run it again.",
    examples: ['user import users.json --connection Users', 'user import users.json --dry-run --errors errors.json'],
    flags: [
      DATABASE,
      { form: '--upsert', words: 'change users who are there already instead of refusing them; passwords stay' },
      { form: '--dry-run', words: 'show what would happen, and write nothing' },
      { form: '--errors <file>', words: 'write what is wrong with which users to this file' },
      TENANT,
    ],
    load: async () => (await import('./user-import.ts')).importUsersFile,
  },
  {
    name: 'user export',
    summary: 'Write the users of a database in the form that `user import` reads.',
    examples: ['user export > users.json', 'user export --connection Users --with-hashes --output users.json'],
    flags: [
      DATABASE,
      { form: '--format <name>', words: 'json (the default), ndjson, or csv for a spreadsheet' },
      { form: '--with-hashes', words: 'write password hashes too' },
      { form: '--output <file>', words: 'write to this file, readable by its owner only' },
      TENANT,
    ],
    load: async () => (await import('./user-export.ts')).exportUsersFile,
  },
  {
    name: 'user hashes',
    summary: 'Count which kinds of password hashes there are.',
    examples: ['user hashes', 'user hashes --connection Users --json'],
    flags: [DATABASE, TENANT],
    load: async () => (await import('./user-hashes.ts')).countHashes,
  },
];

const KEY_AND_LOG_COMMANDS: readonly CommandEntry[] = [
  {
    name: 'key list',
    summary: 'List the signing keys with where each is in its life.',
    examples: ['key list'],
    flags: [TENANT],
    load: async () => (await import('./key-verbs.ts')).listKeys,
  },
  {
    name: 'key rotate',
    summary: 'Let the next signing key sign. Tokens of the previous one stay valid.',
    examples: ['key rotate', 'key rotate --algorithm ES256'],
    flags: [
      { form: '--algorithm <name>', words: 'which keys (default: RS256)' },
      { form: '--immediately', words: 'do not wait until the next key was published for long enough' },
      TENANT,
    ],
    load: async () => (await import('./key-verbs.ts')).rotateKey,
  },
  {
    name: 'key revoke',
    takes: '<kid>',
    summary: 'End the trust in a signing key at once, for one that was stolen. Its tokens stop working.',
    examples: ['key revoke Y3ZpB1aq0c5yoYw1bC9jR'],
    flags: [TENANT],
    load: async () => (await import('./key-verbs.ts')).revokeKey,
  },
  {
    name: 'log list',
    summary: 'List the newest log events.',
    examples: ['log list --limit 20', 'log list --type fp --follow'],
    flags: [
      LIMIT,
      { form: '--type <code>', words: 'only events of this type, such as fp; of those that --limit takes' },
      { form: '--follow', words: 'go on with every new event, one a line' },
      TENANT,
    ],
    load: async () => (await import('./log-verbs.ts')).listLogs,
  },
  {
    name: 'log show',
    takes: '<log-id>',
    summary: 'Show one log event whole.',
    examples: ['log show 900202601151200000000000001f2e3d4c5b6a79880'],
    flags: [TENANT],
    load: async () => (await import('./log-verbs.ts')).showLog,
  },
  {
    name: 'log verify',
    summary:
      'Look whether the log is what was sealed: events that were changed, removed or put in are named. Prints the head of each chain, to be kept elsewhere.',
    examples: ['log verify', 'log verify --since 2026-01-31', 'log verify --tenant acme --head 1234:9f86d081...'],
    flags: [
      { form: '--since <date>', words: 'only seals with events of this day and later' },
      { form: '--head <number:link>', words: 'a head that was kept elsewhere: it must be part of the chain' },
      TENANT,
    ],
    load: async () => (await import('./log-verify.ts')).verifyLogs,
  },
];

/** The commands of every noun. */
export const NOUN_COMMANDS: readonly CommandEntry[] = [
  ...TENANT_COMMANDS,
  ...CLIENT_COMMANDS,
  ...nounEntries('api', '<identifier>', async () => (await import('./api-noun.ts')).apiNoun, {
    create: 'https://orders.example.com --set name=Orders --set scopes=read:orders,write:orders',
    update: 'https://orders.example.com --set token_lifetime=3600',
    name: 'https://orders.example.com',
  }),
  ...CONNECTION_COMMANDS,
  ...USER_COMMANDS,
  ...nounEntries('role', '<name>', async () => (await import('./role-noun.ts')).roleNoun, {
    create: 'reader --set description="Reads orders"',
    update: `reader --set 'permissions=[{"resource_server_identifier":"https://orders.example.com","permission_name":"read:orders"}]'`,
    name: 'reader',
  }),
  ...RULE_COMMANDS,
  ...ACTION_COMMANDS,
  ...ADMINISTRATOR_COMMANDS,
  ...ATTACK_PROTECTION_COMMANDS,
  ...KEY_AND_LOG_COMMANDS,
];

/** What `gatehouse NOUN --help` says first. */
export const NOUN_GROUPS: Readonly<Record<string, string>> = {
  tenant: 'Customer spaces, each with its own issuers, keys and users.',
  client: 'Applications that ask for tokens; called by client_id or name.',
  api: 'APIs that tokens are for; called by identifier, which is the audience.',
  connection: 'Where users are: databases of ours, and directories of yours; called by name.',
  user: 'Users; called by user_id, e-mail address or user name.',
  role: 'Named sets of permissions; called by name.',
  rule: 'Code of your own that runs at logins; called by name.',
  action: 'The same in the form that took the place of rules; called by name.',
  admin: 'People who administer a tenant, in the dashboard or by tokens of their own.',
  'attack-protection': 'What stands between a guesser and a password.',
  key: 'Signing keys.',
  log: 'What happened in a tenant.',
};
