// The opposite of apply: a tenant as a file that makes the same tenant in an empty database. Signing keys stay where they
// are, and secrets too unless they are asked for.
import { Document, isNode } from 'yaml';
import type { ActionFileWire } from '../action/action-file.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { exportActions, exportTriggers } from './export-actions.ts';
import { exportAttackProtection } from './export-attack-protection.ts';
import { exportClientGrants, exportClients } from './export-clients.ts';
import { exportConnections } from './export-connections.ts';
import { exportDatabases } from './export-databases.ts';
import { exportResourceServers } from './export-resource-servers.ts';
import { exportRoles } from './export-roles.ts';
import { exportRuleConfigs, exportRules } from './export-rules.ts';
import { exportTenantSection } from './export-tenant-section.ts';
import { exportUsers } from './export-users.ts';
import { type ExportWork, withoutEmpty } from './export-workspace.ts';
import { readTenantFile, type TenantFileContent, TenantFileError } from './tenant-file.ts';
import type { ApplyStores } from './workspace.ts';

/** An exported tenant. */
interface Export {
  /** YAML. */
  readonly text: string;
  /** What is not in it, or what `apply` would not read back as it is here; empty as a rule. */
  readonly warnings: readonly string[];
}

/** Writes the tenant down in the order in which `apply` reads it. */
export async function exportTenant(stores: ApplyStores, tenant: Tenant, withSecrets: boolean): Promise<Export> {
  const work: ExportWork = { stores, tenant, withSecrets, notes: [] };
  // Typed so that a section which `apply` learns to read is missed here.
  const sections: Required<Omit<TenantFileContent, 'tenant'>> = {
    resourceServers: await exportResourceServers(work),
    clients: await exportClients(work),
    clientGrants: await exportClientGrants(work),
    databases: await exportDatabases(work),
    connections: await exportConnections(work),
    roles: await exportRoles(work),
    rules: await exportRules(work),
    rulesConfigs: await exportRuleConfigs(work),
    actions: await exportActions(work),
    triggers: await exportTriggers(work),
    attackProtection: await exportAttackProtection(work),
    users: await exportUsers(work),
  };
  const content = { tenant: exportTenantSection(work), ...withoutEmpty(sections) };
  const text = print(content, work);
  return { text, warnings: [...problemsOf(text), ...(await leftOutOf(work, sections.actions))] };
}

/** What is stored and has no place in the file. */
async function leftOutOf(
  { stores, tenant, withSecrets }: ExportWork,
  actions: readonly ActionFileWire[],
): Promise<string[]> {
  const keptForRules = withSecrets ? 0 : (await stores.ruleConfigs.listKeys(tenant.id)).length;
  const secrets = withSecrets ? 0 : actions.flatMap((action) => action.secrets ?? []).length;
  const noPlace = 'the file has no place for them';
  const counts = [
    [keptForRules, 'values that are kept for rules', 'they are secrets'],
    [secrets, 'values of secrets of actions', 'they are secrets'],
    [await stores.users.countLinked(tenant.id), 'accounts that are linked to another user', noPlace],
  ] as const;
  return counts
    .filter(([count]) => count > 0)
    .map(([count, what, why]) => `${count} ${what} are left out: ${why}. A backup has them.`);
}

function print(content: object, { notes, tenant, withSecrets }: ExportWork): string {
  // A thing that is named twice is written twice: aliases are hard to read and to edit.
  const document = new Document(content, { aliasDuplicateObjects: false });
  const secrets = withSecrets
    ? 'It holds secrets in the clear.'
    : 'Secrets and passwords are left out; `--with-secrets` writes them. Applied where they are not stored, new secrets\n are made, and users cannot log in until they get passwords.';
  document.commentBefore = ` The tenant ${tenant.name}, written by \`gatehouse export\`; \`gatehouse apply\` reads it. Signing keys are not in it.\n ${secrets}`;
  for (const { path, words } of notes) {
    const node = document.getIn(path, true);
    if (isNode(node)) node.commentBefore = ` ${words}`;
  }
  return document.toString({ lineWidth: 120 });
}

/** What an older version stored may not be allowed any more, and a text may look like the name of a variable. */
function problemsOf(text: string): readonly string[] {
  try {
    readTenantFile('line', text, {});
    return [];
  } catch (error) {
    if (error instanceof TenantFileError) return error.problems;
    throw error;
  }
}
