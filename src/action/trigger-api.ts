// Management: triggers, and the actions that are bound to them. Only `post-login` runs any: what would never run is refused.
import Type, { type Static } from 'typebox';
import { apiRefusals } from '../error/api-error.ts';
import type { Clock } from '../lib/clock.ts';
import type { Changes } from '../management/changes.ts';
import { type Call, type Endpoint, endpoint } from '../management/endpoint.ts';
import { countedReply, PAGE_QUERY, windowOf } from '../management/pagination.ts';
import type { Sql } from '../storage/database.ts';
import type { Action } from './action.ts';
import type { ActionBinding, ActionBindingStore } from './action-binding-store.ts';
import { runProblem } from './action-code.ts';
import { showAction, showBinding } from './action-object.ts';
import type { ActionStore } from './action-store.ts';
import { POST_LOGIN, TRIGGERS } from './trigger.ts';

interface Parts {
  readonly stores: { readonly actions: ActionStore; readonly actionBindings: ActionBindingStore };
  readonly changes: Changes;
  readonly clock: Clock;
}

const TAG = 'actions';
const PLACE = {
  path: '/actions/triggers/{triggerId}/bindings',
  tag: TAG,
  params: { triggerId: { description: 'The id of the trigger.', example: POST_LOGIN } },
};
const MOST_BINDINGS = 20;

const Ref = Type.Object(
  {
    type: Type.Union([Type.Literal('action_id'), Type.Literal('action_name'), Type.Literal('binding_id')]),
    value: Type.String({ maxLength: 255 }),
  },
  { additionalProperties: false },
);
const Bindings = Type.Object(
  {
    bindings: Type.Array(
      Type.Object(
        { ref: Ref, display_name: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })) },
        { additionalProperties: false },
      ),
      { maxItems: MOST_BINDINGS, description: 'All that are to be bound, in the order in which they run.' },
    ),
  },
  { additionalProperties: false },
);

/** The endpoints of triggers. */
export function createTriggerEndpoints({ stores: { actions, actionBindings }, changes, clock }: Parts): Endpoint[] {
  async function show({ tenant }: Call, triggerId: string, bindings: readonly ActionBinding[], sql?: Sql) {
    return Promise.all(
      bindings.map(async (binding) => {
        const action = await actions.findById(tenant.id, binding.actionId, sql);
        return showBinding(binding, triggerId, action && showAction(action, await deployedOf(tenant.id, action, sql)));
      }),
    );
  }

  async function deployedOf(tenantId: Call['tenant']['id'], { id, deployedVersionId }: Action, sql?: Sql) {
    return deployedVersionId === null ? null : actions.findVersion(tenantId, id, deployedVersionId, sql);
  }

  /** The action that is to be bound; throws `ApiError` for one that is not there, or that would never run. */
  async function getBindable(
    { tenant }: Call,
    { type, value }: Static<typeof Ref>,
    known: readonly ActionBinding[],
    sql: Sql,
  ): Promise<Action> {
    const id = type === 'binding_id' ? (known.find((one) => one.id === value)?.actionId ?? '') : value;
    const action = await (type === 'action_name'
      ? actions.findByName(tenant.id, id, sql)
      : actions.findById(tenant.id, id, sql));
    if (!action) throw apiRefusals.missing('action');
    const deployed = await deployedOf(tenant.id, action, sql);
    const problem = deployed ? runProblem(deployed.content) : 'It was never deployed';
    if (problem === null) return action;
    throw apiRefusals.badRequest(`The action ${action.name} cannot be bound. ${problem}.`, 'operation_not_supported');
  }

  return [
    endpoint({
      method: 'GET',
      path: '/actions/triggers',
      tag: TAG,
      summary: 'List the triggers that actions may be written for',
      scopes: ['read:actions'],
      status: 200,
      handle: async () => ({ triggers: TRIGGERS }),
    }),
    endpoint({
      ...PLACE,
      method: 'GET',
      summary: 'List the actions that run at a trigger, in their order',
      scopes: ['read:actions'],
      query: Type.Object({ page: PAGE_QUERY.page, per_page: PAGE_QUERY.per_page }, { additionalProperties: false }),
      status: 200,
      async handle(call) {
        const { query, tenant } = call;
        const triggerId = triggerOf(call);
        const bindings = await actionBindings.list(tenant.id, triggerId);
        const { start, limit } = windowOf(query);
        const shown = await show(call, triggerId, bindings.slice(start, start + limit));
        return countedReply(query, 'bindings', shown, bindings.length);
      },
    }),
    endpoint({
      ...PLACE,
      method: 'PATCH',
      summary: 'Bind these deployed actions to a trigger, and no others; only post-login runs any',
      scopes: ['update:actions'],
      body: Bindings,
      example: { body: { bindings: [] } },
      status: 200,
      handle: (call) =>
        changes.configure(call, async (sql) => {
          const { tenant, body } = call;
          const triggerId = triggerOf(call);
          if (triggerId !== POST_LOGIN && body.bindings.length > 0) {
            const words = `This version of Gatehouse runs no actions at ${triggerId}: one that is bound would have no effect.`;
            throw apiRefusals.badRequest(words, 'operation_not_supported');
          }
          const known = await actionBindings.list(tenant.id, triggerId, sql);
          const wanted = [];
          for (const { ref, display_name: displayName } of body.bindings) {
            const action = await getBindable(call, ref, known, sql);
            wanted.push({ actionId: action.id, displayName: displayName ?? action.name });
          }
          if (new Set(wanted.map(({ actionId }) => actionId)).size < wanted.length) {
            throw apiRefusals.invalidBody("'An action is bound twice' on property bindings.");
          }
          await actionBindings.replace(tenant.id, triggerId, wanted, clock.now(), sql);
          const bound = await actionBindings.list(tenant.id, triggerId, sql);
          return {
            result: { bindings: await show(call, triggerId, bound, sql) },
            changes: [{ action: 'updated', noun: 'trigger', name: triggerId, members: ['bindings'] }],
          };
        }),
    }),
  ];
}

/** The trigger of the path; throws `ApiError` for one that is not there. */
function triggerOf({ params }: Call): string {
  const { triggerId } = params;
  if (triggerId === undefined || !TRIGGERS.some(({ id }) => id === triggerId)) throw apiRefusals.missing('trigger');
  return triggerId;
}
