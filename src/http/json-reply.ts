// Sends a JSON body with exactly the media type that Auth0 answers with, which differs from endpoint to endpoint.
import type { FastifyReply } from 'fastify';

/** `application/json`, as the token endpoint answers. */
export const PLAIN_JSON = 'application/json';
/** `application/json; charset=utf-8`, as the others do. */
export const UTF8_JSON = 'application/json; charset=utf-8';

/** Sends the body; as bytes, because the framework completes the media type of anything else. */
export function sendJson(reply: FastifyReply, status: number, body: unknown, mediaType: string): FastifyReply {
  return reply
    .code(status)
    .header('content-type', mediaType)
    .send(Buffer.from(JSON.stringify(body)));
}
