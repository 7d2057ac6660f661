// A server whose databases are open to sign-up: one with user names, one without, one with a strict policy; and requests to it.
import { type Answer, FORM } from './injected-request.ts';
import { SAMPLE_TENANT } from './sample-tenant.ts';
import { HOST, startServer, type TestServer } from './start-server.ts';

type Json = Record<string, unknown>;

export const OPEN = 'Open';
export const NAMED = 'Named';
export const STRICT = 'Strict';

/** The sample tenant with these databases; those that it had stay closed. */
export const OPEN_TENANT = {
  ...SAMPLE_TENANT,
  databases: [
    ...SAMPLE_TENANT.databases,
    { name: OPEN, enabled_clients: ['CLI', 'Backend'], options: { passwordPolicy: 'none', disable_signup: false } },
    {
      name: NAMED,
      enabled_clients: ['CLI'],
      options: { passwordPolicy: 'none', disable_signup: false, requires_username: true },
    },
    {
      name: STRICT,
      enabled_clients: ['CLI'],
      options: {
        passwordPolicy: 'excellent',
        password_dictionary: { enable: true, dictionary: ['Correct-Horse-7-Battery'] },
        password_no_personal_info: { enable: true },
        disable_signup: false,
      },
    },
  ],
};

export const GRACE = {
  client_id: 'PublicClient00000000000000000000',
  connection: OPEN,
  email: 'grace@example.com',
  password: 'a password of her own',
} as const;

export interface SignUpServer extends TestServer {
  /** POST /dbconnections/signup with a JSON body. */
  signUp(body: Json, headers?: Record<string, string>): Promise<Answer>;
  /** The same with a form. */
  signUpByForm(body: Record<string, string>): Promise<Answer>;
}

/** Starts it. */
export async function startSignUpServer(settings: Parameters<typeof startServer>[0] = {}): Promise<SignUpServer> {
  const server = await startServer({ tenant: OPEN_TENANT, ...settings });
  const post = (payload: string, headers: Record<string, string>) =>
    server.app.server.inject({
      method: 'POST',
      url: '/dbconnections/signup',
      headers: { host: HOST, ...headers },
      payload,
    });
  return {
    ...server,
    signUp: (body, headers = {}) => post(JSON.stringify(body), { 'content-type': 'application/json', ...headers }),
    signUpByForm: (body) => post(new URLSearchParams(body).toString(), { 'content-type': FORM }),
  };
}
