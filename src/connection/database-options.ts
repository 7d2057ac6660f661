// The options of a database connection: the names its users have, which passwords it takes, and where its users come from.
import Type, { type Static } from 'typebox';
import {
  BRUTE_FORCE_MEMBER,
  DATABASE_STRATEGY,
  NAME_MEMBERS,
  type StoredConnection,
  USE_MEMBERS,
} from './connection.ts';
import { USER_SOURCE_MEMBERS, type UserSource, userSourceOf } from './user-source.ts';

export type PasswordPolicyName = 'none' | 'low' | 'fair' | 'good' | 'excellent';

/** Options of a database connection. */
export interface DatabaseOptions {
  /** True when its users have user names beside their e-mail addresses. */
  readonly requiresUsername: boolean;
  /** Strength that `apply` warns about when a password falls short. */
  readonly passwordPolicy: PasswordPolicyName;
  /** False leaves failed logins here out of the tenant's brute-force protection. */
  readonly bruteForceProtection: boolean;
  /** Who knows the passwords of users that are not here; null when nobody does. */
  readonly source: UserSource | null;
  /** True when users of the source move in at their first login; false leaves passwords where they are. */
  readonly importsUsers: boolean;
  /** True when passwords are kept here, and not asked for elsewhere at each login. */
  readonly keepsPasswords: boolean;
}

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
        { description: 'Default `good`; a password that falls short is warned about.' },
      ),
    ),
    requires_username: Type.Optional(Type.Boolean({ description: 'Users have user names beside e-mail addresses.' })),
    ...BRUTE_FORCE_MEMBER,
    ...USER_SOURCE_MEMBERS,
    // Auth0: its Deploy CLI writes this into every database that it sends.
    disable_self_service_change_password: Type.Optional(
      Type.Literal(false, { description: 'Users cannot change their passwords themselves in this version anyway.' }),
    ),
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
    passwordPolicy: wire.passwordPolicy ?? 'good',
    bruteForceProtection: wire.brute_force_protection ?? true,
    ...{ source, importsUsers },
    keepsPasswords: source === null || importsUsers,
  };
}
