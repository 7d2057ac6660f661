// Clients on the command line: called by their id, or by their name where only one has it.

import type { Client } from '../../client/client.ts';
import { ClientWire } from '../../client/client.ts';
import { ConfigurationError } from '../../config/load-config.ts';
import { exportClient } from '../../declaration/export-clients.ts';
import type { Noun, NounWork } from './noun.ts';

/** The noun. */
export const clientNoun: Noun = {
  name: 'client',
  sectionOf: () => 'clients',
  nameMember: () => 'name',
  schemaOf: () => ClientWire,
  columns: ['client_id', 'name', 'app_type', 'token_endpoint_auth_method', 'grant_types'],
  async list({ stores, tenant, exporting }, most) {
    const clients = (await stores.clients.list(tenant.id)).slice(0, most);
    return Promise.all(clients.map((client) => exportClient(exporting, client)));
  },
  async find(work, called) {
    const client = await findClient(work, called);
    if (!client) return null;
    return {
      entry: await exportClient(work.exporting, client),
      remove: (sql) => work.stores.clients.delete(work.tenant.id, client.clientId, sql),
    };
  },
};

/** The client of this id or name; throws when several have the name. */
export async function findClient({ stores, tenant }: NounWork, called: string): Promise<Client | null> {
  const byId = await stores.clients.findById(tenant.id, called);
  if (byId) return byId;
  const [first = null, second] = await stores.clients.listByName(tenant.id, called);
  if (second) throw new ConfigurationError(`Several clients are named ${called}: give the client_id.`);
  return first;
}
