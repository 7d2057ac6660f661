// What the log may say of a thrown value: errors of other people's code carry requests, configurations and inputs.
import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { describeError } from './describe-error.ts';
import { createLogger } from './logger.ts';

const CANARY = 'kX9canaryWq7';

/** An error as HTTP, LDAP and SQL clients throw them: with everything they know in its members. */
function clientError(message: string, cause?: unknown): Error {
  return Object.assign(new Error(message, { cause }), {
    code: 'ERR_BAD_REQUEST',
    config: { url: `https://u:${CANARY}@host/`, data: `password=${CANARY}`, headers: { authorization: CANARY } },
    request: { body: CANARY, path: `/?password=${CANARY}` },
    response: { data: { access_token: CANARY } },
    sql: `update users set password = '${CANARY}'`,
    parameters: [CANARY],
    errors: [new Error(CANARY)],
    value: CANARY,
    [CANARY]: CANARY,
    toJSON: () => ({ password: CANARY }),
    inspect: () => CANARY,
  });
}

function logged(thrown: unknown): string {
  let text = '';
  const destination = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  const logger = createLogger('trace', destination);
  logger.error({ err: thrown }, 'a fault');
  logger.error({ err: thrown });
  return text;
}

const MESSAGES = [
  'connect ECONNREFUSED',
  `bad value "${CANARY}"`,
  `bad value '${CANARY}'`,
  `bad value \`${CANARY}\``,
  `bad value "${CANARY}`,
  `password=${CANARY}`,
  `password: ${CANARY}`,
  `connect postgres://user:${CANARY}@host/db failed`,
  `request to https://${CANARY}@host/ failed`,
  `Unexpected token in JSON: {"password":"${CANARY}"}`,
  `Authorization: Bearer ${CANARY}`,
  `first line\nsecond line "${CANARY}"`,
  `first line\n    at "${CANARY}" (file.ts:1:1)`,
  `password=${'z'.repeat(2000)}${CANARY}`,
];

for (const message of MESSAGES) {
  test(`an error that says ${JSON.stringify(message.replaceAll(CANARY, '…').slice(0, 60))} shows no secret [L-07]`, () => {
    for (const thrown of [clientError(message), new Error('outer', { cause: clientError(message) })]) {
      const text = logged(thrown);
      assert.equal(text.includes(CANARY), false, text);
      assert.equal(text.includes(CANARY.slice(0, 8)), false, text);
    }
  });
}

const LETTERS_ONLY = 'correcthorsebattery';

for (const message of [
  `password=${LETTERS_ONLY}`,
  `password: ${LETTERS_ONLY}`,
  `Password = ${LETTERS_ONLY} is wrong`,
  `client_secret=${LETTERS_ONLY}&x=y`,
  `pwd=${LETTERS_ONLY};user=sam`,
  `token ${LETTERS_ONLY}-${LETTERS_ONLY}`,
]) {
  test(`a secret of letters only is no word of the message: ${message.replaceAll(LETTERS_ONLY, '…')} [L-07]`, () => {
    assert.equal(logged(new Error(message)).includes(LETTERS_ONLY), false);
  });
}

test('a line of the message that looks like a frame is no frame [L-07]', () => {
  const error = new Error(`first line\n    at ${CANARY} (file.ts:1:1)`);
  assert.equal(describeError(error).stack?.includes(CANARY), false);
  error.message = 'another message, which the stack does not repeat';
  assert.equal(describeError(error).stack?.includes(CANARY), false);
});

test('causes are described without end, but not without end', () => {
  const circle: Error & { cause?: unknown } = new Error('circle');
  circle.cause = circle;
  let depth = 0;
  for (let one = describeError(circle).cause; one; one = one.cause) depth += 1;
  assert.equal(depth, 5);
});

for (const thrown of [CANARY, { password: CANARY }, [CANARY], 42, null, undefined, Symbol(CANARY), () => CANARY]) {
  test(`a thrown ${thrown === null ? 'null' : typeof thrown} gives its type only [L-07]`, () => {
    assert.deepEqual(describeError(thrown), { name: typeof thrown, message: 'a value that is no error was thrown' });
    assert.equal(logged(new Error('outer', { cause: thrown })).includes(CANARY), false);
  });
}

test('what helps to find the fault is kept: name, code, message, cause, and the frames of the innermost one', () => {
  const cause = Object.assign(new TypeError('socket hang up'), { code: 'ECONNRESET' });
  const { name, message, code, cause: inner } = describeError(new RangeError('no slot is free', { cause }));
  assert.deepEqual([name, message, code], ['RangeError', 'no slot is free', undefined]);
  const { stack, ...said } = inner ?? { stack: '' };
  assert.deepEqual(said, { name: 'TypeError', message: 'socket hang up', code: 'ECONNRESET' });
  assert.match(String(stack), /^\s+at .*describe-error\.test\.ts:\d+:\d+/);
});

test('a code that is no short word is left out [L-07]', () => {
  for (const code of [CANARY.repeat(10), `a ${CANARY}`, { CANARY }, 42]) {
    assert.equal(describeError(Object.assign(new Error('x'), { code })).code, undefined);
  }
});

test('an error whose members are not what they should be is described all the same', () => {
  const odd = Object.assign(new Error('x'), { name: 42, message: { text: CANARY }, stack: [CANARY] });
  assert.equal(logged(odd).includes(CANARY), false);
  assert.equal(typeof describeError(odd).message, 'string');
});
