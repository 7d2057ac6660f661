// The `rules` and `rulesConfigs` sections.
import { randomAlphanumeric } from '../lib/id.ts';
import { Secret } from '../lib/secret.ts';
import { HIGHEST_ORDER, type Rule, type RuleId } from '../rule/rule.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { problemAt, saveWhenChanged, type Workspace } from './workspace.ts';

/** Writes the rules of the file; `scripts` are theirs, in order. */
export async function applyRules(work: Workspace, tenant: Tenant, scripts: readonly string[]): Promise<void> {
  const { sql, stores, file, now } = work;
  const wires = file.content.rules ?? [];
  if (wires.length === 0) return;
  const stored = await stores.rules.listAll(tenant.id, sql);
  const byName = new Map(stored.map((rule) => [rule.name, rule]));
  let highest = Math.max(0, ...stored.map(({ order }) => order), ...wires.map(({ order }) => order ?? 0));
  const wanted = wires.map((wire, index): Rule => {
    const known = byName.get(wire.name);
    const order = wire.order ?? known?.order ?? (highest += 1);
    const id = known?.id ?? (`rul_${randomAlphanumeric(16)}` as RuleId);
    return { id, name: wire.name, script: scripts[index] ?? '', order, enabled: wire.enabled ?? true };
  });
  requireOwnPlaces(work, stored, wanted);
  // Rules may change places with each other, and no two may have the same one in between.
  for (const [index, rule] of wanted.entries()) {
    const known = byName.get(rule.name);
    if (!known || known.order === rule.order) continue;
    await stores.rules.save(tenant.id, { ...known, order: HIGHEST_ORDER + 1 + index }, now, sql);
  }
  for (const rule of wanted) {
    const known = byName.get(rule.name) ?? null;
    await saveWhenChanged(work, 'rule', rule.name, known, rule, () => stores.rules.save(tenant.id, rule, now, sql));
  }
}

function requireOwnPlaces(work: Workspace, stored: readonly Rule[], wanted: readonly Rule[]): void {
  const owners = new Map(
    stored.filter(({ name }) => !wanted.some((rule) => rule.name === name)).map(({ order, name }) => [order, name]),
  );
  for (const [index, { order, name }] of wanted.entries()) {
    const owner = owners.get(order);
    if (owner !== undefined)
      throw problemAt(work, ['rules', index], `The rule ${owner} has the order ${order} already.`);
    owners.set(order, name);
  }
  const twice = wanted.findIndex(({ name }, index) => wanted.findIndex((rule) => rule.name === name) !== index);
  if (twice >= 0) throw problemAt(work, ['rules', twice], `There is another rule ${wanted[twice]?.name ?? ''}.`);
}

/** Writes the values that are kept for rules. */
export async function applyRuleConfigs(work: Workspace, tenant: Tenant): Promise<void> {
  const { sql, stores, file, now } = work;
  const wires = file.content.rulesConfigs ?? [];
  if (wires.length === 0) return;
  const stored = await stores.ruleConfigs.listValues(tenant.id, sql);
  for (const { key, value } of wires) {
    const known = stored.get(key);
    const wanted = { value: new Secret(value) };
    await saveWhenChanged(work, 'rule configuration', key, known ? { value: known } : null, wanted, async () => {
      await stores.ruleConfigs.save(tenant.id, key, wanted.value, now, sql);
    });
  }
}
