// Prints docs/configuration.md, docs/tenant-file.md, docs/cli.md, docs/management-api-endpoints.md, docs/quick-starts.md,
// docs/security.md, docs/security-tests.md, docs/mutations.md, docs/compatibility.md and config.example.yaml from what they describe.
// `npm run docs` writes them; a test compares them with what is committed.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ActionFileWire, TriggersWire } from '../src/action/action-file.ts';
import { AttackProtectionWire } from '../src/attack-protection/attack-protection-wire.ts';
import { ClientWire } from '../src/client/client.ts';
import { ClientGrantWire } from '../src/client/client-grant.ts';
import { OptionsSchema, SECRET_OPTIONS } from '../src/config/config.ts';
import { ConnectionWire, DIRECTORY_OPTIONS, type DirectoryStrategy } from '../src/connection/connection-wire.ts';
import { DatabaseWire } from '../src/connection/database-options.ts';
import { ResourceServerWire } from '../src/resource-server/resource-server.ts';
import { RoleWire } from '../src/role/role.ts';
import { RuleWire } from '../src/rule/rule.ts';
import { RuleConfigWire } from '../src/rule/rule-config.ts';
import { TenantWire } from '../src/tenant/tenant.ts';
import { UserWire } from '../src/user/user.ts';
import { printCli } from './docs/print-cli.ts';
import { printCompatibility } from './docs/print-compatibility.ts';
import { printManagementApi } from './docs/print-management-api.ts';
import { printMutations } from './docs/print-mutations.ts';
import { printQuickStarts } from './docs/print-quick-starts.ts';
import { printSecurity } from './docs/print-security.ts';

interface Schema {
  readonly type?: string | undefined;
  readonly description?: string | undefined;
  readonly default?: unknown;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly const?: string | boolean | undefined;
  readonly anyOf?: readonly Schema[] | undefined;
  readonly items?: Schema | undefined;
  readonly properties?: Readonly<Record<string, Schema>> | undefined;
  readonly required?: readonly string[] | undefined;
}

const ROOT = join(import.meta.dirname, '..');
const PRINTED = 'printed from the schema by `npm run docs`';

/** The files by path, as they should be. */
export function printDocs(): ReadonlyMap<string, string> {
  return new Map([
    ['docs/configuration.md', printConfiguration()],
    ['config.example.yaml', printExample()],
    ['docs/tenant-file.md', printTenantFile()],
    ['docs/cli.md', printCli()],
    ['docs/management-api-endpoints.md', printManagementApi()],
    ['docs/quick-starts.md', printQuickStarts()],
    ['docs/compatibility.md', printCompatibility(ROOT)],
    ...printSecurity(ROOT),
    ['docs/mutations.md', printMutations()],
  ]);
}

function options(): [string, Schema][] {
  return Object.entries(OptionsSchema.properties as Record<string, Schema>);
}

function shownDefault({ default: value }: Schema): string {
  if (value === '' || (Array.isArray(value) && value.length === 0)) return 'empty';
  return `\`${String(value)}\``;
}

function printConfiguration(): string {
  const sections = options().map(([name, schema]) => {
    const flag = SECRET_OPTIONS.has(name) ? '' : ` · flag \`--${name.replaceAll('_', '-')}\``;
    return [
      `### ${name}`,
      '',
      schema.description ?? '',
      '',
      `Environment \`GATEHOUSE_${name.toUpperCase()}\`${flag} · ${kindOf(schema)} · default ${shownDefault(schema)}`,
      '',
    ].join('\n');
  });
  return [
    '# Configuration',
    '',
    `Every option there is, ${PRINTED}. A later source wins: defaults, then the file named by \`--config\`, then the`,
    'environment, then flags. An unknown option is refused wherever it stands.',
    '',
    'Each option can come from a file of its own: `GATEHOUSE_NAME_FILE` names one that holds the value, which is how secrets',
    'are best handed over. Lists are separated by commas in the environment and in flags.',
    '',
    ...sections,
  ].join('\n');
}

function printExample(): string {
  const lines = options().flatMap(([name, schema]) => [
    ...wrap(schema.description ?? '', 116).map((line) => `# ${line}`),
    `# GATEHOUSE_${name.toUpperCase()}`,
    `#${name}: ${JSON.stringify(schema.default)}`,
    '',
  ]);
  return [`# Every option with its default, ${PRINTED}.`, '', ...lines].join('\n');
}

const STRATEGY_NAMES: Readonly<Record<DirectoryStrategy, string>> = {
  ldap: 'LDAP, such as OpenLDAP or 389 Directory Server.',
  ad: 'Active Directory, asked directly by LDAP.',
  waad: 'Azure AD (Microsoft Entra ID).',
  adfs: 'Active Directory Federation Services.',
};

function printTenantFile(): string {
  const sections: [string, string, Schema][] = [
    ['tenant', 'The tenant itself.', TenantWire],
    ['resourceServers', 'APIs that tokens are for.', ResourceServerWire],
    ['clients', 'Applications that ask for tokens.', ClientWire],
    ['clientGrants', 'Which client may have which scopes of an API.', ClientGrantWire],
    ['databases', 'Database connections.', DatabaseWire],
    ['connections', 'Directories of other kinds; see [connections](connections/README.md).', ConnectionWire],
    ...Object.entries(DIRECTORY_OPTIONS).map(([strategy, { schema }]): [string, string, Schema] => [
      `connections[].options of ${strategy}`,
      STRATEGY_NAMES[strategy as DirectoryStrategy],
      schema as Schema,
    ]),
    ['roles', 'Permissions that users are given together.', RoleWire],
    ['rules', 'Code that runs at logins: see [rules.md](rules.md).', RuleWire],
    ['rulesConfigs', 'Values that rules find as `configuration`.', RuleConfigWire],
    ['actions', 'Code that runs at logins, in its newer form: see [actions.md](actions.md).', ActionFileWire],
    ['triggers', 'Which actions run, and in which order.', TriggersWire],
    ['attackProtection', 'What stands between a guesser and a password.', AttackProtectionWire],
    ['users', 'Users of database connections.', UserWire],
  ];
  const printed = sections.map(([name, words, schema]) =>
    [`## ${name}`, '', words, '', '| member | | |', '| --- | --- | --- |', ...rowsOf(schema, ''), ''].join('\n'),
  );
  return [
    '# The tenant file',
    '',
    `What \`gatehouse apply FILE\` reads, ${PRINTED}. Keys and values are those of Auth0’s Deploy CLI, so a file of yours is`,
    'mostly there already; `examples/quickstart.yaml` is a whole one.',
    '',
    '- All of the file is applied, or nothing of it. Applying it again changes nothing.',
    '- An entry is the whole of its thing: what it leaves out goes back to the default, except ids and secrets that the server',
    '  made, and passwords. Things that the file does not name stay as they are.',
    '- `##NAME##` and `@@NAME@@` stand for the environment variable `NAME`.',
    '- A section, member or value that this version does not know is refused with its line; nothing is stored and ignored.',
    '',
    ...printed,
  ].join('\n');
}

function rowsOf(schema: Schema, prefix: string): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, member]) => {
    const required = schema.required?.includes(name) === true ? 'required' : '';
    const row = `| \`${prefix}${name}\` | ${kindOf(member)}${required && `, ${required}`} | ${member.description ?? ''} |`;
    const inner = member.properties ? member : member.items?.properties ? member.items : null;
    return [row, ...(inner ? rowsOf(inner, `${prefix}${name}${member.items ? '[]' : ''}.`) : [])];
  });
}

function kindOf(schema: Schema): string {
  const choices = (schema.anyOf ?? []).filter((one) => one.const !== undefined);
  if (choices.length > 0) return choices.map((one) => `\`${one.const}\``).join(', ');
  if (schema.const !== undefined) return `\`${schema.const}\``;
  if (schema.type === 'array') return `list of ${schema.items ? kindOf(schema.items) : 'values'}`;
  if (schema.minimum !== undefined && schema.maximum !== undefined) return `${schema.minimum} to ${schema.maximum}`;
  return (
    { boolean: 'true or false', string: 'text', object: 'object', integer: 'number' }[schema.type ?? ''] ??
    'text or object'
  );
}

function wrap(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last.length + word.length + 1 > width) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines;
}

if (import.meta.main) {
  for (const [path, text] of printDocs()) {
    writeFileSync(join(ROOT, path), text);
    console.log(`wrote ${path}`);
  }
}
