// Management: a rule is tried on a user before it is stored. Gatehouse's own; Auth0 offers it in its dashboard only.
import Type from 'typebox';
import { apiRefusals } from '../error/api-error.ts';
import type { LoginTrials } from '../grant/login-trial.ts';
import { type Endpoint, endpoint } from '../management/endpoint.ts';
import { refusedTrial } from '../management/refused-trial.ts';
import { RuleWire } from './rule.ts';
import type { RulePipeline } from './rule-pipeline.ts';
import { scriptProblem } from './rule-script.ts';

interface Parts {
  readonly trials: LoginTrials;
  readonly rules: Pick<RulePipeline, 'tryOut'>;
}

const TrialBody = Type.Object(
  {
    script: RuleWire.properties.script,
    user_id: Type.String({ minLength: 1, maxLength: 300, description: 'Whom the rule sees.' }),
    client_id: Type.Optional(Type.String({ minLength: 1, maxLength: 256, description: 'Whose login it is.' })),
    audience: Type.Optional(Type.String({ minLength: 1, maxLength: 600, description: 'The API of the token.' })),
    configuration: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        description: 'What the rule finds as `configuration`; empty when left out, for the stored values stay unseen.',
      }),
    ),
  },
  { additionalProperties: false },
);
const SCRIPT = `function (user, context, callback) {
  context.idToken['https://example.com/email'] = user.email;
  callback(null, user, context);
}`;

/** The endpoint. */
export function createRuleTrialEndpoints({ trials, rules }: Parts): Endpoint[] {
  return [
    endpoint({
      method: 'POST',
      path: '/rules/try',
      tag: 'rules',
      summary: 'Gatehouse’s own: run a script on a user as a login would, and store nothing',
      // Security: trying a rule runs code and shows what it sees, as storing one does.
      scopes: ['update:rules'],
      body: TrialBody,
      example: { body: { script: SCRIPT, user_id: 'auth0|67e9930075b689b7db2688df' } },
      status: 200,
      async handle({ tenant, issuer, body }) {
        const problem = scriptProblem(body.script);
        if (problem !== null) throw apiRefusals.invalidBody(`'${problem}' on property script.`);
        const { script, user_id: userId, client_id: clientId = null, audience = null, configuration = {} } = body;
        return trials
          .on(tenant, new URL(issuer).host, { userId, clientId, audience }, (login) =>
            rules.tryOut(script, configuration, login),
          )
          .catch(refusedTrial);
      },
    }),
  ];
}
