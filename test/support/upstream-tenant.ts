// Another Gatehouse in this process, behind HTTPS: the tenant that users move in from. A test may put another answer in front.
import type { ServerResponse } from 'node:http';
import { type HttpsStandIn, type SeenRequest, startHttpsStandIn } from './https-stand-in.ts';
import { PATIENT_PROTECTION } from './sample-tenant.ts';
import { HOST, startServer, type TestServer } from './start-server.ts';

const OLD_DATABASE = 'Old-Users';
const OLD_CLIENT = 'OldTenantClient00000000000000000';
const OLD_SECRET = 'old-tenant-secret-0123456789abcdef';

export const ADA = {
  connection: OLD_DATABASE,
  user_id: '507f1f77bcf86cd799439011',
  email: 'Ada@Example.com',
  email_verified: true,
  password: 'the password of Ada',
  name: 'Ada Lovelace',
  given_name: 'Ada',
  family_name: 'Lovelace',
};
export const BOB = {
  connection: OLD_DATABASE,
  user_id: '507f1f77bcf86cd799439022',
  email: 'bob@example.com',
  username: 'bob',
  password: 'the password of Bob',
};

const OLD_TENANT = {
  tenant: { name: 'old', domains: [HOST], default_directory: OLD_DATABASE },
  clients: [
    {
      name: 'Mover',
      client_id: OLD_CLIENT,
      client_secret: OLD_SECRET,
      app_type: 'regular_web',
      grant_types: ['password', 'http://auth0.com/oauth/grant-type/password-realm'],
    },
  ],
  databases: [
    { name: OLD_DATABASE, enabled_clients: ['Mover'], options: { passwordPolicy: 'none', requires_username: true } },
  ],
  attackProtection: PATIENT_PROTECTION,
  users: [ADA, BOB],
};

export interface UpstreamTenantServer {
  readonly standIn: HttpsStandIn;
  readonly server: TestServer;
  /** The option of a connection whose users move in from here. */
  readonly upstream: Record<string, string>;
  /** How often its token endpoint was asked. */
  asked(): number;
  close(): Promise<void>;
}

/** Starts it. */
export async function startUpstreamTenant(): Promise<UpstreamTenantServer> {
  const server = await startServer({ tenant: OLD_TENANT });
  const standIn = await startHttpsStandIn(async (request: SeenRequest, response: ServerResponse) => {
    const { authorization, 'content-type': type, 'auth0-forwarded-for': from } = request.headers;
    const headers = Object.entries({ authorization, 'content-type': type, 'auth0-forwarded-for': from });
    const answer = await server.app.server.inject({
      method: request.method as 'POST',
      url: request.path,
      headers: { host: HOST, ...Object.fromEntries(headers.filter(([, value]) => value !== undefined)) },
      ...(request.body === '' ? {} : { payload: request.body }),
    });
    response.writeHead(answer.statusCode, { 'content-type': String(answer.headers['content-type']) });
    response.end(answer.body);
  });
  return {
    standIn,
    server,
    upstream: { issuer: `${standIn.origin}/`, client_id: OLD_CLIENT, client_secret: OLD_SECRET, realm: OLD_DATABASE },
    asked: () => standIn.seen.filter(({ path }) => path === '/oauth/token').length,
    async close() {
      await server.close();
      await standIn.close();
    },
  };
}
