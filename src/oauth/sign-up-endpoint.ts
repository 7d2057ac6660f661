// POST /dbconnections/signup: a stranger makes an account in a database connection that is open to it (Auth0's Authentication
// API).
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createBrowserRoute } from '../http/browser-route.ts';
import type { ClientAddressOf } from '../http/client-ip.ts';
import type { Cors } from '../http/cors.ts';
import { sendJson, UTF8_JSON } from '../http/json-reply.ts';
import { readParameters } from '../http/request-body.ts';
import type { Routes } from '../http/server.ts';
import type { LoggedSignUp } from '../sign-up/logged-sign-up.ts';
import type { SignedUp } from '../sign-up/sign-up.ts';
import {
  readSignUpRequest,
  SIGN_UP_OBJECTS,
  SIGN_UP_PARAMETERS,
  type SignUpRequest,
} from '../sign-up/sign-up-request.ts';
import type { TenantResolver } from '../tenant/tenant-resolver.ts';
import { createArrivals } from './arrival.ts';
import { refuseCredentialsInQuery } from './query-credentials.ts';

interface Parts {
  readonly resolveTenant: TenantResolver;
  readonly signUp: LoggedSignUp;
  readonly cors: Cors;
  readonly clientAddress: ClientAddressOf;
}

/** Adds the sign-up endpoint. */
export function createSignUpEndpoint({ resolveTenant, signUp, cors, clientAddress }: Parts): Routes {
  const arrivalOf = createArrivals(resolveTenant, clientAddress);

  async function handle(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const arrival = await arrivalOf(request, reply);
    let clientId: string | null = null;
    let signedUp: SignedUp;
    try {
      signedUp = await signUp(arrival, () => {
        const said = read(request);
        clientId = said.clientId;
        return said;
      });
    } finally {
      await cors.narrow(request, reply, arrival.tenant.id, clientId);
    }
    // Auth0: the id without its provider, and what was said.
    const body = { _id: signedUp.identityId, email_verified: false, ...signedUp.person };
    return sendJson(reply, 200, body, UTF8_JSON);
  }

  return createBrowserRoute({ url: '/dbconnections/signup', methods: ['POST'], handle, resolveTenant, cors });
}

function read(request: FastifyRequest): SignUpRequest {
  refuseCredentialsInQuery(request.query);
  const parameters = readParameters(
    {
      contentType: request.headers['content-type'],
      contentEncoding: request.headers['content-encoding'],
      bytes: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
    },
    SIGN_UP_PARAMETERS,
    SIGN_UP_OBJECTS,
  );
  return readSignUpRequest(parameters);
}
