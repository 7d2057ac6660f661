// Management: the draft of an action is tried before it is deployed. Nobody is let in and nothing is stored.
import Type, { type Static } from 'typebox';
import { apiRefusals } from '../error/api-error.ts';
import type { LoginTrials } from '../grant/login-trial.ts';
import { type Endpoint, endpoint } from '../management/endpoint.ts';
import { refusedTrial } from '../management/refused-trial.ts';
import { runProblem } from './action-code.ts';
import type { ActionPipeline } from './action-pipeline.ts';
import type { ActionStore } from './action-store.ts';

interface Parts {
  readonly stores: { readonly actions: ActionStore };
  readonly actions: Pick<ActionPipeline, 'tryOut' | 'tryOnEvent'>;
  readonly trials: LoginTrials;
}

const Secrets = Type.Record(Type.String(), Type.String(), {
  description: 'What the code finds as `event.secrets`; empty when left out, for the kept values stay unseen.',
});
const OnUser = Type.Object(
  {
    user_id: Type.String({ minLength: 1, maxLength: 300, description: 'Whom the action sees.' }),
    client_id: Type.Optional(Type.String({ minLength: 1, maxLength: 256, description: 'Whose login it is.' })),
    audience: Type.Optional(Type.String({ minLength: 1, maxLength: 600, description: 'The API of the token.' })),
    protocol: Type.Optional(Type.Union([Type.Literal('oauth2-password'), Type.Literal('oauth2-refresh-token')])),
    secrets: Type.Optional(Secrets),
  },
  { additionalProperties: false },
);
const OnEvent = Type.Object(
  {
    user: Type.Object({ user_id: Type.String({ maxLength: 300 }) }),
    transaction: Type.Optional(Type.Object({ requested_scopes: Type.Optional(Type.Array(Type.String())) })),
    secrets: Type.Optional(Secrets),
  },
  { description: 'A whole event, as Auth0 takes one; every member is passed on as it is.' },
);
const TrialBody = Type.Object(
  { payload: Type.Union([OnUser, OnEvent], { description: 'A user of the tenant, or an event that is made up.' }) },
  { additionalProperties: false },
);

/** The endpoint. */
export function createActionTrialEndpoints({ stores, actions, trials }: Parts): Endpoint[] {
  return [
    endpoint({
      method: 'POST',
      path: '/actions/actions/{id}/test',
      tag: 'actions',
      summary: 'Run the draft of an action on a user or on an event as a login would, and store nothing',
      // Security: trying an action runs code and shows what it sees, as changing one does.
      scopes: ['update:actions'],
      params: { id: { description: 'The id of the action.', example: '910b1053-577f-4d81-a8c8-020e7319a38a' } },
      body: TrialBody,
      example: { body: { payload: { user_id: 'auth0|67e9930075b689b7db2688df' } } },
      status: 200,
      async handle({ tenant, issuer, params, body: { payload } }) {
        const action = await stores.actions.findById(tenant.id, params['id'] ?? '');
        if (!action) throw apiRefusals.missing('action');
        const problem = runProblem(action.draft);
        if (problem !== null) throw apiRefusals.badRequest(`${problem}.`, 'operation_not_supported');
        const tried = { code: action.draft.code, secrets: payload.secrets ?? {} };
        if (isEvent(payload)) {
          const scope = payload.transaction?.requested_scopes ?? [];
          const event = withMetadata(payload);
          return trials.onScope(scope, () => actions.tryOnEvent(tried, tenant.id, event, scope)).catch(refusedTrial);
        }
        const { user_id: userId, client_id: clientId = null, audience = null, protocol = 'oauth2-password' } = payload;
        return trials
          .on(tenant, new URL(issuer).host, { userId, clientId, audience, protocol }, (login) =>
            actions.tryOut(tried, login),
          )
          .catch(refusedTrial);
      },
    }),
  ];
}

function isEvent(payload: Static<typeof OnUser> | Static<typeof OnEvent>): payload is Static<typeof OnEvent> {
  return 'user' in payload;
}

/** As a login's event, it has both kinds of metadata. */
function withMetadata(event: Static<typeof OnEvent>): object {
  return { ...event, user: { user_metadata: {}, app_metadata: {}, ...event.user } };
}
