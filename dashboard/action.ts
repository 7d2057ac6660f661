// What the pages know of actions: the API's action object, its versions, and its place in the login flow.
import { callApi, readAgain } from './api-client.ts';

/** The trigger whose actions run at logins. */
export const POST_LOGIN = 'post-login';

/** What a draft and a version are made of. */
interface ActionContent {
  readonly code: string;
  readonly supported_triggers: readonly { readonly id: string; readonly version: string }[];
  /** Their values are shown to nobody. */
  readonly secrets: readonly { readonly name: string; readonly updated_at: string }[];
}

/** A version; it never changes. */
export interface ActionVersion extends ActionContent {
  readonly id: string;
  readonly number: number;
  readonly deployed: boolean;
  readonly created_at: string;
}

/** As the API shows it, with its draft. */
export interface Action extends ActionContent {
  readonly id: string;
  readonly name: string;
  readonly all_changes_deployed: boolean;
  /** Missing when it was never deployed. */
  readonly deployed_version?: ActionVersion;
}

/** An action at its place in the login flow. */
export interface Binding {
  readonly id: string;
  readonly display_name: string;
  /** Null when it has just been deleted. */
  readonly action: Action | null;
}

/** Of the API. */
export const BINDINGS_PATH = `/actions/triggers/${POST_LOGIN}/bindings`;

/** Of the API. */
export function apiPathOfAction(id: string): string {
  return `/actions/actions/${encodeURIComponent(id)}`;
}

/** Of the dashboard. */
export function pathOfAction(id: string): string {
  return `/actions/${encodeURIComponent(id)}`;
}

/** Where an action is shown of which only the name is known. */
export function pathOfActionNamed(name: string): string {
  return `/actions/named?name=${encodeURIComponent(name)}`;
}

/** How far what logins run is what was written last. */
export function deploymentOf({ all_changes_deployed: isSame, deployed_version: version }: Action): string {
  if (!version) return 'never deployed';
  return isSame ? `version ${version.number} deployed` : `changed since version ${version.number}`;
}

/** What the action is written for. */
export function triggerOf({ supported_triggers: [trigger] }: ActionContent): string {
  return trigger?.id ?? '';
}

/** Makes these the actions that run at logins, in this order. */
export async function bindActions(bindings: readonly { readonly id: string; readonly name: string }[]): Promise<void> {
  try {
    await callApi('PATCH', BINDINGS_PATH, {
      bindings: bindings.map(({ id, name }) => ({ ref: { type: 'action_id', value: id }, display_name: name })),
    });
  } finally {
    await readAgain('actions');
  }
}
