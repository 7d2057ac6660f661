// A value that is kept for rules under a key: what a rule needs and nobody may read in it.
import Type, { type Static } from 'typebox';

/** One entry of `rulesConfigs` in the declarative form, in the words of Auth0's Deploy CLI. */
export const RuleConfigWire = Type.Object(
  {
    key: Type.String({
      pattern: '^[A-Za-z0-9_\\-@*+:]{1,127}$',
      description: 'What rules find the value under, as a member of `configuration`.',
    }),
    value: Type.String({ minLength: 1, maxLength: 20_480, description: 'Kept sealed, and shown to nobody.' }),
  },
  { additionalProperties: false },
);
export type RuleConfigWire = Static<typeof RuleConfigWire>;
