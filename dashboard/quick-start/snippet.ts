// What a quick start is made of: the values that stand in it, the request for a token that they make, and what each
// language has to offer. The files of the languages beside this one are written with it.

/** What the snippets are filled in with. Any text will do: each language writes it as a literal of its own. */
export interface QuickStartValues {
  /** Such as `https://login.example.com`, without a slash at the end. */
  readonly issuer: string;
  readonly clientId: string;
  /** Null for a public client. Empty for a secret that is not known here: a placeholder is shown for it. */
  readonly clientSecret: string | null;
  /** The identifier of the API that the token is for; left out of the request when empty. */
  readonly audience: string;
  /** Separated by spaces; left out of the request when empty. */
  readonly scope: string;
  readonly username: string;
  readonly password: string;
  /** The address at the API that is read with the token. */
  readonly apiUrl: string;
  /** The connection that is to know the user; null for the tenant's default directory. */
  readonly realm: string | null;
}

/** One language, with a whole program for each of the two requests. */
export interface QuickStart {
  /** Stable, in lower case, fit for an address. */
  readonly language: string;
  /** What people call it. */
  readonly label: string;
  /** What highlighters call it. */
  readonly highlight: string;
  /** The name under which either program is run by `run`. */
  readonly fileName: string;
  /** How to run the program, in one line. */
  readonly run: string;
  /** Logs a user in and prints the access token (or, where nothing at hand reads JSON, the whole answer). */
  readonly getToken: (values: QuickStartValues) => string;
  /**
   * Reads `apiUrl` with an access token and prints the answer. The token comes from the environment variable ACCESS_TOKEN;
   * in a page or an app, which has none, from a variable at the top that holds `YOUR_ACCESS_TOKEN`.
   */
  readonly callApi: (values: QuickStartValues) => string;
}

const PASSWORD_REALM_GRANT = 'http://auth0.com/oauth/grant-type/password-realm';

/** The members of the request for a token, in the order in which they are shown; their names hold no special character. */
export function tokenRequest(values: QuickStartValues): (readonly [name: string, value: string])[] {
  const { realm, clientSecret } = values;
  const members: [string, string | null][] = [
    ['grant_type', realm === null ? 'password' : PASSWORD_REALM_GRANT],
    ['realm', realm],
    ['username', values.username],
    ['password', values.password],
    ['audience', values.audience || null],
    ['scope', values.scope || null],
    ['client_id', values.clientId],
    ['client_secret', clientSecret === '' ? 'YOUR_CLIENT_SECRET' : clientSecret],
  ];
  return members.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]));
}

/** The address of the request for a token. */
export function tokenUrl(values: QuickStartValues): string {
  return `${values.issuer}/oauth/token`;
}
