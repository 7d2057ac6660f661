// What an answer of POST /dbconnections/signup must look like, whether somebody signed up or was refused.
import assert from 'node:assert/strict';
import type { Answer } from '../support/injected-request.ts';

/** The answer has this status and exactly this body, is kept out of caches, and names its request. */
export function assertAnswer(answer: Answer, status: number, body: object): void {
  assert.equal(answer.statusCode, status, answer.body);
  assert.deepEqual(answer.json(), body);
  assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8');
  assert.equal(answer.headers['cache-control'], 'no-store');
  assert.match(String(answer.headers['x-auth0-requestid']), /^[0-9a-f]{20}$/);
}
