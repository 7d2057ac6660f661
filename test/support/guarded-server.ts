// A server whose tenant has attack protection as it comes, or as a test says, and requests from addresses of one's choice.
import { createCountedHasher } from './counted-hasher.ts';
import type { Answer } from './injected-request.ts';
import { SAMPLE_TENANT, SEED_REQUEST } from './sample-tenant.ts';
import { startServer, type TestServer } from './start-server.ts';

type Json = Record<string, unknown>;

interface GuardedServer extends TestServer {
  /** The names of the calls of the hasher, in order. */
  readonly hashes: string[];
  /** A login as the article's request, from this address; `change` overwrites parameters. */
  login(address: string, change?: Json): Promise<Answer>;
  /** The same with a wrong password, so many times, one after another; the answers' status codes. */
  guess(address: string, times: number, change?: Json): Promise<number[]>;
}

/** The limit on logins of one user and address would end most of these tests before what they are about. */
export const NO_SAME_USER_LIMIT = { sameUserRateLimit: { enabled: false } };

/** Starts one; `attackProtection` is the section of the tenant file. */
export async function startGuardedServer(
  attackProtection: Json = NO_SAME_USER_LIMIT,
  settings: { readonly options?: Json; readonly tenant?: Json } = {},
): Promise<GuardedServer> {
  const hasher = createCountedHasher();
  const server = await startServer({
    tenant: { ...SAMPLE_TENANT, ...settings.tenant, attackProtection },
    // The address is what a proxy in front would say.
    options: { trusted_proxies: ['127.0.0.1'], ...settings.options },
    wrapHasher: hasher.wrap,
  });
  const login = (address: string, change: Json = {}) =>
    server.token({ ...SEED_REQUEST, ...change }, { 'x-forwarded-for': address });
  return {
    ...server,
    hashes: hasher.calls,
    login,
    async guess(address, times, change = {}) {
      const statuses: number[] = [];
      for (let made = 0; made < times; made += 1) {
        statuses.push((await login(address, { password: `guess ${made}`, ...change })).statusCode);
      }
      return statuses;
    },
  };
}
