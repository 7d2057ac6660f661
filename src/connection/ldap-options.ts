// The options of an LDAP connection, and those that Active Directory shares with it.
import Type, { type Static } from 'typebox';
import { Secret } from '../lib/secret.ts';

const Attribute = (description: string) =>
  Type.Optional(Type.String({ pattern: '^[A-Za-z][A-Za-z0-9-]*(;[A-Za-z0-9-]+)*$', maxLength: 128, description }));
/** A filter with a place for a value. */
export const FilterTemplate = (description: string) =>
  Type.Optional(Type.String({ pattern: '^\\(.*\\{[01]\\}.*\\)$', maxLength: 2048, description }));

/** Where users are searched for. */
export const Base = Type.String({
  minLength: 1,
  maxLength: 1024,
  description: 'Where the users are, such as `dc=example,dc=com`.',
});

/** How a server is reached and who asks it: the same for every directory that speaks LDAP. */
export const LDAP_SERVER_MEMBERS = {
  urls: Type.Array(
    Type.String({ pattern: '^ldaps?://(\\[[0-9a-fA-F:.]+\\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?/?$', maxLength: 256 }),
    {
      minItems: 1,
      maxItems: 16,
      description:
        'Servers in the order of preference, such as `ldaps://ldap.example.com`. Port 636, or 389 with `ldap://`.',
    },
  ),
  base: Type.String({
    minLength: 1,
    maxLength: 1024,
    description: 'Where the users are, such as `dc=example,dc=com`.',
  }),
  bind_password: Type.Optional(
    Type.String({ minLength: 1, maxLength: 512, description: 'The password of `bind_dn`.' }),
  ),
  start_tls: Type.Optional(
    Type.Boolean({
      description: 'With `ldap://`: asks for TLS before anything else is said, and goes no further without.',
    }),
  ),
  allow_insecure: Type.Optional(
    Type.Boolean({
      description: 'With `ldap://`: sends passwords in plain text, for everybody on the way to read. For tests only.',
    }),
  ),
  ca_file: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'File of the authorities that may have signed the certificate; read when it is applied.',
    }),
  ),
  ca: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'The same as PEM text. Default: the authorities that the system trusts.',
    }),
  ),
  profile_map: Type.Optional(
    Type.Object(
      {
        user_id: Attribute('The stable id of a user, of which the user id is made.'),
        email: Attribute('Default `mail`.'),
        name: Attribute('Default `displayName`, else `cn`.'),
        given_name: Attribute('Default `givenName`.'),
        family_name: Attribute('Default `sn`.'),
        nickname: Attribute('Default: the user name.'),
        picture: Attribute('An address of a picture. No default.'),
        phone_number: Attribute('No default.'),
      },
      { additionalProperties: false, description: 'The attributes of which profiles are made.' },
    ),
  ),
  should_trust_email_verified_connection: Type.Optional(
    Type.Union([Type.Literal('never_set_emails_as_verified'), Type.Literal('always_set_emails_as_verified')], {
      description: 'Whether e-mail addresses from there count as verified; default `never_set_emails_as_verified`.',
    }),
  ),
};

/** `options` of a connection whose strategy is `ldap`. */
export const LdapOptionsWire = Type.Object(
  {
    ...LDAP_SERVER_MEMBERS,
    base: Type.Optional(Base),
    bind_dn: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 1024,
        description: 'Who searches for users, with `bind_password`. Left out: the search is anonymous.',
      }),
    ),
    user_filter: FilterTemplate(
      'Finds a user; `{0}` is the name that was typed. Default `(&(objectClass=person)(|(uid={0})(mail={0})))`.',
    ),
    user_dn_template: Type.Optional(
      Type.String({
        pattern: '\\{0\\}',
        maxLength: 1024,
        description:
          'The distinguished name of a user, such as `uid={0},ou=people,dc=example,dc=com`: users then bind directly, and nobody searches for them.',
      }),
    ),
    group_base: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 1024,
        description: 'Where groups are searched for. Left out: the groups are what `memberOf` of the user says.',
      }),
    ),
    group_filter: FilterTemplate(
      'Finds the groups of a user; `{0}` is the distinguished name, `{1}` the `uid`. Default `(|(member={0})(uniqueMember={0})(memberUid={1}))`.',
    ),
    nested_groups: Type.Optional(
      Type.Boolean({ description: 'With `group_base`: also the groups that those groups are in.' }),
    ),
  },
  { additionalProperties: false },
);
export type LdapOptionsWire = Static<typeof LdapOptionsWire>;

/** The attributes of which profiles are made; null takes the default of the directory. */
export interface ProfileMap {
  readonly userId: string | null;
  readonly email: string | null;
  readonly name: string | null;
  readonly givenName: string | null;
  readonly familyName: string | null;
  readonly nickname: string | null;
  readonly picture: string | null;
  readonly phoneNumber: string | null;
}

/** What `LDAP_SERVER_MEMBERS` say, as drivers read it. */
export interface LdapServerOptions {
  readonly urls: readonly string[];
  readonly bindPassword: Secret | null;
  /** True asks servers behind `ldap://` for TLS, and goes no further without. */
  readonly startTls: boolean;
  /** PEM certificates that may have signed the server's; null for those that the system trusts. */
  readonly ca: string | null;
  readonly profileMap: ProfileMap;
  readonly trustsEmail: boolean;
}

/** The options as the driver reads them. */
export interface LdapOptions extends LdapServerOptions {
  /** Null searches without a name. */
  readonly bindDn: string | null;
  /** How users are searched for, or what they are called where nobody searches. */
  readonly users: { readonly base: string; readonly filter: string } | { readonly dnTemplate: string };
  /** How groups are searched for; null takes them from the user's `memberOf`. */
  readonly groupSearch: { readonly base: string; readonly filter: string; readonly isNested: boolean } | null;
}

const USER_FILTER = '(&(objectClass=person)(|(uid={0})(mail={0})))';
const GROUP_FILTER = '(|(member={0})(uniqueMember={0})(memberUid={1}))';

/** Wire to record. */
export function ldapOptionsOf(wire: LdapOptionsWire): LdapOptions {
  return {
    ...ldapServerOptionsOf(wire),
    bindDn: wire.bind_dn ?? null,
    users:
      wire.user_dn_template === undefined
        ? { base: wire.base ?? '', filter: wire.user_filter ?? USER_FILTER }
        : { dnTemplate: wire.user_dn_template },
    groupSearch:
      wire.group_base === undefined
        ? null
        : { base: wire.group_base, filter: wire.group_filter ?? GROUP_FILTER, isNested: wire.nested_groups ?? false },
  };
}

/** The shared part of it. */
export function ldapServerOptionsOf(wire: Pick<LdapOptionsWire, keyof typeof LDAP_SERVER_MEMBERS>): LdapServerOptions {
  const map = wire.profile_map ?? {};
  return {
    urls: wire.urls,
    bindPassword: wire.bind_password === undefined ? null : new Secret(wire.bind_password),
    startTls: wire.start_tls ?? false,
    ca: wire.ca ?? null,
    profileMap: {
      userId: map.user_id ?? null,
      email: map.email ?? null,
      name: map.name ?? null,
      givenName: map.given_name ?? null,
      familyName: map.family_name ?? null,
      nickname: map.nickname ?? null,
      picture: map.picture ?? null,
      phoneNumber: map.phone_number ?? null,
    },
    trustsEmail: wire.should_trust_email_verified_connection === 'always_set_emails_as_verified',
  };
}
