// Management: actions, as drafts.
import { randomUUID } from 'node:crypto';
import Type, { type Static } from 'typebox';
import { apiRefusals } from '../error/api-error.ts';
import type { Clock } from '../lib/clock.ts';
import { Secret } from '../lib/secret.ts';
import type { Changes } from '../management/changes.ts';
import { type Call, type Endpoint, endpoint } from '../management/endpoint.ts';
import { countedReply, PAGE_QUERY, windowOf } from '../management/pagination.ts';
import type { Sql } from '../storage/database.ts';
import { type Action, type ActionContent, type ActionId, ActionWire, DEFAULT_RUNTIME } from './action.ts';
import type { ActionBindingStore } from './action-binding-store.ts';
import { draftProblem } from './action-code.ts';
import { showAction } from './action-object.ts';
import type { ActionStore } from './action-store.ts';
import { TRIGGERS } from './trigger.ts';

interface Parts {
  readonly stores: { readonly actions: ActionStore; readonly actionBindings: ActionBindingStore };
  readonly changes: Changes;
  readonly clock: Clock;
}

const TAG = 'actions';
const ID = { id: { description: 'The id of the action.', example: '910b1053-577f-4d81-a8c8-020e7319a38a' } };
const ChangedAction = Type.Partial(ActionWire, { additionalProperties: false, minProperties: 1 });
type ChangedAction = Static<typeof ChangedAction>;

const EXAMPLE = {
  name: 'add-department',
  supported_triggers: [{ id: 'post-login', version: 'v3' }],
  code: "exports.onExecutePostLogin = async (event, api) => {\n  api.idToken.setCustomClaim('department', 'sales');\n};",
  dependencies: [],
  runtime: 'node22',
  secrets: [{ name: 'API_KEY', value: 'a-key-0123456789' }],
};

/** What a draft is before anybody wrote it. */
const EMPTY: Omit<ActionContent, 'trigger'> = { code: '', dependencies: [], runtime: DEFAULT_RUNTIME, secrets: [] };

/** The endpoints of actions. */
export function createActionEndpoints({ stores: { actions, actionBindings }, changes, clock }: Parts): Endpoint[] {
  async function getAction({ tenant, params }: Call, sql?: Sql): Promise<Action> {
    const action = await actions.findById(tenant.id, params['id'] ?? '', sql);
    if (!action) throw apiRefusals.missing('action');
    return action;
  }

  async function show({ tenant }: Call, action: Action): Promise<object> {
    const { id, deployedVersionId } = action;
    return showAction(
      action,
      deployedVersionId === null ? null : await actions.findVersion(tenant.id, id, deployedVersionId),
    );
  }

  async function requireFreeName({ tenant }: Call, name: string, own: ActionId | null, sql: Sql): Promise<void> {
    const other = await actions.findByName(tenant.id, name, sql);
    if (other && other.id !== own) {
      throw apiRefusals.conflict('An action with the same name already exists', 'action_conflict');
    }
  }

  return [
    endpoint({
      method: 'GET',
      path: '/actions/actions',
      tag: TAG,
      summary: 'List actions',
      scopes: ['read:actions'],
      query: Type.Object(
        {
          page: PAGE_QUERY.page,
          per_page: PAGE_QUERY.per_page,
          triggerId: Type.Optional(Type.String({ maxLength: 64 })),
          actionName: Type.Optional(Type.String({ maxLength: 255 })),
          deployed: Type.Optional(Type.Boolean({ description: 'Whether it was ever deployed.' })),
          installed: Type.Optional(Type.Boolean({ description: 'True lists those of a marketplace: none.' })),
        },
        { additionalProperties: false },
      ),
      example: { query: { triggerId: 'post-login', per_page: '10' } },
      status: 200,
      async handle(call) {
        const { query, tenant } = call;
        const { triggerId, actionName: name, deployed, installed } = query;
        if (installed === true) return countedReply(query, 'actions', [], 0);
        const filter = { triggerId, name, deployed };
        const page = await actions.list(tenant.id, filter, windowOf(query));
        const shown = await Promise.all(page.map((action) => show(call, action)));
        return countedReply(query, 'actions', shown, await actions.count(tenant.id, filter));
      },
    }),
    endpoint({
      method: 'POST',
      path: '/actions/actions',
      tag: TAG,
      summary: 'Create an action; it runs once it is deployed and bound',
      scopes: ['create:actions'],
      body: ActionWire,
      example: { body: EXAMPLE },
      status: 201,
      handle: (call) =>
        changes.configure(call, async (sql) => {
          const { body, tenant } = call;
          await requireFreeName(call, body.name, null, sql);
          const now = clock.now();
          const trigger = readTrigger(body.supported_triggers);
          const draft = changedContent({ ...EMPTY, trigger }, body, now);
          const id = randomUUID() as string as ActionId;
          const action: Action = {
            id,
            name: body.name,
            draft,
            deployedVersionId: null,
            createdAt: now,
            updatedAt: now,
          };
          await actions.save(tenant.id, action, sql);
          const change = { action: 'created', noun: 'action', name: action.name, members: Object.keys(body) } as const;
          return { result: showAction(action, null), changes: [change] };
        }),
    }),
    endpoint({
      method: 'GET',
      path: '/actions/actions/{id}',
      tag: TAG,
      summary: 'Show an action',
      scopes: ['read:actions'],
      params: ID,
      status: 200,
      handle: async (call) => show(call, await getAction(call)),
    }),
    endpoint({
      method: 'PATCH',
      path: '/actions/actions/{id}',
      tag: TAG,
      summary: 'Change the draft of an action',
      scopes: ['update:actions'],
      params: ID,
      body: ChangedAction,
      example: { body: { code: EXAMPLE.code, secrets: [{ name: 'API_KEY', value: 'another-key-0123456789' }] } },
      status: 200,
      async handle(call) {
        const { body, tenant } = call;
        const changed = await changes.configure(call, async (sql) => {
          const action = await getAction(call, sql);
          const name = body.name ?? action.name;
          await requireFreeName(call, name, action.id, sql);
          const now = clock.now();
          const result = { ...action, name, draft: changedContent(action.draft, body, now), updatedAt: now };
          await actions.save(tenant.id, result, sql);
          return { result, changes: [{ action: 'updated', noun: 'action', name, members: Object.keys(body) }] };
        });
        return show(call, changed);
      },
    }),
    endpoint({
      method: 'DELETE',
      path: '/actions/actions/{id}',
      tag: TAG,
      summary: 'Delete an action and its versions',
      scopes: ['delete:actions'],
      params: ID,
      query: Type.Object(
        { force: Type.Optional(Type.Boolean({ description: 'Also when it is bound to a trigger.' })) },
        { additionalProperties: false },
      ),
      status: 204,
      handle: (call) =>
        changes.configure(call, async (sql) => {
          const { id, name } = await getAction(call, sql);
          if (call.query.force !== true && (await actionBindings.isBound(call.tenant.id, id, sql))) {
            throw apiRefusals.conflict(
              'The action is bound to a trigger: unbind it, or delete it with force=true',
              'action_bound',
            );
          }
          await actions.delete(call.tenant.id, id, sql);
          return { result: undefined, changes: [{ action: 'deleted', noun: 'action', name, members: [] }] };
        }),
    }),
  ];
}

/** The content as the body wants it; throws `ApiError` for what cannot be an action and for a trigger that is not there. */
function changedContent(content: ActionContent, body: ChangedAction, now: number): ActionContent {
  const { code = content.code, dependencies = content.dependencies, runtime = content.runtime } = body;
  const trigger = body.supported_triggers ? readTrigger(body.supported_triggers) : content.trigger;
  const secrets = body.secrets ? changedSecrets(content, body.secrets, now) : content.secrets;
  const changed: ActionContent = { code, dependencies, runtime, trigger, secrets };
  const problem = draftProblem(changed);
  if (problem !== null) throw apiRefusals.invalidBody(`'${problem.words}' on property ${problem.member}.`);
  return changed;
}

function readTrigger([wanted]: ActionWire['supported_triggers']): ActionContent['trigger'] {
  const trigger = TRIGGERS.find(({ id, version }) => id === wanted?.id && version === wanted.version);
  if (!trigger) throw apiRefusals.invalidBody("'There is no such trigger' on property supported_triggers.");
  return { id: trigger.id, version: trigger.version };
}

/** The list takes the place of the old one; what comes without a value keeps the one it had. */
function changedSecrets(
  { secrets: stored }: ActionContent,
  wanted: NonNullable<ActionWire['secrets']>,
  now: number,
): ActionContent['secrets'] {
  if (new Set(wanted.map(({ name }) => name)).size < wanted.length) {
    throw apiRefusals.invalidBody("'A name is given twice' on property secrets.");
  }
  return wanted.map(({ name, value }) => {
    if (value !== undefined) return { name, value: new Secret(value), updatedAt: now };
    const kept = stored.find((one) => one.name === name);
    if (!kept) throw apiRefusals.invalidBody("'A new secret needs a value' on property secrets.");
    return kept;
  });
}
