// Where the users of a database connection come from, when they are not all in it: another server whose token endpoint knows
// their passwords, or code of the tenant that asks a database of its own. The options in the words of the wire.
import Type, { type Static } from 'typebox';
import { Secret } from '../lib/secret.ts';
import { LONGEST_CODE } from '../sandbox/script-syntax.ts';
import type { OptionProblem } from './option-problems.ts';

const Script = (description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: LONGEST_CODE, description }));
const Configuration = (description: string) =>
  Type.Optional(
    Type.Record(
      Type.String({ pattern: '^[A-Za-z0-9_\\-@*+:]{1,127}$' }),
      Type.String({ minLength: 1, maxLength: 20_480 }),
      { description },
    ),
  );

/** The options of a database that say it; part of its `options`. */
export const USER_SOURCE_MEMBERS = {
  import_mode: Type.Optional(
    Type.Boolean({
      description:
        'True lets users who are not here yet move in at their first login: the password is checked by `upstream`, or by `customScripts.login`, and kept here from then on.',
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
  enabledDatabaseCustomization: Type.Optional(
    Type.Boolean({
      description: 'True has passwords checked by `customScripts.login`: see [custom-database.md](custom-database.md).',
    }),
  ),
  customScripts: Type.Optional(
    Type.Object(
      {
        login: Script(
          'A function expression of a name, a password and `callback`; in a tenant file also a path `.js`.',
        ),
        get_user: Script(
          'The same of a name and `callback`: asked before somebody is made, with `import_mode` or by `create`.',
        ),
        create: Script(
          'The same of a user with `password`, and `callback`. Without `import_mode`: makes those who sign up or are made over the Management API; needs `get_user`.',
        ),
        change_password: Script(
          'The same of an address, a new password and `callback`. Without `import_mode`: sets the password.',
        ),
        verify: Script('The same of an address and `callback`. Without `import_mode`: runs when it was confirmed.'),
        delete: Script(
          'The same of an id and `callback`. Without `import_mode`: runs when the Management API deletes the user.',
        ),
      },
      { additionalProperties: false },
    ),
  ),
  configuration: Configuration('What the scripts find as `configuration`; kept sealed, and shown to nobody.'),
  bareConfiguration: Configuration('Another word for `configuration`.'),
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

/** Code of the tenant that knows users and passwords. */
export interface UserScripts {
  readonly kind: 'scripts';
  readonly login: string;
  /** Null when nobody can be looked up. */
  readonly getUser: string | null;
  /** Of these, null for what cannot be done. Where users move in all are. */
  readonly create: string | null;
  readonly changePassword: string | null;
  readonly verify: string | null;
  readonly remove: string | null;
  /** JSON of the values by their keys. */
  readonly configuration: Secret;
}

/** Who knows the passwords of users that are not in the database. */
export type UserSource = UpstreamTenant | UserScripts;

type Secrets = Readonly<Record<string, Secret>>;

const CLIENT_SECRET = 'upstream.client_secret';
const CONFIGURATION = 'configuration';

/** The source that stored options and secrets name; null when every user is here. */
export function userSourceOf({ upstream, customScripts }: UserSourceWire, secrets: Secrets): UserSource | null {
  if (customScripts?.login !== undefined) {
    return {
      kind: 'scripts',
      login: customScripts.login,
      getUser: customScripts.get_user ?? null,
      create: customScripts.create ?? null,
      changePassword: customScripts.change_password ?? null,
      verify: customScripts.verify ?? null,
      remove: customScripts.delete ?? null,
      configuration: secrets[CONFIGURATION] ?? new Secret('{}'),
    };
  }
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
export function splitUserSource(wire: UserSourceWire): { readonly options: UserSourceWire; readonly secrets: Secrets } {
  const { upstream, customScripts, configuration = wire.bareConfiguration } = wire;
  const { client_secret: clientSecret, ...shown } = upstream ?? {};
  return {
    options: {
      ...(wire.import_mode ? { import_mode: true } : {}),
      ...(upstream ? { upstream: shown as NonNullable<typeof upstream> } : {}),
      ...(wire.enabledDatabaseCustomization ? { enabledDatabaseCustomization: true } : {}),
      ...(wire.enabledDatabaseCustomization && customScripts ? { customScripts } : {}),
    },
    secrets: {
      ...(clientSecret === undefined ? {} : { [CLIENT_SECRET]: new Secret(clientSecret) }),
      ...(configuration === undefined ? {} : { [CONFIGURATION]: new Secret(JSON.stringify(configuration)) }),
    },
  };
}

/** The stored options of a source as the wire has them, with secrets only where they are given. */
export function joinUserSource({ options }: { readonly options: UserSourceWire }, secrets: Secrets): UserSourceWire {
  const { options: stored } = splitUserSource(options);
  const [clientSecret, configuration] = [secrets[CLIENT_SECRET]?.reveal(), secrets[CONFIGURATION]?.reveal()];
  return {
    ...stored,
    ...(stored.upstream && clientSecret !== undefined
      ? { upstream: { ...stored.upstream, client_secret: clientSecret } }
      : {}),
    ...(configuration === undefined ? {} : { configuration: JSON.parse(configuration) as Record<string, string> }),
  };
}

/** The stored secrets that still go with these options, and by which of them each goes astray when it changes. */
export function secretsToKeep(
  stored: { readonly options: UserSourceWire; readonly secrets: Secrets },
  { upstream, customScripts }: UserSourceWire,
): { readonly secrets: Secrets; readonly astray: boolean } {
  const { [CLIENT_SECRET]: clientSecret, [CONFIGURATION]: configuration } = stored.secrets;
  // Security: at another address the secret would go to whoever is there.
  const astray =
    clientSecret !== undefined && upstream !== undefined && stored.options.upstream?.issuer !== upstream.issuer;
  return {
    astray,
    secrets: {
      ...(clientSecret && upstream ? { [CLIENT_SECRET]: clientSecret } : {}),
      ...(configuration && customScripts ? { [CONFIGURATION]: configuration } : {}),
    },
  };
}

/** What a schema cannot say of them; an option inside another one has a dot. */
export function userSourceProblems(wire: UserSourceWire): OptionProblem[] {
  const { import_mode: importMode = false, enabledDatabaseCustomization: isCustom = false } = wire;
  const { upstream, customScripts: scripts } = wire;
  const problem = (option: string, words: string) => [{ option, words: `${option} ${words}` }];
  if (wire.configuration && wire.bareConfiguration)
    return problem('bareConfiguration', 'is another word for configuration: give one.');
  for (const option of ['configuration', 'bareConfiguration'] as const) {
    const given = wire[option];
    if (given && !isCustom) return problem(option, 'has no effect without `enabledDatabaseCustomization: true`.');
    if (given && Object.values(given).some((value) => SEALED_BY_AUTH0.test(value))) {
      return problem(
        option,
        'holds values that Auth0 has encrypted, which nobody else can read: give them in the clear.',
      );
    }
  }
  if (scripts && Object.keys(scripts).length > 0 && !isCustom) {
    return problem('customScripts', 'have no effect without `enabledDatabaseCustomization: true`.');
  }
  if (isCustom && scripts?.login === undefined) {
    return problem('enabledDatabaseCustomization', 'needs customScripts.login, which checks passwords.');
  }
  if (scripts?.get_user !== undefined && !importMode && scripts.create === undefined) {
    return problem('customScripts.get_user', 'has no effect without `import_mode: true` or customScripts.create.');
  }
  for (const name of KEEPING_SCRIPTS) {
    if (scripts?.[name] === undefined || !importMode) continue;
    return problem(`customScripts.${name}`, 'has no effect with `import_mode: true`: passwords are kept here.');
  }
  if (scripts?.create !== undefined && scripts.get_user === undefined) {
    return problem(
      'customScripts.create',
      'needs customScripts.get_user, which tells who has a name, and by which id.',
    );
  }
  if (isCustom && upstream) return problem('upstream', 'has no effect beside customScripts.login, which is asked.');
  if (upstream && !importMode) return problem('upstream', 'has no effect without `import_mode: true`.');
  if (importMode && !upstream && !isCustom) {
    return problem(
      'import_mode',
      'has no effect without `upstream`, or scripts, that know the passwords of users to come.',
    );
  }
  return [];
}

/** What changes the database behind the scripts. */
const KEEPING_SCRIPTS = ['create', 'change_password', 'verify', 'delete'] as const;

const SEALED_BY_AUTH0 = /^\d\.\d\$[0-9a-f]{16,}\$/;
