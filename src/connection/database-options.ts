// The options of a database connection: the names its users have, who may make an account, which passwords it takes, and where
// its users come from.
import Type, { type Static } from 'typebox';
import {
  BRUTE_FORCE_MEMBER,
  DATABASE_STRATEGY,
  NAME_MEMBERS,
  type StoredConnection,
  USE_MEMBERS,
} from './connection.ts';
import { USER_SOURCE_MEMBERS, type UserSource, userSourceOf } from './user-source.ts';

/** How strong a password must be, in Auth0's five steps. */
export type PasswordPolicyName = 'none' | 'low' | 'fair' | 'good' | 'excellent';

/** What a new password must be. Those that people have already stay valid. */
export interface PasswordPolicy {
  readonly level: PasswordPolicyName;
  /** Least length in characters; null for that of the level. */
  readonly minLength: number | null;
  /** How many of the account's latest passwords cannot be taken again, the present one among them; 0 for any can. */
  readonly historySize: number;
  /** Words that are refused beside the 10,000 most common passwords; null when neither are. */
  readonly dictionary: readonly string[] | null;
  /** True refuses passwords that hold the user's own names. */
  readonly refusesPersonalInfo: boolean;
}

/** Options of a database connection. */
export interface DatabaseOptions {
  /** True when its users have user names beside their e-mail addresses. */
  readonly requiresUsername: boolean;
  /** Least and greatest length of a user name that somebody chooses. */
  readonly usernameLength: { readonly min: number; readonly max: number };
  /** True when strangers may make accounts. */
  readonly isOpenToSignUp: boolean;
  readonly passwordPolicy: PasswordPolicy;
  /** False leaves failed logins here out of the tenant's brute-force protection. */
  readonly bruteForceProtection: boolean;
  /** False sends nobody a link to a new password. */
  readonly selfServiceChangePassword: boolean;
  /** Who knows the passwords of users that are not here; null when nobody does. */
  readonly source: UserSource | null;
  /** True when users of the source move in at their first login; false leaves passwords where they are. */
  readonly importsUsers: boolean;
  /** True when passwords are kept here, and not asked for elsewhere at each login. */
  readonly keepsPasswords: boolean;
}

/** Auth0's, where nothing is said. */
const USUAL_HISTORY = 5;
const USUAL_USERNAME = { min: 1, max: 15 };

const NOT_STORED = new Set([...Object.keys(USER_SOURCE_MEMBERS), 'disable_self_service_change_password']);

const switchMember = (description: string) => Type.Optional(Type.Boolean({ description }));
const length = (description: string) => Type.Optional(Type.Integer({ minimum: 1, maximum: 128, description }));

const DatabaseOptionsWire = Type.Object(
  {
    passwordPolicy: Type.Optional(
      Type.Union(
        [
          Type.Literal('none'),
          Type.Literal('low'),
          Type.Literal('fair'),
          Type.Literal('good'),
          Type.Literal('excellent'),
        ],
        { description: 'Default `good`. A weaker password is refused; one that stands in a file is warned about.' },
      ),
    ),
    password_complexity_options: Type.Optional(
      Type.Object(
        { min_length: length('Least length, in place of the policy’s own.') },
        { additionalProperties: false },
      ),
    ),
    password_history: Type.Optional(
      Type.Object(
        {
          enable: switchMember('True refuses passwords that the user had lately.'),
          size: Type.Optional(
            Type.Integer({
              minimum: 1,
              maximum: 24,
              description: `How many, the present one among them; default ${USUAL_HISTORY}.`,
            }),
          ),
        },
        { additionalProperties: false },
      ),
    ),
    password_dictionary: Type.Optional(
      Type.Object(
        {
          enable: switchMember('True refuses the 10,000 most common passwords.'),
          dictionary: Type.Optional(
            Type.Array(Type.String({ minLength: 1, maxLength: 50 }), {
              maxItems: 200,
              description: 'Further words that are refused; letter case makes no difference.',
            }),
          ),
        },
        { additionalProperties: false },
      ),
    ),
    password_no_personal_info: Type.Optional(
      Type.Object(
        {
          enable: switchMember('True refuses passwords that hold a name of the user or the first part of the address.'),
        },
        { additionalProperties: false },
      ),
    ),
    disable_signup: switchMember('Default true; false lets everybody make an account: see [sign-up.md](sign-up.md).'),
    requires_username: switchMember('Users have user names beside e-mail addresses.'),
    validation: Type.Optional(
      Type.Object(
        {
          username: Type.Optional(
            Type.Object(
              {
                min: length(`Least length of a user name that somebody chooses; default ${USUAL_USERNAME.min}.`),
                max: length(`Greatest length; default ${USUAL_USERNAME.max}.`),
              },
              { additionalProperties: false },
            ),
          ),
        },
        { additionalProperties: false },
      ),
    ),
    ...BRUTE_FORCE_MEMBER,
    disable_self_service_change_password: switchMember('True sends nobody a link to a new password; default false.'),
    ...USER_SOURCE_MEMBERS,
  },
  { additionalProperties: false },
);
type DatabaseOptionsWire = Static<typeof DatabaseOptionsWire>;

/** One entry of `databases` in the declarative form. */
export const DatabaseWire = Type.Object(
  {
    ...NAME_MEMBERS,
    strategy: Type.Optional(Type.Literal(DATABASE_STRATEGY)),
    ...USE_MEMBERS,
    options: Type.Optional(DatabaseOptionsWire),
  },
  { additionalProperties: false },
);
export type DatabaseWire = Static<typeof DatabaseWire>;

/** The options of a database, each with its default. */
export function databaseOptionsOf(
  wire: DatabaseOptionsWire,
  secrets: StoredConnection['secrets'] = {},
): DatabaseOptions {
  const [source, importsUsers] = [userSourceOf(wire, secrets), wire.import_mode ?? false];
  return {
    requiresUsername: wire.requires_username ?? false,
    usernameLength: { ...USUAL_USERNAME, ...wire.validation?.username },
    // Security: Auth0 opens a database that says nothing. Here nobody's database is opened by an upgrade.
    isOpenToSignUp: wire.disable_signup === false,
    passwordPolicy: passwordPolicyOf(wire),
    bruteForceProtection: wire.brute_force_protection ?? true,
    selfServiceChangePassword: wire.disable_self_service_change_password !== true,
    ...{ source, importsUsers },
    keepsPasswords: source === null || importsUsers,
  };
}

function passwordPolicyOf(wire: DatabaseOptionsWire): PasswordPolicy {
  const { password_history: history, password_dictionary: dictionary } = wire;
  return {
    level: wire.passwordPolicy ?? 'good',
    minLength: wire.password_complexity_options?.min_length ?? null,
    historySize: history?.enable === true ? (history.size ?? USUAL_HISTORY) : 0,
    dictionary: dictionary?.enable === true ? (dictionary.dictionary ?? []) : null,
    refusesPersonalInfo: wire.password_no_personal_info?.enable ?? false,
  };
}

/**
 * The options as they are stored: what was said, and the ones that every database has. Those of the source of its users are
 * left out: user-source.ts splits them from their secrets.
 */
export function storedDatabaseOptions(wire: DatabaseOptionsWire): Readonly<Record<string, unknown>> {
  const said = Object.entries(wire).filter(([name]) => !NOT_STORED.has(name));
  const { requiresUsername, passwordPolicy, bruteForceProtection, selfServiceChangePassword } = databaseOptionsOf(wire);
  return {
    ...Object.fromEntries(said),
    requires_username: requiresUsername,
    passwordPolicy: passwordPolicy.level,
    brute_force_protection: bruteForceProtection,
    // Auth0: its Deploy CLI says false in every database that it sends.
    ...(selfServiceChangePassword ? {} : { disable_self_service_change_password: true }),
  };
}
