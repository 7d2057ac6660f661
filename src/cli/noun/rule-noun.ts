// Rules on the command line, called by their names.
import { exportRule } from '../../declaration/export-rules.ts';
import { RuleWire } from '../../rule/rule.ts';
import type { Noun } from './noun.ts';

/** The noun. */
export const ruleNoun: Noun = {
  name: 'rule',
  sectionOf: () => 'rules',
  nameMember: () => 'name',
  schemaOf: () => RuleWire,
  columns: ['order', 'name', 'enabled'],
  async list({ stores, tenant }, most) {
    return (await stores.rules.listAll(tenant.id)).slice(0, most).map(exportRule);
  },
  async find({ stores, tenant }, called) {
    const rule = await stores.rules.findByName(tenant.id, called);
    return rule && { entry: exportRule(rule), remove: (sql) => stores.rules.delete(tenant.id, rule.id, sql) };
  },
};
