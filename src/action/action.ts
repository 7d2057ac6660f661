// An action: customer code for one trigger. What is edited is a draft; deploying it makes a version that never changes, and
// the newest version is what runs where the action is bound.
import Type, { type Static } from 'typebox';
import type { Secret } from '../lib/secret.ts';
import { LONGEST_CODE } from '../sandbox/script-syntax.ts';

declare const actionIdBrand: unique symbol;
/** A UUID. */
export type ActionId = string & { readonly [actionIdBrand]: true };

/** A value that the code will find under its name; it is never shown again. */
export interface ActionSecret {
  readonly name: string;
  readonly value: Secret;
  /** Milliseconds since 1970 UTC. */
  readonly updatedAt: number;
}

/** What a draft and a version are made of. */
export interface ActionContent {
  readonly code: string;
  readonly dependencies: readonly { readonly name: string; readonly version: string }[];
  readonly runtime: string;
  /** What the code is written for. */
  readonly trigger: { readonly id: string; readonly version: string };
  readonly secrets: readonly ActionSecret[];
}

export interface Action {
  readonly id: ActionId;
  /** Unique within the tenant. */
  readonly name: string;
  readonly draft: ActionContent;
  /** Null before the first time that it was deployed. */
  readonly deployedVersionId: string | null;
  /** Milliseconds since 1970 UTC. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface ActionVersion {
  /** A UUID. */
  readonly id: string;
  readonly actionId: ActionId;
  /** From 1 on. */
  readonly number: number;
  readonly content: ActionContent;
  /** Milliseconds since 1970 UTC. */
  readonly createdAt: number;
}

export const DEFAULT_RUNTIME = 'node22';
const RUNTIMES = ['node12', 'node16', 'node18', 'node18-actions', DEFAULT_RUNTIME] as const;

/** The members of Auth0's action object that can be written. */
export const ActionWire = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 255 }),
    supported_triggers: Type.Array(
      Type.Object(
        { id: Type.String({ maxLength: 64 }), version: Type.String({ maxLength: 16 }) },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 1, description: 'The trigger that the code is written for.' },
    ),
    code: Type.Optional(
      Type.String({ maxLength: LONGEST_CODE, description: 'The body of a module; it exports what the trigger calls.' }),
    ),
    dependencies: Type.Optional(
      Type.Array(
        Type.Object(
          {
            name: Type.String({ minLength: 1, maxLength: 214 }),
            version: Type.String({ minLength: 1, maxLength: 64 }),
          },
          { additionalProperties: false },
        ),
        {
          maxItems: 50,
          description: 'Packages that the code asks for; at `post-login` there are `crypto` and `bcrypt`.',
        },
      ),
    ),
    runtime: Type.Optional(
      Type.Union(
        RUNTIMES.map((name) => Type.Literal(name)),
        { description: `Default ${DEFAULT_RUNTIME}.` },
      ),
    ),
    secrets: Type.Optional(
      Type.Array(
        Type.Object(
          {
            name: Type.String({ minLength: 1, maxLength: 255 }),
            value: Type.Optional(
              Type.String({ maxLength: 4096, description: 'Never shown again; one that is left out stays as it is.' }),
            ),
          },
          { additionalProperties: false },
        ),
        { maxItems: 50 },
      ),
    ),
  },
  { additionalProperties: false },
);
export type ActionWire = Static<typeof ActionWire>;

/** True when a version holds exactly what the draft does. */
export function isSameContent(one: ActionContent, other: ActionContent): boolean {
  return fingerprintOf(one) === fingerprintOf(other);
}

function fingerprintOf({ secrets, ...content }: ActionContent): string {
  return JSON.stringify([content, secrets.map(({ name, value }) => [name, value.reveal()])]);
}
