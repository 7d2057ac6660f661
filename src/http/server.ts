// The HTTP framework, set up once: ids, limits, constant headers, errors. Routes are added by oauth/.
import { type FastifyReply, type FastifyRequest, fastify, type FastifyInstance as Server } from 'fastify';
import { refusals } from '../error/oauth-error.ts';
import type { Clock } from '../lib/clock.ts';
import { timedHex } from '../lib/id.ts';
import type { Logger } from '../lib/logger.ts';
import { createErrorReply, sendNotFound } from './error-reply.ts';
import { LARGEST_BODY } from './request-body.ts';

/** The framework's server. */
export type { Server };

/** A part of the server that adds its routes. */
export type Routes = (server: Server) => void;

/** True while the server should not be sent new work. */
export interface Readiness {
  draining: boolean;
}

/** Builds the server with these routes; it does not listen yet. */
export function createServer(logger: Logger, clock: Clock, readiness: Readiness, routes: readonly Routes[]): Server {
  const replyError = createErrorReply(logger, clock);
  const server = fastify({
    logger: false,
    // What is wrong with a request before it has a route, such as an address that is no address.
    // No hook runs for it.
    frameworkErrors: (error, request, reply) => {
      setConstantHeaders(request, reply);
      void replyError(error, request, reply);
    },
    bodyLimit: LARGEST_BODY,
    // As long as Auth0's, and a caller cannot choose it. In the order of time, because log events are found by it.
    genReqId: () => timedHex(clock.now()),
    requestIdHeader: false,
    routerOptions: { maxParamLength: 2048 },
    // Host headers are looked up, never trusted; proxies are a setting of their own.
    trustProxy: false,
  });
  // Bodies reach the handlers as bytes: request-body.ts reads them strictly, whatever their media type.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body);
  });
  // tenant-of-request.ts finds it.
  server.decorateRequest('resolvedTenant', null);
  server.addHook('onRequest', (request, reply, done) => {
    setConstantHeaders(request, reply);
    // Node reads `identity, chunked` as chunked. Security: a proxy in front may see the end of the body elsewhere.
    if ((request.headers['transfer-encoding'] ?? 'chunked').toLowerCase() !== 'chunked') {
      void reply.header('connection', 'close');
      done(refusals.malformedBody('The only transfer encoding is chunked'));
      return;
    }
    done();
  });
  // When it is answered, not when it came: a connection that stayed open afterwards would hold the drain up.
  server.addHook('onSend', (_request, reply, _payload, done) => {
    if (readiness.draining) void reply.header('connection', 'close');
    done();
  });
  server.setErrorHandler(replyError);
  server.setNotFoundHandler((_request, reply) => sendNotFound(reply));
  for (const add of routes) add(server);
  return server;
}

/** What every answer carries, whatever it says. */
function setConstantHeaders(request: FastifyRequest, reply: FastifyReply): void {
  void reply.header('x-auth0-requestid', request.id);
  void reply.header('x-content-type-options', 'nosniff');
  if (request.protocol === 'https') void reply.header('strict-transport-security', 'max-age=31536000');
}
