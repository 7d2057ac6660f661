// Where the users of a database connection come from, when they are not all in it yet: another server whose token endpoint
// knows their passwords. Its options in the words of the wire, and as the driver reads them.
import Type, { type Static } from 'typebox';
import { Secret } from '../lib/secret.ts';
import type { OptionProblem } from './option-problems.ts';

/** The options of a database that say it; part of its `options`. */
export const USER_SOURCE_MEMBERS = {
  import_mode: Type.Optional(
    Type.Boolean({
      description:
        'True lets users who are not here yet move in at their first login: the password is checked by `upstream`, and kept here from then on.',
    }),
  ),
  upstream: Type.Optional(
    Type.Object(
      {
        issuer: Type.String({
          pattern: '^https://[^\\s/?#@]+/?$',
          maxLength: 256,
          description: 'Address of the Auth0 tenant, or of another Gatehouse, such as `https://acme.eu.auth0.com/`.',
        }),
        client_id: Type.String({
          minLength: 1,
          maxLength: 256,
          description: 'An application there that may use the password grant.',
        }),
        client_secret: Type.Optional(
          Type.String({ minLength: 1, maxLength: 512, description: 'Its secret; left out for a public one.' }),
        ),
        realm: Type.Optional(
          Type.String({
            minLength: 1,
            maxLength: 128,
            description: 'The connection there, asked by the password-realm grant; default: the default directory.',
          }),
        ),
      },
      { additionalProperties: false, description: 'With `import_mode`: who knows the passwords of users to come.' },
    ),
  ),
};

const UserSourceWire = Type.Object(USER_SOURCE_MEMBERS);
/** What `USER_SOURCE_MEMBERS` say. */
export type UserSourceWire = Static<typeof UserSourceWire>;

/** Another server that knows the passwords of users to come. */
export interface UpstreamTenant {
  readonly kind: 'upstream';
  /** With a slash at the end. */
  readonly issuer: string;
  readonly clientId: string;
  /** Null for a public application. */
  readonly clientSecret: Secret | null;
  /** Null asks for its default directory. */
  readonly realm: string | null;
}

/** Who knows the passwords of users that are not in the database. */
export type UserSource = UpstreamTenant;

const CLIENT_SECRET = 'upstream.client_secret';

/** The source that stored options and secrets name; null when every user is here. */
export function userSourceOf(
  { upstream }: UserSourceWire,
  secrets: Readonly<Record<string, Secret>>,
): UserSource | null {
  if (!upstream) return null;
  return {
    kind: 'upstream',
    issuer: upstream.issuer.replace(/\/?$/, '/'),
    clientId: upstream.client_id,
    clientSecret: secrets[CLIENT_SECRET] ?? null,
    realm: upstream.realm ?? null,
  };
}

/** The options as they are stored, with the secret ones apart; what is left out stays left out. */
export function splitUserSource({ import_mode: importMode, upstream }: UserSourceWire): {
  readonly options: UserSourceWire;
  readonly secrets: Readonly<Record<string, Secret>>;
} {
  const { client_secret: secret, ...shown } = upstream ?? {};
  return {
    options: {
      ...(importMode ? { import_mode: true } : {}),
      ...(upstream ? { upstream: shown as NonNullable<typeof upstream> } : {}),
    },
    secrets: secret === undefined ? {} : { [CLIENT_SECRET]: new Secret(secret) },
  };
}

/** The stored options of a source as the wire has them, with secrets only where they are given. */
export function joinUserSource(options: UserSourceWire, secrets: Readonly<Record<string, Secret>>): UserSourceWire {
  const { import_mode: importMode, upstream } = options;
  const secret = secrets[CLIENT_SECRET];
  return {
    ...(importMode ? { import_mode: true } : {}),
    ...(upstream ? { upstream: { ...upstream, ...(secret ? { client_secret: secret.reveal() } : {}) } } : {}),
  };
}

/** What a schema cannot say of them. */
export function userSourceProblems({ import_mode: importMode = false, upstream }: UserSourceWire): OptionProblem[] {
  if (importMode && !upstream) {
    const words = 'import_mode has no effect without `upstream`, which knows the passwords of users to come.';
    return [{ option: 'import_mode', words }];
  }
  if (!importMode && upstream) {
    return [{ option: 'upstream', words: 'upstream has no effect without `import_mode: true`.' }];
  }
  return [];
}
