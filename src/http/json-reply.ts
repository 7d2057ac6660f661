// Sends a JSON body with exactly the media type that Auth0 answers with, which differs from endpoint to endpoint.
import type { FastifyReply } from 'fastify';

/** `application/json`, as the token endpoint answers. */
export const PLAIN_JSON = 'application/json';
/** `application/json; charset=utf-8`, as the others do. */
export const UTF8_JSON = 'application/json; charset=utf-8';

/** Sends the body. */
export function sendJson(reply: FastifyReply, status: number, body: unknown, mediaType: string): FastifyReply {
  return sendJsonText(reply, status, JSON.stringify(body), mediaType);
}

/** Sends a body that is JSON already. */
export function sendJsonText(reply: FastifyReply, status: number, text: string, mediaType: string): FastifyReply {
  // The framework completes the media type of a text, unless it has a serializer of its own.
  return reply.code(status).header('content-type', mediaType).serializer(asItIs).send(text);
}

function asItIs(text: string): string {
  return text;
}
