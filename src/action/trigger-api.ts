// Management: triggers, and the actions that are bound to them. This version calls no actions, so none can be bound: what is
// bound is relied upon.
import Type from 'typebox';
import { apiRefusals } from '../error/api-error.ts';
import { type Endpoint, endpoint } from '../management/endpoint.ts';
import { countedReply, PAGE_QUERY } from '../management/pagination.ts';
import { TRIGGERS } from './trigger.ts';

const TAG = 'actions';
const PLACE = {
  path: '/actions/triggers/{triggerId}/bindings',
  tag: TAG,
  params: { triggerId: { description: 'The id of the trigger.', example: 'post-login' } },
};

const Bindings = Type.Object(
  {
    bindings: Type.Array(
      Type.Object(
        {
          ref: Type.Object(
            {
              type: Type.Union([Type.Literal('action_id'), Type.Literal('action_name'), Type.Literal('binding_id')]),
              value: Type.String({ maxLength: 255 }),
            },
            { additionalProperties: false },
          ),
          display_name: Type.Optional(Type.String({ maxLength: 255 })),
        },
        { additionalProperties: false },
      ),
      { maxItems: 20, description: 'Empty: no action is called in this version.' },
    ),
  },
  { additionalProperties: false },
);

/** The endpoints of triggers. */
export function createTriggerEndpoints(): Endpoint[] {
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
      summary: 'List the actions that are bound to a trigger: none is',
      scopes: ['read:actions'],
      query: Type.Object({ page: PAGE_QUERY.page, per_page: PAGE_QUERY.per_page }, { additionalProperties: false }),
      status: 200,
      async handle({ params, query }) {
        requireTrigger(params);
        return countedReply(query, 'bindings', [], 0);
      },
    }),
    endpoint({
      ...PLACE,
      method: 'PATCH',
      summary: 'Leave a trigger without actions',
      scopes: ['update:actions'],
      body: Bindings,
      example: { body: { bindings: [] } },
      status: 200,
      async handle({ params, body }) {
        requireTrigger(params);
        if (body.bindings.length > 0) {
          throw apiRefusals.badRequest(
            'This version of Gatehouse calls no actions: one that is bound would have no effect.',
            'operation_not_supported',
          );
        }
        return { bindings: [] };
      },
    }),
  ];
}

function requireTrigger({ triggerId }: Readonly<Record<string, string>>): void {
  if (!TRIGGERS.some(({ id }) => id === triggerId)) throw apiRefusals.missing('trigger');
}
