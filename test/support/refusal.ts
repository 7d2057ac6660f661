// What a refusal must look like: status, body to the byte, media type and the headers that keep it out of caches.
import assert from 'node:assert/strict';
import type { Answer } from './injected-request.ts';
import type { LogEventWire, TestServer } from './start-server.ts';

/** Status, error, error_description. */
export type Refusal = readonly [status: number, error: string, description: string];

/** The refusal of every wrong password. */
export const WRONG_CREDENTIALS: Refusal = [403, 'invalid_grant', 'Wrong email or password.'];

/** The answer is exactly this refusal of the token endpoint. */
export function assertRefused(answer: Answer, [status, error, description]: Refusal): void {
  const body = `{"error":${JSON.stringify(error)},"error_description":${JSON.stringify(description)}}`;
  assert.equal(answer.body, body);
  assert.equal(answer.statusCode, status);
  assert.equal(answer.headers['content-type'], 'application/json');
  assert.equal(answer.headers['cache-control'], 'no-store');
  assert.equal(answer.headers['pragma'], 'no-cache');
  assert.match(String(answer.headers['x-auth0-requestid']), /^[0-9a-f]{20}$/);
}

/** The event that was logged for this answer; there is exactly one. */
export async function eventOf(server: TestServer, answer: Answer): Promise<LogEventWire> {
  const id = answer.headers['x-auth0-requestid'];
  const events = (await server.logs()).filter((event) => event.details['request_id'] === id);
  assert.equal(events.length, 1, `one log event for one request, and not ${events.length}`);
  const [event] = events;
  assert.ok(event);
  return event;
}

/** The one event of this answer has this type and reason. */
export async function assertLogged(
  server: TestServer,
  answer: Answer,
  type: string,
  reason: string | null,
): Promise<void> {
  const event = await eventOf(server, answer);
  assert.deepEqual([event.type, event.details.error?.reason ?? null], [type, reason]);
}

/** An answer without what differs between any two: the request id and the date. */
export function comparable({ statusCode, headers, body }: Answer): unknown {
  return { statusCode, headers: { ...headers, 'x-auth0-requestid': null, date: null }, body };
}
