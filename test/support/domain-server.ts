// A server whose default directory is an Active Directory connection, and logins there from addresses of one's choice.
import assert from 'node:assert/strict';
import { decodeJwt, type JWTPayload } from 'jose';
import type { Answer } from './injected-request.ts';
import { assertRefused, eventOf, WRONG_CREDENTIALS } from './refusal.ts';
import { BACKEND_CLIENT, BACKEND_SECRET, SAMPLE_TENANT, SEED_REQUEST } from './sample-tenant.ts';
import { startServer, type TestServer } from './start-server.ts';

type Json = Record<string, unknown>;

export const GROUPS = 'https://example.com/groups';
/** For requests of the other client. */
export const AS_BACKEND = { client_id: BACKEND_CLIENT, client_secret: BACKEND_SECRET };

export interface DomainServer extends TestServer {
  /** Changes options of the connection; undefined takes one away. */
  use(options: Json): Promise<void>;
  /** The article's request with this name and password, from this address; `change` overwrites parameters. */
  logIn(username: string, password: string, address?: string, change?: Json): Promise<Answer>;
  /** The same, when it must be refused as a wrong password is: the reason in the log. */
  reasonOf(username: string, password: string, address?: string, change?: Json): Promise<string | undefined>;
  /** The same, when it must be answered with 503: the reason in the log. */
  outageOf(username: string, password: string): Promise<string | undefined>;
  /** How much of every counter is spent. */
  spent(): Promise<number[]>;
}

/** Starts one; `base` are the options of the connection `corp` that every `use` begins with. */
export async function startDomainServer(base: Json): Promise<DomainServer> {
  // The address is what a proxy in front would say.
  const server = await startServer({ options: { trusted_proxies: ['127.0.0.1'] } });
  const domain: DomainServer = {
    ...server,
    use: (options) => server.apply(domainTenant({ ...base, ...options })),
    logIn: (username, password, address = '192.0.2.1', change = {}) =>
      server.token(
        { ...SEED_REQUEST, username, password, scope: 'openid profile email read:sample', ...change },
        { 'x-forwarded-for': address },
      ),
    async reasonOf(...login) {
      const answer = await domain.logIn(...login);
      assertRefused(answer, WRONG_CREDENTIALS);
      return (await eventOf(server, answer)).details.error?.reason;
    },
    async outageOf(...login) {
      const answer = await domain.logIn(...login);
      assert.equal(answer.statusCode, 503, answer.body);
      assert.equal(answer.json<Json>()['error'], 'temporarily_unavailable');
      assert.ok(Number(answer.headers['retry-after']) >= 1);
      const event = await eventOf(server, answer);
      assert.equal(event.type, 'fc');
      return event.details.error?.reason;
    },
    async spent() {
      const rows = await server.ground.database.sql.selectFrom('attempt_counters').select('spent').execute();
      return rows.map(({ spent }) => Number(spent)).toSorted((one, other) => one - other);
    },
  };
  await domain.use({});
  return domain;
}

/** The sample tenant with these options as the connection `corp`, which is its default directory. */
export function domainTenant(options: Json): Json {
  const given = Object.fromEntries(
    Object.entries({ groups_claim: GROUPS, ...options }).filter(([, value]) => value !== undefined),
  );
  return {
    ...SAMPLE_TENANT,
    tenant: { ...SAMPLE_TENANT.tenant, default_directory: 'corp' },
    connections: [{ name: 'corp', strategy: 'ad', enabled_clients: ['CLI', 'Backend'], options: given }],
  };
}

/** What the access token of a login says. */
export function payloadOf(answer: Answer): JWTPayload {
  assert.equal(answer.statusCode, 200, answer.body);
  return decodeJwt(answer.json<{ access_token: string }>().access_token);
}
