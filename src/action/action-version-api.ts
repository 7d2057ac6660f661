// Management: deploying actions, and the versions that this makes.
import { randomUUID } from 'node:crypto';
import Type from 'typebox';
import { apiRefusals } from '../error/api-error.ts';
import type { Clock } from '../lib/clock.ts';
import type { Changes } from '../management/changes.ts';
import { type Call, type Endpoint, endpoint } from '../management/endpoint.ts';
import { countedReply, PAGE_QUERY, windowOf } from '../management/pagination.ts';
import type { Sql } from '../storage/database.ts';
import type { Action, ActionContent, ActionVersion } from './action.ts';
import type { ActionBindingStore } from './action-binding-store.ts';
import { runProblem } from './action-code.ts';
import { showAction, showVersion } from './action-object.ts';
import type { ActionStore } from './action-store.ts';

interface Parts {
  readonly stores: { readonly actions: ActionStore; readonly actionBindings: ActionBindingStore };
  readonly changes: Changes;
  readonly clock: Clock;
}

const TAG = 'actions';
const ID = { id: { description: 'The id of the action.', example: '910b1053-577f-4d81-a8c8-020e7319a38a' } };
const VERSION = {
  ...ID,
  versionId: { description: 'The id of the version.', example: '0907dc76-93c5-4b5e-8a1a-5b5c25b0d1fd' },
};

/** The endpoints of versions. */
export function createActionVersionEndpoints({
  stores: { actions, actionBindings },
  changes,
  clock,
}: Parts): Endpoint[] {
  async function getAction({ tenant, params }: Call, sql?: Sql): Promise<Action> {
    const action = await actions.findById(tenant.id, params['id'] ?? '', sql);
    if (!action) throw apiRefusals.missing('action');
    return action;
  }

  async function getVersion({ tenant, params }: Call, { id }: Action, sql?: Sql): Promise<ActionVersion> {
    const version = await actions.findVersion(tenant.id, id, params['versionId'] ?? '', sql);
    if (!version) throw apiRefusals.missing('action version');
    return version;
  }

  /** Makes a version of this content and deploys it; throws `ApiError` where logins would run what they cannot. */
  async function deploy(call: Call, action: Action, content: ActionContent, sql: Sql) {
    const { tenant } = call;
    const problem = runProblem(content);
    if (problem !== null && (await actionBindings.isBound(tenant.id, action.id, sql))) {
      throw apiRefusals.badRequest(`${problem}, and the action is bound to logins.`, 'operation_not_supported');
    }
    const version: ActionVersion = {
      ...{ id: randomUUID(), actionId: action.id, content, createdAt: clock.now() },
      number: (await actions.countVersions(tenant.id, action.id, sql)) + 1,
    };
    const deployed = { ...action, deployedVersionId: version.id };
    await actions.addVersion(tenant.id, version, sql);
    await actions.save(tenant.id, deployed, sql);
    const change = { action: 'updated', noun: 'action', name: action.name, members: ['deployed_version'] } as const;
    return { result: { ...showVersion(version, deployed), action: showAction(deployed, version) }, changes: [change] };
  }

  return [
    endpoint({
      method: 'POST',
      path: '/actions/actions/{id}/deploy',
      tag: TAG,
      summary: 'Make a version of the draft',
      scopes: ['create:actions'],
      params: ID,
      status: 200,
      handle: (call) =>
        changes.configure(call, async (sql) => {
          const action = await getAction(call, sql);
          return deploy(call, action, action.draft, sql);
        }),
    }),
    endpoint({
      method: 'GET',
      path: '/actions/actions/{id}/versions',
      tag: TAG,
      summary: 'List the versions of an action, the newest first',
      scopes: ['read:actions'],
      params: ID,
      query: Type.Object({ page: PAGE_QUERY.page, per_page: PAGE_QUERY.per_page }, { additionalProperties: false }),
      status: 200,
      async handle(call) {
        const { query, tenant } = call;
        const action = await getAction(call);
        const versions = await actions.listVersions(tenant.id, action.id, windowOf(query));
        const shown = versions.map((version) => showVersion(version, action));
        return countedReply(query, 'versions', shown, await actions.countVersions(tenant.id, action.id));
      },
    }),
    endpoint({
      method: 'GET',
      path: '/actions/actions/{id}/versions/{versionId}',
      tag: TAG,
      summary: 'Show a version of an action',
      scopes: ['read:actions'],
      params: VERSION,
      status: 200,
      async handle(call) {
        const action = await getAction(call);
        return showVersion(await getVersion(call, action), action);
      },
    }),
    endpoint({
      method: 'POST',
      path: '/actions/actions/{id}/versions/{versionId}/deploy',
      tag: TAG,
      summary: 'Go back to a version: a new one like it is made and deployed',
      scopes: ['create:actions'],
      params: VERSION,
      body: Type.Object(
        { update_draft: Type.Optional(Type.Boolean({ description: 'True makes it the draft, too.' })) },
        { additionalProperties: false },
      ),
      isBodyOptional: true,
      example: { body: { update_draft: true } },
      status: 200,
      handle: (call) =>
        changes.configure(call, async (sql) => {
          const action = await getAction(call, sql);
          const { content } = await getVersion(call, action, sql);
          // The body may be left out.
          const isDraftUpdated = (call.body as typeof call.body | undefined)?.update_draft === true;
          const changed = isDraftUpdated ? { ...action, draft: content, updatedAt: clock.now() } : action;
          return deploy(call, changed, content, sql);
        }),
    }),
  ];
}
