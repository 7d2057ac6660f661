// A rule: customer code that runs when somebody logs in, between the password and the tokens. What it is given and may do
// follows Auth0's documentation of rules.
import Type, { type Static } from 'typebox';
import { LONGEST_CODE } from '../sandbox/script-syntax.ts';

declare const ruleIdBrand: unique symbol;
/** `rul_` and 16 letters and digits. */
export type RuleId = string & { readonly [ruleIdBrand]: true };

export interface Rule {
  readonly id: RuleId;
  /** Unique within the tenant. */
  readonly name: string;
  /** A function expression of `user`, `context` and `callback`. */
  readonly script: string;
  /** Rules run from the lowest to the highest; unique within the tenant. */
  readonly order: number;
  readonly enabled: boolean;
}

/** Auth0's other stages are gone. */
export const RULE_STAGE = 'login_success';

/** The last place that a rule can have. */
export const HIGHEST_ORDER = 1_000_000;

/** The members of Auth0's rule object that can be written. */
export const RuleWire = Type.Object(
  {
    name: Type.String({
      maxLength: 255,
      pattern: '^[^\\s-]([A-Za-z0-9\\s-]*[^\\s-])?$',
      description: 'Letters, digits, spaces and hyphens; neither of the latter at the ends.',
    }),
    script: Type.String({
      minLength: 1,
      maxLength: LONGEST_CODE,
      description:
        'A function expression of `user`, `context` and `callback`; in a tenant file also the path of a file `.js` with it.',
    }),
    order: Type.Optional(
      Type.Integer({ minimum: 0, maximum: HIGHEST_ORDER, description: 'Unique; after all others when left out.' }),
    ),
    enabled: Type.Optional(Type.Boolean({ description: 'Default true: it runs at logins.' })),
    stage: Type.Optional(Type.Literal(RULE_STAGE)),
  },
  { additionalProperties: false },
);
export type RuleWire = Static<typeof RuleWire>;
