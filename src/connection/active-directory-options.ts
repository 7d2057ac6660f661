// The options of an Active Directory connection.
import Type, { type Static } from 'typebox';
import {
  Base,
  FilterTemplate,
  LDAP_SERVER_MEMBERS,
  type LdapServerOptions,
  ldapServerOptionsOf,
} from './ldap-options.ts';

/** `options` of a connection whose strategy is `ad`. */
export const ActiveDirectoryOptionsWire = Type.Object(
  {
    ...LDAP_SERVER_MEMBERS,
    base: Base,
    bind_dn: Type.String({
      minLength: 1,
      maxLength: 1024,
      description:
        'Who searches for users, with `bind_password`: a user principal name, `DOMAIN\\name` or a distinguished name.',
    }),
    user_filter: FilterTemplate(
      'Finds a user; `{0}` is the name that was typed. Default: its user principal name, `DOMAIN\\name` or `sAMAccountName`.',
    ),
    groups: Type.Optional(
      Type.Union([Type.Literal('nested'), Type.Literal('direct'), Type.Literal('none')], {
        description: 'Which groups of a user are read: `nested` (default) reads also those that the groups are in.',
      }),
    ),
    group_base: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 1024,
        description: 'Where nested groups are searched for; default `base`.',
      }),
    ),
    max_bad_binds: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1000,
        description:
          'How many wrong passwords for one account are passed on in a window, from all sources together; default 4. Keep it below the lockout threshold of the domain: what is passed on counts there.',
      }),
    ),
    bad_bind_window_minutes: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 10_080,
        description:
          'That window, in minutes; default 30. Keep it at or above what the domain resets its counter after.',
      }),
    ),
  },
  { additionalProperties: false },
);
export type ActiveDirectoryOptionsWire = Static<typeof ActiveDirectoryOptionsWire>;

/** The options as the driver reads them. */
export interface ActiveDirectoryOptions extends LdapServerOptions {
  readonly base: string;
  readonly bindDn: string;
  /** Null finds users by the three forms of names that Active Directory has. */
  readonly userFilter: string | null;
  readonly groups: 'nested' | 'direct' | 'none';
  readonly groupBase: string;
  /** Wrong passwords for one account that are passed on within `badBindWindowMs`. */
  readonly maxBadBinds: number;
  readonly badBindWindowMs: number;
}

const MAX_BAD_BINDS = 4;
const BAD_BIND_WINDOW_MINUTES = 30;

/** Wire to record. */
export function activeDirectoryOptionsOf(wire: ActiveDirectoryOptionsWire): ActiveDirectoryOptions {
  return {
    ...ldapServerOptionsOf(wire),
    base: wire.base,
    bindDn: wire.bind_dn,
    userFilter: wire.user_filter ?? null,
    groups: wire.groups ?? 'nested',
    groupBase: wire.group_base ?? wire.base,
    maxBadBinds: wire.max_bad_binds ?? MAX_BAD_BINDS,
    badBindWindowMs: (wire.bad_bind_window_minutes ?? BAD_BIND_WINDOW_MINUTES) * 60_000,
  };
}
