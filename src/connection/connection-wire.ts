// The `connections` section of the declarative form: what every entry has, and by strategy the options, which of them are
// secret, and which decide where a secret is sent.
import Type, { type Static, type TObject } from 'typebox';
import { ActiveDirectoryOptionsWire } from './active-directory-options.ts';
import { AdfsOptionsWire } from './adfs-options.ts';
import { AzureAdOptionsWire } from './azure-ad-options.ts';
import { BRUTE_FORCE_MEMBER, NAME_MEMBERS, type PasswordConnection, USE_MEMBERS } from './connection.ts';
import { LdapOptionsWire } from './ldap-options.ts';
import {
  activeDirectoryProblems,
  adfsProblems,
  azureAdProblems,
  ldapProblems,
  type OptionProblem,
} from './option-problems.ts';

/** The strategies of `connections`: those that check passwords and are not our own database. */
export type DirectoryStrategy = Exclude<PasswordConnection['strategy'], 'auth0'>;

const SHARED_MEMBERS = {
  ...BRUTE_FORCE_MEMBER,
  groups_claim: Type.Optional(
    Type.String({
      pattern: '^https?://[^\\s/]+/[^\\s]*$',
      maxLength: 256,
      description:
        'A claim name of your own, such as `https://example.com/groups`: access and ID tokens then list the user’s groups in it.',
    }),
  ),
};

/** The options that every strategy of `connections` has. */
export const SharedOptionsWire = Type.Object(SHARED_MEMBERS, { additionalProperties: false });
export type SharedOptionsWire = Static<typeof SharedOptionsWire>;

interface StrategyOptions {
  /** The wire schema of `options`. */
  readonly schema: TObject;
  /** The secret options: with which other one each belongs, and whether that one is of no use without it. */
  readonly secrets: Readonly<Record<string, { readonly belongsTo: string; readonly required: boolean }>>;
  /** Options that decide where a secret is sent and who can read it on the way. */
  readonly destination: readonly string[];
  /** What is wrong with options that pass the schema, secrets among them. */
  readonly problemsOf: (wire: Readonly<Record<string, unknown>>) => readonly OptionProblem[];
}

const LDAP_SECRETS = { bind_password: { belongsTo: 'bind_dn', required: true } };
const CLIENT_SECRETS = { client_secret: { belongsTo: 'client_id', required: false } };
const LDAP_DESTINATION = ['urls', 'ca', 'start_tls', 'allow_insecure'];

/** The options by strategy. */
export const DIRECTORY_OPTIONS: Readonly<Record<DirectoryStrategy, StrategyOptions>> = {
  ldap: {
    schema: withShared(LdapOptionsWire),
    secrets: LDAP_SECRETS,
    destination: LDAP_DESTINATION,
    problemsOf: (wire) => ldapProblems(wire as LdapOptionsWire),
  },
  ad: {
    schema: withShared(ActiveDirectoryOptionsWire),
    secrets: LDAP_SECRETS,
    destination: LDAP_DESTINATION,
    problemsOf: (wire) => activeDirectoryProblems(wire as ActiveDirectoryOptionsWire),
  },
  waad: {
    schema: withShared(AzureAdOptionsWire),
    secrets: CLIENT_SECRETS,
    destination: ['tenant_domain', 'login_url', 'graph_url'],
    problemsOf: (wire) => azureAdProblems(wire as AzureAdOptionsWire),
  },
  adfs: {
    schema: withShared(AdfsOptionsWire),
    secrets: CLIENT_SECRETS,
    destination: ['adfs_server', 'fedMetadataXml', 'ca', 'protocol'],
    problemsOf: (wire) => adfsProblems(wire as AdfsOptionsWire),
  },
};

function withShared(schema: TObject): TObject {
  return Type.Object({ ...schema.properties, ...SHARED_MEMBERS }, { additionalProperties: false });
}

/** One entry of `connections` in the declarative form; its options have a schema of their own by strategy. */
export const ConnectionWire = Type.Object(
  {
    ...NAME_MEMBERS,
    strategy: Type.Union(
      [
        Type.Literal('ldap'),
        Type.Literal('auth0-adldap'),
        Type.Literal('ad'),
        Type.Literal('waad'),
        Type.Literal('adfs'),
      ],
      { description: 'Kind of directory; `auth0-adldap` is another word for `ldap`. It never changes.' },
    ),
    ...USE_MEMBERS,
    options: Type.Object({}, { additionalProperties: true, description: 'By strategy, see below.' }),
  },
  { additionalProperties: false },
);
export type ConnectionWire = Static<typeof ConnectionWire>;

/** The strategy that an entry means. */
export function strategyOf({ strategy }: Pick<ConnectionWire, 'strategy'>): DirectoryStrategy {
  return strategy === 'auth0-adldap' ? 'ldap' : strategy;
}
