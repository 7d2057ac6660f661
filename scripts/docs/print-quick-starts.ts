// Prints docs/quick-starts.md: the programs that the dashboard shows, filled in with what `npm start` serves.
import { type QuickStart, type QuickStartValues, quickStarts } from '../../dashboard/quick-start/quick-start.ts';

/** Why the tests do not run the programs of these languages (by id): they only check what is filled in. */
export const NOT_RUN: ReadonlyMap<string, string> = new Map([
  ['csharp', 'Debian has no .NET; its Mono knows neither `System.Text.Json` nor programs without a class'],
  ['objective-c', 'Debian’s GNUstep has no blocks, and an NSURLSession without completion handlers'],
  ['swift', 'Debian has no Swift'],
]);

const EXAMPLE: QuickStartValues = {
  issuer: 'https://localhost:3443',
  clientId: 'QuickStartPublicClient0000000000',
  clientSecret: null,
  audience: 'https://orders.example.com',
  scope: 'read:orders',
  username: 'user@example.com',
  password: 'pwd',
  apiUrl: 'http://localhost:3001/orders',
  realm: null,
};

/** The page as it should be. */
export function printQuickStarts(): string {
  return [
    '# Quick starts in eleven languages',
    '',
    'The two requests of the password grant as whole programs: get a token, and call an API with it. The dashboard shows them',
    'filled in with an application and an API of yours; here, printed by `npm run docs`, they are filled in with what `npm start`',
    'serves and with the API of [examples/orders-api](../examples/orders-api/README.md).',
    '',
    '- A program prints the access token, or the API’s answer. Those for cURL and Java print the whole answer to the first request,',
    '  because nothing that comes with them reads JSON.',
    '- A refusal is printed with its status and its `error_description`, and the program ends as a failure.',
    '- The second program reads the token from the environment variable `ACCESS_TOKEN`, or, in a page or an app, from a variable',
    '  at the top.',
    '- An application that has a secret sends it as `client_secret`; with a `realm` the `grant_type` is',
    '  `http://auth0.com/oauth/grant-type/password-realm`. Forms and JSON are both understood.',
    '- A page only reads what the API lets pages of other origins read; the example API lets none.',
    '- Never put a client secret, or a password that is not the reader’s own, into a page or an app.',
    '',
    '| language | runs with | tests |',
    '| --- | --- | --- |',
    ...quickStarts.map(row),
    '',
    '## Trust the certificate',
    '',
    'On your own machine the certificate comes from the authority that the first start made, `.gatehouse/ca.pem`. No program says',
    'anything of it; the environment does:',
    '',
    '| language | how |',
    '| --- | --- |',
    '| cURL, Go, Python, Ruby | `export SSL_CERT_FILE=.gatehouse/ca.pem` |',
    '| Node.js | `export NODE_EXTRA_CA_CERTS=.gatehouse/ca.pem` |',
    '| PHP | `php -d curl.cainfo=.gatehouse/ca.pem quick-start.php` |',
    '| Java | `keytool -importcert -noprompt -file .gatehouse/ca.pem -keystore trusted.p12 -storepass changeit`, then `java -Djavax.net.ssl.trustStore=trusted.p12 -Djavax.net.ssl.trustStorePassword=changeit QuickStart.java` |',
    '| C#, Objective-C, Swift | into the system’s own store of certificates |',
    '| jQuery | as in [Trust the certificate](quickstart.md#trust-the-certificate) for Chromium |',
    '',
    ...quickStarts.map(section),
  ].join('\n');
}

function row({ language, label, run }: QuickStart): string {
  const reason = NOT_RUN.get(language);
  const tested = reason === undefined ? 'run' : `values only: ${reason}`;
  return `| [${label}](#${anchorOf(label)}) | \`${run}\` | ${tested} |`;
}

/** The address of a heading on the pages of the usual hosts. */
function anchorOf(heading: string): string {
  return heading.toLowerCase().replaceAll(/[^a-z0-9-]/g, '');
}

function section({ label, highlight, fileName, getToken, callApi }: QuickStart): string {
  const block = (program: string) => ['', `\`\`\`${highlight}`, program.trimEnd(), '```', ''];
  return [
    `## ${label}`,
    '',
    `Get a token (\`${fileName}\`):`,
    ...block(getToken(EXAMPLE)),
    'Call the API:',
    ...block(callApi(EXAMPLE)),
  ].join('\n');
}
