// Actions and their bindings in the declarative form, in the words of Auth0's Deploy CLI.
import Type, { type Static } from 'typebox';
import { LONGEST_CODE } from '../sandbox/script-syntax.ts';
import { ActionWire } from './action.ts';
import { POST_LOGIN } from './trigger.ts';

const { name, supported_triggers, dependencies, runtime, secrets } = ActionWire.properties;

/** One entry of `actions`. */
export const ActionFileWire = Type.Object(
  {
    name,
    code: Type.String({
      ...{ minLength: 1, maxLength: LONGEST_CODE },
      description:
        'The body of a module that exports `onExecutePostLogin`; in a tenant file also the path of a file `.js` with it.',
    }),
    supported_triggers: Type.Optional(supported_triggers),
    dependencies,
    runtime,
    secrets,
    deployed: Type.Optional(
      Type.Boolean({
        description: 'Default true: this is what runs where the action is bound. False changes the draft alone.',
      }),
    ),
    status: Type.Optional(Type.Literal('built', { description: 'What Auth0’s tool writes; says nothing.' })),
  },
  { additionalProperties: false },
);
export type ActionFileWire = Static<typeof ActionFileWire>;

/** The section `triggers`. */
export const TriggersWire = Type.Object(
  {
    [POST_LOGIN]: Type.Optional(
      Type.Array(
        Type.Object(
          {
            action_name: Type.String({ minLength: 1, maxLength: 255 }),
            display_name: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
          },
          { additionalProperties: false },
        ),
        { maxItems: 20, description: 'All actions that run after a login, in their order; an empty list for none.' },
      ),
    ),
  },
  { additionalProperties: false },
);
export type TriggersWire = Static<typeof TriggersWire>;
