// A database of somebody else's behind an HTTPS interface, and the custom scripts of docs/custom-database.md that speak to it by
// `fetch`: users log in, are made, changed, confirmed and deleted there.
import { readFileSync } from 'node:fs';
import { type HttpsStandIn, sendJson, startHttpsStandIn } from './https-stand-in.ts';

type Json = Record<string, unknown>;

interface Account {
  readonly id: string;
  readonly email: string;
  readonly name: string | null;
  password: string;
  verified: boolean;
}

export interface AccountsServer {
  /** By e-mail address. */
  readonly accounts: Map<string, Account>;
  /** What was asked, such as `POST /users`, oldest first. */
  asked(): string[];
  /** Puts this answer in front of requests that begin so, such as `POST /users`; null takes it away. */
  fail(beginning: string | null, status?: number): void;
  /** Options of the configuration by which scripts reach it. */
  readonly options: { readonly sandbox_hosts: string[]; readonly private_networks: string[] };
  /** PEM of the authority that signed its certificate. */
  readonly ca: string;
  /** Options of a database connection that is kept there. */
  connectionOptions(more?: Json): Json;
  close(): Promise<void>;
}

const PAGE = readFileSync('docs/custom-database.md', 'utf8');
const KEY = 'the-key-of-accounts';

/** The scripts of the page by their names, as `customScripts` has them. */
const SCRIPTS = Object.fromEntries(
  [...PAGE.matchAll(/^`accounts\/(\w+)\.js`:\n\n```js\n(.*?)^```/gms)].map(([, name = '', code = '']) => [name, code]),
);

/** Starts it without anybody in it. */
export async function startAccountsServer(): Promise<AccountsServer> {
  const accounts = new Map<string, Account>();
  let failing: { readonly beginning: string; readonly status: number } | null = null;
  let lastId = 0;
  const server: HttpsStandIn = await startHttpsStandIn(({ method, path, query, headers, body }, response) => {
    const told = (status: number, value: unknown = {}) => sendJson(response, status, value);
    if (headers.authorization !== `Bearer ${KEY}`) return told(403);
    if (failing && `${method} ${path}`.startsWith(failing.beginning)) return told(failing.status);
    const said = body === '' ? {} : (JSON.parse(body) as Partial<Account>);
    const account = accounts.get(query.get('email') ?? said.email ?? '');
    if (path === '/login') return account?.password === said.password && account ? told(200, account) : told(401);
    if (method === 'DELETE') {
      const gone = [...accounts.values()].find(({ id }) => `/users/${id}` === path);
      return told(gone && accounts.delete(gone.email) ? 204 : 404);
    }
    if (method === 'POST') {
      if (account) return told(409);
      lastId += 1;
      const { email = '', password = '', name = null } = said;
      accounts.set(email, { id: `legacy-${lastId}`, email, password, name, verified: false });
      return told(201);
    }
    if (!account) return told(404);
    if (method === 'PATCH') Object.assign(account, said);
    return told(200, { ...account, password: undefined });
  });
  return {
    accounts,
    asked: () => server.seen.map(({ method, path }) => `${method} ${path}`),
    fail(beginning, status = 500) {
      failing = beginning === null ? null : { beginning, status };
    },
    options: { sandbox_hosts: [`localhost:${server.port}`], private_networks: ['127.0.0.0/8', '::1/128'] },
    connectionOptions: (more = {}) => ({
      passwordPolicy: 'low',
      enabledDatabaseCustomization: true,
      customScripts: SCRIPTS,
      configuration: { URL: server.origin, KEY },
      ...more,
    }),
    ca: server.ca,
    close: () => server.close(),
  };
}
