// The `actions` and `triggers` sections: what an entry says is deployed, and the bindings are those of the file.
import { randomUUID } from 'node:crypto';
import { type Action, type ActionContent, type ActionId, DEFAULT_RUNTIME, isSameContent } from '../action/action.ts';
import type { ActionBinding } from '../action/action-binding-store.ts';
import { runProblem } from '../action/action-code.ts';
import type { ActionFileWire } from '../action/action-file.ts';
import { POST_LOGIN, TRIGGERS } from '../action/trigger.ts';
import { Secret } from '../lib/secret.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { problemAt, saveWhenChanged, type Workspace } from './workspace.ts';

/** Writes the actions of the file; `codes` are theirs, in order. */
export async function applyActions(work: Workspace, tenant: Tenant, codes: readonly string[]): Promise<void> {
  const { sql, stores, file, now } = work;
  const seen = new Set<string>();
  for (const [index, wire] of (file.content.actions ?? []).entries()) {
    if (seen.has(wire.name)) throw problemAt(work, ['actions', index], `There is another action ${wire.name}.`);
    seen.add(wire.name);
    const known = await stores.actions.findByName(tenant.id, wire.name, sql);
    const deployed =
      known === null || known.deployedVersionId === null
        ? null
        : await stores.actions.findVersion(tenant.id, known.id, known.deployedVersionId, sql);
    const content = contentOf(work, wire, index, codes[index] ?? '', known);
    const isDeployed = wire.deployed ?? true;
    const problem = isDeployed ? runProblem(content) : null;
    if (problem !== null && known && (await stores.actionBindings.isBound(tenant.id, known.id, sql))) {
      throw problemAt(work, ['actions', index], `The action ${wire.name} is bound to logins. ${problem}.`);
    }
    const isRunning = (one: ActionContent) => deployed !== null && isSameContent(deployed.content, one);
    const stored = known && comparable(known.name, known.draft, isRunning(known.draft));
    const isNewVersion = isDeployed && !isRunning(content);
    const wanted = comparable(wire.name, content, isDeployed || isRunning(content));
    await saveWhenChanged(work, 'action', wire.name, stored, wanted, async () => {
      const action: Action = {
        ...{ id: known?.id ?? (randomUUID() as string as ActionId), name: wire.name, draft: content },
        ...{ deployedVersionId: known?.deployedVersionId ?? null, createdAt: known?.createdAt ?? now, updatedAt: now },
      };
      await stores.actions.save(tenant.id, action, sql);
      if (!isNewVersion) return;
      const number = (await stores.actions.countVersions(tenant.id, action.id, sql)) + 1;
      const version = { id: randomUUID(), actionId: action.id, number, content, createdAt: now };
      await stores.actions.addVersion(tenant.id, version, sql);
      await stores.actions.save(tenant.id, { ...action, deployedVersionId: version.id }, sql);
    });
  }
}

/** What tells one state of an action from another. */
function comparable(name: string, { secrets, ...content }: ActionContent, deployed: boolean) {
  return { name, ...content, secrets: secrets.map((one) => ({ name: one.name, value: one.value })), deployed };
}

function contentOf(
  work: Workspace,
  wire: ActionFileWire,
  index: number,
  code: string,
  known: Action | null,
): ActionContent {
  const { dependencies = [], runtime = DEFAULT_RUNTIME, supported_triggers: triggers, secrets = [] } = wire;
  const [trigger = { id: POST_LOGIN, version: 'v3' }] = triggers ?? [];
  if (!TRIGGERS.some(({ id, version }) => id === trigger.id && version === trigger.version)) {
    throw problemAt(
      work,
      ['actions', index, 'supported_triggers'],
      `There is no trigger ${trigger.id} ${trigger.version}.`,
    );
  }
  const kept = new Map(known?.draft.secrets.map((one) => [one.name, one]));
  return {
    ...{ code, dependencies, runtime, trigger },
    secrets: secrets.map(({ name, value }, place) => {
      const before = kept.get(name);
      if (before && (value === undefined || before.value.reveal() === value)) return before;
      if (value !== undefined) return { name, value: new Secret(value), updatedAt: work.now };
      throw problemAt(work, ['actions', index, 'secrets', place], `The secret ${name} is new and needs a value.`);
    }),
  };
}

/** Binds the actions that the file names, where it names any trigger. */
export async function applyTriggers(work: Workspace, tenant: Tenant): Promise<void> {
  const { sql, stores, file, now } = work;
  const wires = file.content.triggers?.[POST_LOGIN];
  if (!wires) return;
  const wanted: Pick<ActionBinding, 'actionId' | 'displayName'>[] = [];
  for (const [index, { action_name: name, display_name: displayName = name }] of wires.entries()) {
    const place = ['triggers', POST_LOGIN, index];
    const action = await stores.actions.findByName(tenant.id, name, sql);
    if (!action) throw problemAt(work, place, `There is no action ${name}.`);
    if (wires.findIndex((wire) => wire.action_name === name) !== index) {
      throw problemAt(work, place, `The action ${name} is bound twice.`);
    }
    const { deployedVersionId: versionId } = action;
    const version = versionId === null ? null : await stores.actions.findVersion(tenant.id, action.id, versionId, sql);
    const problem = version ? runProblem(version.content) : 'It was never deployed';
    if (problem !== null) throw problemAt(work, place, `The action ${name} cannot be bound. ${problem}.`);
    wanted.push({ actionId: action.id, displayName });
  }
  const bound = await stores.actionBindings.list(tenant.id, POST_LOGIN, sql);
  const stored = { bindings: bound.map(({ actionId, displayName }) => ({ actionId, displayName })) };
  await saveWhenChanged(work, 'trigger', POST_LOGIN, stored, { bindings: wanted }, () =>
    stores.actionBindings.replace(tenant.id, POST_LOGIN, wanted, now, sql),
  );
}
