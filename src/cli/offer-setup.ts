// When a server starts whose tenants have no administrator yet, whoever started it gets a token to make one: printed once, on
// standard error and never in a log, and good for an hour.

import { ADMINISTRATORS } from '../connection/connection.ts';
import type { Ground } from '../ground.ts';
import { randomBase64Url } from '../lib/id.ts';
import { Secret } from '../lib/secret.ts';
import type { Stores } from '../stores.ts';
import { issuerOf, type Tenant } from '../tenant/tenant.ts';

const TOKEN_BYTES = 32;

/**
 * Makes a token for each tenant without administrators; the lines that tell of those which nobody gave, each with a page and a
 * command that use it. To be called before the server listens, and told once it does.
 */
export async function offerSetup(
  { configuration, clock }: Pick<Ground, 'configuration' | 'clock'>,
  stores: Stores,
  curlOptions = '',
): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const tenant of await stores.tenants.list()) {
    if (await hasAdministrators(stores, tenant)) continue;
    const given = configuration.setupToken;
    const token = given ?? new Secret(randomBase64Url(TOKEN_BYTES));
    await stores.setupTokens.replace(tenant.id, token, clock.now());
    const [domain] = tenant.domains;
    if (given || !domain) continue;
    lines.push(
      `The tenant ${tenant.name} has no administrator. For one hour this page makes the first one:`,
      // Behind the hash, so that it stands in no log of a server.
      `  ${issuerOf(domain)}dashboard/set-up#token=${token.reveal()}`,
      'and so does this command:',
      `  curl ${curlOptions}${issuerOf(domain)}api/v2/setup --json '${exampleOf(token)}'`,
    );
  }
  return lines;
}

function exampleOf(token: Secret): string {
  return JSON.stringify({ token: token.reveal(), email: 'you@example.com', password: 'A-password-of-your-own-1' });
}

async function hasAdministrators(stores: Stores, { id }: Tenant): Promise<boolean> {
  const own = (await stores.connections.list(id)).find(({ name }) => name === ADMINISTRATORS);
  return own !== undefined && (await stores.users.hasUsersOf(id, own.id));
}
