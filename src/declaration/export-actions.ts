// The `actions` and `triggers` sections of an export.
import { type Action, type ActionContent, isSameContent } from '../action/action.ts';
import type { ActionFileWire, TriggersWire } from '../action/action-file.ts';
import { POST_LOGIN } from '../action/trigger.ts';
import type { ExportWork } from './export-workspace.ts';

/** The actions as `apply` reads them: what is deployed, or the draft of one that never was. */
export async function exportActions(work: ExportWork): Promise<ActionFileWire[]> {
  const { stores, tenant } = work;
  const actions = await stores.actions.list(
    tenant.id,
    {},
    { start: 0, limit: await stores.actions.count(tenant.id, {}) },
  );
  return Promise.all(actions.map((action, index) => exportAction(work, action, index)));
}

/** One action; with its place in the file, what is left out of it is noted there. */
export async function exportAction(
  { stores, tenant, withSecrets, notes }: ExportWork,
  { id, name, draft, deployedVersionId }: Action,
  index?: number,
): Promise<ActionFileWire> {
  const deployed =
    deployedVersionId === null ? null : await stores.actions.findVersion(tenant.id, id, deployedVersionId);
  if (deployed && index !== undefined && !isSameContent(deployed.content, draft)) {
    notes.push({ path: ['actions', index], words: `The draft of ${name} differs from this, and is not in the file.` });
  }
  const { code, dependencies, runtime, trigger, secrets }: ActionContent = deployed?.content ?? draft;
  return {
    ...{ name, code, supported_triggers: [{ ...trigger }], dependencies: [...dependencies] },
    runtime: runtime as NonNullable<ActionFileWire['runtime']>,
    secrets: secrets.map((one) => (withSecrets ? { name: one.name, value: one.value.reveal() } : { name: one.name })),
    deployed: deployed !== null,
  };
}

/** The bindings; null without any. */
export async function exportTriggers({ stores, tenant }: ExportWork): Promise<TriggersWire> {
  const bindings = await stores.actionBindings.list(tenant.id, POST_LOGIN);
  const wires = [];
  for (const { actionId, displayName } of bindings) {
    const action = await stores.actions.findById(tenant.id, actionId);
    if (action) wires.push({ action_name: action.name, display_name: displayName });
  }
  return wires.length === 0 ? {} : { [POST_LOGIN]: wires };
}
