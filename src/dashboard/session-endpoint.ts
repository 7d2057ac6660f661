// /dashboard/session: how a page of the dashboard stays signed in. Somebody signs in by the password grant like everybody; the
// page shows that token here and gets a session, which a cookie keeps and no script can read. For the session it gets tokens of
// a few minutes, with which it calls the Management API as any other client does: a session opens nothing else.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { apiRefusals } from '../error/api-error.ts';
import type { ClientAddressOf } from '../http/client-ip.ts';
import { sendJson, UTF8_JSON } from '../http/json-reply.ts';
import type { Routes } from '../http/server.ts';
import { getTenant } from '../http/tenant-of-request.ts';
import type { Clock } from '../lib/clock.ts';
import { randomBase64Url } from '../lib/id.ts';
import { Secret } from '../lib/secret.ts';
import type { AuthenticateCaller } from '../management/management-auth.ts';
import type { ResolvedTenant, TenantResolver } from '../tenant/tenant-resolver.ts';
import type { UserId } from '../user/user.ts';
import type { DashboardSessionStore, SessionLimits } from './dashboard-session-store.ts';
import { requireOwnPage, requireSafeTransport } from './protected-request.ts';
import { NO_SESSION_COOKIE, readSessionCookie, sessionCookie } from './session-cookie.ts';
import type { IssueSessionToken } from './session-token.ts';

interface Parts {
  readonly resolveTenant: TenantResolver;
  readonly clientAddress: ClientAddressOf;
  readonly authenticate: AuthenticateCaller;
  readonly sessions: DashboardSessionStore;
  readonly issueSessionToken: IssueSessionToken;
  readonly clock: Clock;
}

const SESSION_BYTES = 32;
/** A session that nobody uses. */
const IDLE_MS = 30 * 60_000;
/** Any session. */
const ABSOLUTE_MS = 12 * 3_600_000;

/** Adds the endpoint. */
export function createSessionEndpoint(parts: Parts): Routes {
  const { resolveTenant, clientAddress, authenticate, sessions, issueSessionToken, clock } = parts;

  function limits(): SessionLimits {
    const now = clock.now();
    return { openedAfter: now - ABSOLUTE_MS, seenAfter: now - IDLE_MS };
  }

  async function check(request: FastifyRequest, reply: FastifyReply): Promise<ResolvedTenant> {
    void reply.header('cache-control', 'no-store').header('pragma', 'no-cache');
    requireSafeTransport(request, clientAddress);
    requireOwnPage(request);
    return getTenant(resolveTenant, request);
  }

  /** Opens a session for whoever the token is of. */
  async function open(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const resolved = await check(request, reply);
    const caller = await authenticate(resolved, request.headers.authorization);
    if (caller.userId === null) throw apiRefusals.notAllowed('A client has no session');
    const userId = caller.userId as UserId;
    const granted = await issueSessionToken(resolved, { userId, createdAt: clock.now() });
    if (!granted) throw apiRefusals.notAllowed('Only administrators and viewers of this tenant have a session');
    const session = new Secret(randomBase64Url(SESSION_BYTES));
    await sessions.open(resolved.tenant.id, session, userId, limits(), clock.now());
    void reply.header('set-cookie', sessionCookie(session, ABSOLUTE_MS / 1000));
    return sendJson(reply, 201, granted, UTF8_JSON);
  }

  /** A new token for the session. */
  async function read(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const resolved = await check(request, reply);
    const cookie = readSessionCookie(request.headers.cookie);
    const session = cookie && (await sessions.use(resolved.tenant.id, cookie, limits(), clock.now()));
    const granted = session && (await issueSessionToken(resolved, session));
    if (!granted) {
      if (cookie) void reply.header('set-cookie', NO_SESSION_COOKIE);
      throw apiRefusals.invalidToken('There is no session');
    }
    return sendJson(reply, 200, granted, UTF8_JSON);
  }

  async function close(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { tenant } = await check(request, reply);
    const cookie = readSessionCookie(request.headers.cookie);
    if (cookie) await sessions.close(tenant.id, cookie);
    return reply.header('set-cookie', NO_SESSION_COOKIE).code(204).send();
  }

  return (server) => {
    server.post('/dashboard/session', open);
    server.get('/dashboard/session', read);
    server.delete('/dashboard/session', close);
  };
}
