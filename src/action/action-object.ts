// Actions and their versions as the Management API shows them.
import type { Action, ActionContent, ActionVersion } from './action.ts';
import { isSameContent } from './action.ts';
import type { ActionBinding } from './action-binding-store.ts';

/** The action, with the version that is deployed; null where it never was. */
export function showAction(action: Action, deployed: ActionVersion | null): object {
  const { id, name, draft, createdAt, updatedAt } = action;
  return {
    ...{ id, name, created_at: isoTime(createdAt), updated_at: isoTime(updatedAt), status: 'built' },
    ...showContent(draft),
    all_changes_deployed: deployed !== null && isSameContent(draft, deployed.content),
    ...(deployed === null
      ? {}
      : { current_version: showVersion(deployed, action), deployed_version: showVersion(deployed, action) }),
  };
}

/** A version of the action. */
export function showVersion({ id, number, content, createdAt }: ActionVersion, action: Action): object {
  const time = isoTime(createdAt);
  return {
    ...{ id, action_id: action.id, number, status: 'built', deployed: action.deployedVersionId === id },
    ...showContent(content),
    ...{ built_at: time, created_at: time, updated_at: time },
  };
}

/** An action at its place; `action` as `showAction` shows it, null when it has just been deleted. */
export function showBinding(
  { id, displayName, createdAt, updatedAt }: ActionBinding,
  triggerId: string,
  action: object | null,
): object {
  return {
    ...{ id, trigger_id: triggerId, display_name: displayName, action },
    ...{ created_at: isoTime(createdAt), updated_at: isoTime(updatedAt) },
  };
}

function showContent({ code, dependencies, runtime, trigger, secrets }: ActionContent) {
  return {
    ...{ code, dependencies, runtime, supported_triggers: [trigger] },
    secrets: secrets.map(({ name, updatedAt }) => ({ name, updated_at: isoTime(updatedAt) })),
  };
}

function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
