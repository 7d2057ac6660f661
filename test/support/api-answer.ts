// What answers of the Management API must look like.
import assert from 'node:assert/strict';
import { STATUS_CODES } from 'node:http';
import type { Answer } from './management-server.ts';

/** Status, errorCode, message. */
export type ApiRefusal = readonly [status: number, errorCode: string | null, message: string | RegExp];

/** The body of an answer of this status. */
export function jsonOf<T>(answer: Answer, status: number): T {
  assert.equal(answer.status, status, answer.raw.body);
  return answer.json;
}

/** The answer succeeded and has no body. */
export function assertEmpty(answer: Answer, status = 204): void {
  assert.deepEqual([answer.status, answer.raw.body], [status, '']);
}

/** The answer is exactly this refusal, in Auth0's shape, and kept out of caches. */
export function assertApiRefused(answer: Answer, [status, errorCode, message]: ApiRefusal): void {
  const body = jsonOf<{ message: string; attributes?: object }>(answer, status);
  if (message instanceof RegExp) assert.match(body.message, message);
  else assert.equal(body.message, message);
  assert.deepEqual(body, {
    statusCode: status,
    error: STATUS_CODES[status],
    message: body.message,
    ...(errorCode === null ? {} : { errorCode }),
    ...(status === 401 ? { attributes: body.attributes } : {}),
  });
  const { headers } = answer.raw;
  assert.equal(headers['content-type'], 'application/json; charset=utf-8');
  assert.equal(headers['cache-control'], 'no-store');
}

/** The refusal of a body. */
export function invalidBody(words: string | RegExp): ApiRefusal {
  return [400, 'invalid_body', words instanceof RegExp ? words : `Payload validation error: ${words}`];
}

/** The refusal of a query. */
export function invalidQuery(words: string | RegExp): ApiRefusal {
  return [400, 'invalid_query_string', words instanceof RegExp ? words : `Query validation error: ${words}`];
}

/** The refusal of a token that has none of these scopes. */
export function insufficientScope(...scopes: string[]): ApiRefusal {
  return [403, 'insufficient_scope', `Insufficient scope, expected any of: ${scopes.join(',')}`];
}

/** Each of these bodies is refused with these words. */
export async function assertBodiesRefused(
  send: (body: unknown) => Promise<Answer>,
  bodies: readonly (readonly [body: unknown, words: string | RegExp])[],
): Promise<void> {
  for (const [body, words] of bodies) assertApiRefused(await send(body), invalidBody(words));
}
