// `gatehouse client create --management`: the first machine client of the Management API. Later ones can be made by it.
import { CLIENT_CREDENTIALS_GRANT } from '../../client/client.ts';
import { ConfigurationError } from '../../config/load-config.ts';
import { exportTenantSection } from '../../declaration/export-tenant-section.ts';
import { issuerOfExport } from '../../declaration/export-workspace.ts';
import { checkTenantFile } from '../../declaration/tenant-file.ts';
import {
  CURRENT_USER_SCOPES,
  MANAGEMENT_SCOPES,
  managementAudience,
} from '../../resource-server/management-audience.ts';
import { applyTo } from '../apply.ts';
import { type Invocation, show, textFlag } from '../command.ts';
import { memberName } from './apply-entry.ts';
import { clientNoun, findClient } from './client-noun.ts';
import { verbsOf, withTenant } from './verbs.ts';

/** Makes a client, with the grant on the Management API where `--management` is given. */
export async function createClient(invocation: Invocation): Promise<number | void> {
  if (invocation.flags['management'] === true) return createManagementClient(invocation);
  if (textFlag(invocation, 'scopes') !== null) throw new ConfigurationError('--scopes goes with --management.');
  return verbsOf(clientNoun).create(invocation);
}

async function createManagementClient(invocation: Invocation): Promise<void> {
  const [name = ''] = invocation.args;
  const scope = scopesOf(textFlag(invocation, 'scopes'));
  await withTenant(invocation, async (work) => {
    if (await findClient(work, name)) {
      throw new ConfigurationError(`The client ${name} exists already: choose another name, or delete it first.`);
    }
    const audience = managementAudience(issuerOfExport(work.exporting));
    const content = {
      tenant: exportTenantSection(work.exporting),
      clients: [{ name, app_type: 'non_interactive', grant_types: [CLIENT_CREDENTIALS_GRANT] }],
      clientGrants: [{ client_id: name, audience, scope }],
    };
    const operation = 'gatehouse client create --management';
    const report = await applyTo(work.ground, checkTenantFile(content, memberName), null, { operation });
    const clientId = (await findClient(work, name))?.clientId ?? '';
    const secret = report.madeSecrets[0]?.secret.reveal() ?? '';
    const json = { client_id: clientId, client_secret: secret, audience, scope };
    show(invocation, json, [
      `client_id      ${clientId}`,
      `client_secret  ${secret}`,
      `audience       ${audience}`,
      `scopes         ${scope.length === ADMINISTRATIVE.length ? 'all' : scope.join(' ')}`,
      'The secret is shown this once.',
    ]);
  });
}

const ADMINISTRATIVE = MANAGEMENT_SCOPES.filter((scope) => !CURRENT_USER_SCOPES.includes(scope));

function scopesOf(text: string | null): string[] {
  if (text === null) return [...ADMINISTRATIVE];
  const scopes = text.split(/[\s,]+/).filter((scope) => scope !== '');
  const unknown = scopes.find((scope) => !ADMINISTRATIVE.includes(scope));
  if (unknown !== undefined) {
    throw new ConfigurationError(`The Management API has no scope ${unknown}. It has: ${ADMINISTRATIVE.join(', ')}.`);
  }
  return scopes;
}
