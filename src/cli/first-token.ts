// The end of `npm start`: the server asks itself, over HTTP, for what its first user would ask for, and shows the answer.
import pc from 'picocolors';
import { type ClientWire, PASSWORD_GRANT } from '../client/client.ts';
import type { TenantFile } from '../declaration/tenant-file.ts';

interface Demonstration {
  readonly file: TenantFile;
  readonly port: number;
  readonly httpsPort: number;
  /** Absolute path of the certificate that clients must trust. */
  readonly authorityPath: string;
  /** What somebody types to start it again. */
  readonly command: string;
  /** Reading of the process's stopwatch when the command began. */
  readonly startedAt: number;
}

interface PasswordRequest {
  readonly grant_type: string;
  readonly username: string;
  readonly password: string;
  readonly audience: string;
  readonly scope: string;
  readonly client_id: string;
}

/** Prints the addresses, the token of a first request, and what to do next. */
export async function printFirstToken(demonstration: Demonstration): Promise<void> {
  const { port, httpsPort, authorityPath, command } = demonstration;
  console.log(`\n${pc.bold('Gatehouse is running.')}`);
  console.log(`  http   http://localhost:${port}`);
  console.log(`  https  https://localhost:${httpsPort}   (issuer https://localhost:${httpsPort}/)`);
  console.log(`  CA     ${authorityPath}`);
  const request = firstRequest(demonstration.file);
  if (request) await printExchange(request, demonstration);
  else
    console.log(
      '\nThe file has no public client with the password grant and a user with a password to show a token for.',
    );
  console.log(`\n${pc.bold('Next')}`);
  console.log('  Auth0 SDKs insist on https; let Node trust the certificate above:');
  console.log(`    export NODE_EXTRA_CA_CERTS=${authorityPath}`);
  console.log(`  Mails that nobody is sent:           http://localhost:${port}/outbox`);
  console.log('  Protect an API with the token:       examples/orders-api/README.md');
  console.log(`  Your own tenant, clients and users:  ${command} --apply FILE   (see examples/quickstart.yaml)`);
  console.log('  Stop with Ctrl-C.');
}

/** The request of the article, filled in from the file; null when the file has nobody to log in. */
function firstRequest({ content }: TenantFile): PasswordRequest | null {
  const client = content.clients?.find(
    (one) => one.client_id && isPublic(one) && one.grant_types?.includes(PASSWORD_GRANT),
  );
  const user = content.users?.find(
    (one) => one.password && !one.blocked && one.connection === content.tenant.default_directory,
  );
  const api = content.resourceServers?.[0];
  const username = user?.email ?? user?.username;
  if (!client?.client_id || !user?.password || !username || !api) return null;
  return {
    grant_type: PASSWORD_GRANT,
    username,
    password: user.password,
    audience: api.identifier,
    scope: api.scopes?.[0]?.value ?? '',
    client_id: client.client_id,
  };
}

/** What a file leaves out has the default that applying it gives. */
function isPublic({ app_type: type, token_endpoint_auth_method: method }: ClientWire): boolean {
  return method === undefined ? type === 'native' || type === 'spa' : method === 'none';
}

async function printExchange(request: PasswordRequest, { port, command, startedAt }: Demonstration): Promise<void> {
  const url = `http://localhost:${port}/oauth/token`;
  const body = JSON.stringify(request);
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const elapsed = Math.round(performance.now() - startedAt);
  const reply = (await answer.json()) as { access_token?: string };
  console.log(
    `\n${pc.bold('A first token')}   POST /oauth/token answered ${answer.status}, ${elapsed} ms after the start:`,
  );
  console.log(indent(JSON.stringify(reply, null, 2)));
  if (reply.access_token === undefined) {
    console.log(
      `  This folder holds another tenant, or the file was changed since. Apply it with: ${command} --apply FILE`,
    );
    return;
  }
  const [header, claims] = reply.access_token.split('.');
  console.log(`\n${pc.bold('Decoded')}`);
  for (const part of [header, claims]) console.log(indent(JSON.stringify(decode(part ?? ''), null, 2)));
  console.log(`\n${pc.bold('Paste this')}`);
  console.log(
    indent(
      `curl --request POST \\\n  --url '${url}' \\\n  --header 'content-type: application/json' \\\n  --data '${body.replaceAll("'", String.raw`'\''`)}'`,
    ),
  );
}

function decode(part: string): unknown {
  return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}
