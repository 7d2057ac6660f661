// The `rules` and `rulesConfigs` sections of an export.
import type { Rule, RuleWire } from '../rule/rule.ts';
import type { RuleConfigWire } from '../rule/rule-config.ts';
import type { ExportWork } from './export-workspace.ts';

/** The rules as `apply` reads them, each with its script. */
export async function exportRules({ stores, tenant }: ExportWork): Promise<RuleWire[]> {
  return (await stores.rules.listAll(tenant.id)).map(exportRule);
}

/** One rule. */
export function exportRule({ name, script, order, enabled }: Rule): RuleWire {
  return { name, script, order, enabled };
}

/** The values that are kept for rules; all of them are secrets. */
export async function exportRuleConfigs({ stores, tenant, withSecrets }: ExportWork): Promise<RuleConfigWire[]> {
  if (!withSecrets) return [];
  const values = await stores.ruleConfigs.listValues(tenant.id);
  return [...values].map(([key, value]) => ({ key, value: value.reveal() }));
}
