// GET and POST /userinfo: what the access token's owner allowed the client to know (OpenID Connect Core 5.3, RFC 6750).
import type { FastifyReply, FastifyRequest } from 'fastify';
import { OAuthError, refusals } from '../error/oauth-error.ts';
import { createBrowserRoute } from '../http/browser-route.ts';
import type { Cors } from '../http/cors.ts';
import { sendJson, UTF8_JSON } from '../http/json-reply.ts';
import { readParameters } from '../http/request-body.ts';
import type { Routes } from '../http/server.ts';
import { getTenant } from '../http/tenant-of-request.ts';
import type { TenantResolver } from '../tenant/tenant-resolver.ts';
import { claimsByScope } from '../token/claims.ts';
import type { UserinfoClaimStore } from '../token/userinfo-claim-store.ts';
import type { VerifyAccessToken } from '../token/verify-access-token.ts';
import type { UserStore } from '../user/user-store.ts';
import { refuseCredentialsInQuery } from './query-credentials.ts';

interface Parts {
  readonly resolveTenant: TenantResolver;
  readonly verifyToken: VerifyAccessToken;
  readonly users: UserStore;
  readonly userinfoClaims: UserinfoClaimStore;
  readonly cors: Cors;
}

const BODY_PARAMETERS: ReadonlySet<string> = new Set(['access_token']);

/** Adds the userinfo endpoint. */
export function createUserinfoEndpoint({ resolveTenant, verifyToken, users, userinfoClaims, cors }: Parts): Routes {
  async function handle(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { tenant, issuer } = await getTenant(resolveTenant, request);
    refuseCredentialsInQuery(request.query);
    const token = await verifyToken(tenant.id, issuer, readBearerToken(request));
    if ('refused' in token) throw refusals.invalidToken();
    await cors.narrow(request, reply, tenant.id, token.clientId);
    if (!token.scope.includes('openid')) throw refusals.insufficientScope('openid');
    const [user, customClaims] = await Promise.all([
      users.findById(tenant.id, token.subject),
      userinfoClaims.find(tenant.id, { ...token, userId: token.subject }),
    ]);
    if (!user || user.blocked) throw refusals.invalidToken();
    return sendJson(reply, 200, { sub: user.userId, ...claimsByScope(user, token.scope), ...customClaims }, UTF8_JSON);
  }

  return createBrowserRoute({ url: '/userinfo', methods: ['GET', 'POST'], handle, resolveTenant, cors });
}

/** The token from the header or the form body, never from both and never from the address (RFC 6750 2). */
function readBearerToken(request: FastifyRequest): string {
  const fromHeader = /^bearer +([\x21-\x7e]+) *$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
  const fromBody = readBodyToken(request);
  if (fromHeader !== null && fromBody !== null) throw refusals.bearerTwice();
  const token = fromHeader ?? fromBody;
  if (token !== null) return token;
  if (request.headers.authorization === undefined) {
    // RFC 6750 3.1: nothing was tried, so there is no error code.
    throw new OAuthError(401, 'unauthorized', 'Unauthorized', { challenge: 'Bearer' });
  }
  throw refusals.invalidToken();
}

function readBodyToken(request: FastifyRequest): string | null {
  const bytes = request.body;
  if (request.method !== 'POST' || !Buffer.isBuffer(bytes) || bytes.length === 0) return null;
  const contentType = request.headers['content-type'];
  // A body in another form has no place for a token; the header then decides.
  if (!/^application\/x-www-form-urlencoded/i.test(contentType ?? '')) return null;
  const contentEncoding = request.headers['content-encoding'];
  return readParameters({ contentType, contentEncoding, bytes }, BODY_PARAMETERS).get('access_token') ?? null;
}
