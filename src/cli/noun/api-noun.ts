// APIs on the command line: called by their identifier, which is the audience.
import { ConfigurationError } from '../../config/load-config.ts';
import { exportResourceServer } from '../../declaration/export-resource-servers.ts';
import { ResourceServerWire } from '../../resource-server/resource-server.ts';
import type { Noun } from './noun.ts';

/** The noun. */
export const apiNoun: Noun = {
  name: 'api',
  sectionOf: () => 'resourceServers',
  nameMember: () => 'identifier',
  schemaOf: () => ResourceServerWire,
  columns: ['identifier', 'name', 'signing_alg', 'token_lifetime', 'scopes'],
  async list({ stores, tenant, exporting }, most) {
    const apis = (await stores.resourceServers.listOwn(tenant.id)).slice(0, most);
    return apis.map((api) => exportResourceServer(exporting, api));
  },
  async find({ stores, tenant, exporting }, called) {
    const api = await stores.resourceServers.findByIdentifier(tenant.id, called);
    if (!api) return null;
    return {
      entry: exportResourceServer(exporting, api),
      async remove(sql) {
        if (tenant.defaultAudience === called) {
          throw new ConfigurationError(
            `${called} is the default_audience of the tenant: choose another first with \`gatehouse tenant update\`.`,
          );
        }
        return stores.resourceServers.delete(tenant.id, called, sql);
      },
    };
  },
};
