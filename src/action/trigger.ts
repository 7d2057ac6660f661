// The points of a login, a registration and so on at which Auth0 calls actions. This version calls those of `post-login`; the
// list is what actions may be written for.

/** One version of a trigger, as Auth0 lists it. */
export interface Trigger {
  readonly id: string;
  readonly version: string;
  readonly status: 'CURRENT' | 'DEPRECATED';
  readonly runtimes: readonly string[];
  readonly default_runtime: string;
  readonly binding_policy: 'trigger-bound' | 'entity-bound';
  readonly compatible_triggers: readonly { readonly id: string; readonly version: string }[];
}

/** The only trigger that runs what is bound to it. */
export const POST_LOGIN = 'post-login';

const NEW = ['node18-actions', 'node22'];

/** Every trigger in every version. */
export const TRIGGERS: readonly Trigger[] = [
  { ...current(POST_LOGIN, 'v3', NEW), compatible_triggers: [{ id: POST_LOGIN, version: 'v2' }] },
  { ...deprecated(POST_LOGIN, 'v2'), runtimes: ['node18', 'node22'], default_runtime: 'node16' },
  deprecated(POST_LOGIN, 'v1'),
  ...['credentials-exchange', 'pre-user-registration', 'post-user-registration', 'post-change-password'].flatMap(
    bothVersions,
  ),
  ...bothVersions('send-phone-message'),
  ...['password-reset-post-challenge', 'login-post-identifier', 'signup-post-identifier'].map((id) =>
    current(id, 'v1', NEW),
  ),
  current('custom-phone-provider', 'v1', NEW),
  current('custom-email-provider', 'v1', NEW),
  { ...current('custom-token-exchange', 'v1', ['node18', 'node22']), binding_policy: 'entity-bound' },
  ...['event-stream', 'password-hash-migration', 'mcp-tool'].map(
    (id): Trigger => ({ ...current(id, 'v1', ['node22']), binding_policy: 'entity-bound' }),
  ),
];

function bothVersions(id: string): Trigger[] {
  return [current(id, 'v2', NEW), deprecated(id, 'v1')];
}

function current(id: string, version: string, runtimes: readonly string[]): Trigger {
  return {
    ...{ id, version, status: 'CURRENT', runtimes, default_runtime: 'node22' },
    ...{ binding_policy: 'trigger-bound', compatible_triggers: [] },
  };
}

function deprecated(id: string, version: string): Trigger {
  return { ...current(id, version, ['node22']), status: 'DEPRECATED', default_runtime: 'node12' };
}
