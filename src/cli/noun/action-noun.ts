// Actions on the command line, called by their names.
import { ActionFileWire } from '../../action/action-file.ts';
import { ConfigurationError } from '../../config/load-config.ts';
import { exportAction } from '../../declaration/export-actions.ts';
import type { Noun } from './noun.ts';

/** The noun. */
export const actionNoun: Noun = {
  name: 'action',
  sectionOf: () => 'actions',
  nameMember: () => 'name',
  schemaOf: () => ActionFileWire,
  columns: ['name', 'deployed', 'runtime'],
  async list({ stores, tenant, exporting }, most) {
    const actions = await stores.actions.list(tenant.id, {}, { start: 0, limit: most });
    return Promise.all(actions.map((action) => exportAction(exporting, action)));
  },
  async find({ stores, tenant, exporting }, called) {
    const action = await stores.actions.findByName(tenant.id, called);
    if (!action) return null;
    return {
      entry: await exportAction(exporting, action),
      async remove(sql) {
        if (await stores.actionBindings.isBound(tenant.id, action.id, sql)) {
          throw new ConfigurationError(`The action ${called} is bound to logins: unbind it first.`);
        }
        return stores.actions.delete(tenant.id, action.id, sql);
      },
    };
  },
};
