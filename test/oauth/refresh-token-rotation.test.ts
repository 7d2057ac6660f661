// Refresh tokens that are replaced at each use: one use wins, a late one ends them all, and a leeway forgives lost answers.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { countOf, recordDone } from '../../scripts/faults/repetition.ts';
import {
  assertBadToken,
  assertRefused,
  LEEWAY_CLIENT,
  LEEWAY_SECONDS,
  logIn,
  REFRESH_TENANT,
  ROTATING_CLIENT,
  refresh,
  refreshRequest,
  STEADY_CLIENT,
  type Tokens,
} from '../support/refresh-tenant.ts';
import { ISSUER, startServer, type TestServer } from '../support/start-server.ts';

let server: TestServer;
before(async () => {
  server = await startServer({ tenant: REFRESH_TENANT });
});
after(() => server.close());

async function rotate(clientId: string, token: string): Promise<string> {
  const { refresh_token: next } = await refresh(server, clientId, token);
  assert.ok(next, 'a rotating client gets the next token');
  return next;
}

/** Several uses of one token at once: the tokens of those that got some. */
async function useAtOnce(clientId: string, token: string, callers: number): Promise<Tokens[]> {
  const answers = await Promise.all(
    Array.from({ length: callers }, () => server.token(refreshRequest(clientId, token))),
  );
  const won = answers.filter(({ statusCode }) => statusCode === 200);
  for (const answer of answers) {
    if (!won.includes(answer)) assert.match(answer.body, /^\{"error":"invalid_grant"/);
  }
  return won.map((answer) => answer.json<Tokens>());
}

async function change(clientName: string, settings: Record<string, unknown>): Promise<void> {
  await server.apply({
    ...REFRESH_TENANT,
    clients: REFRESH_TENANT.clients.map((client) =>
      client.name === clientName ? { ...client, refresh_token: settings } : client,
    ),
  });
}

test('each use gives the next token, and that one goes on', async () => {
  let token = await logIn(server, ROTATING_CLIENT);
  const seen = new Set([token]);
  for (let use = 0; use < 5; use += 1) {
    token = await rotate(ROTATING_CLIENT, token);
    assert.ok(!seen.has(token));
    seen.add(token);
  }
});

test('a token that was replaced ends all that took its place, and the log tells which [T-23]', async () => {
  const first = await logIn(server, ROTATING_CLIENT);
  const second = await rotate(ROTATING_CLIENT, first);
  const third = await rotate(ROTATING_CLIENT, second);
  await assertRefused(server, ROTATING_CLIENT, second, 'refresh-token-reused', 'ferrt');
  const [event] = await server.logs();
  const { familyId, latestCounter, tokenCounter } = event?.details ?? {};
  assert.match(String(familyId), /^[0-9a-f]{32}$/);
  assert.deepEqual([latestCounter, tokenCounter], [2, 1]);
  for (const token of [third, second, first]) {
    await assertRefused(server, ROTATING_CLIENT, token, 'refresh-token-revoked');
  }
});

test('a theft ends the tokens of one login and no others [T-23]', async () => {
  const [stolen, other] = [await logIn(server, ROTATING_CLIENT), await logIn(server, ROTATING_CLIENT)];
  await rotate(ROTATING_CLIENT, stolen);
  await assertBadToken(server, refreshRequest(ROTATING_CLIENT, stolen));
  await rotate(ROTATING_CLIENT, other);
});

const AT_ONCE = 'uses of one refresh token at once, rounds';
const ROUNDS = countOf(AT_ONCE);
const CALLERS = 8;

test(`of ${CALLERS} uses at once exactly one wins without a leeway, ${ROUNDS} times over [T-23, F-13]`, async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const token = await logIn(server, ROTATING_CLIENT);
    const won = await useAtOnce(ROTATING_CLIENT, token, CALLERS);
    assert.equal(won.length, 1);
    // The others came after it was replaced: who of them is the thief, nobody knows.
    await assertBadToken(server, refreshRequest(ROTATING_CLIENT, won[0]?.refresh_token ?? ''));
    // The login itself, the uses, and the look at what became of the winner's token.
    const events = (await server.logs()).slice(0, CALLERS + 2).map(({ type }) => type);
    assert.equal(events.filter((type) => type === 'sertft').length, 1);
    assert.equal(events.filter((type) => type === 'ferrt' || type === 'fertft').length, CALLERS);
  }
  recordDone(AT_ONCE);
});

test('a use that lost leaves nothing behind but its refusal [T-23]', async () => {
  const token = await logIn(server, ROTATING_CLIENT);
  await useAtOnce(ROTATING_CLIENT, token, 3);
  const events = (await server.logs()).slice(0, 3);
  const lost = events.filter(({ type }) => type !== 'sertft');
  assert.equal(lost.length, 2);
  // The last one may find that the one before has ended the tokens.
  assert.ok(lost.some(({ type }) => type === 'ferrt'));
  assert.ok(lost.every((event) => event['client_name'] === 'Rotating' && event['user_id'] !== null));
});

test('within the leeway the token that was just replaced works again, and leads to the same one [T-23]', async () => {
  const first = await logIn(server, LEEWAY_CLIENT);
  const second = await rotate(LEEWAY_CLIENT, first);
  server.clock.advance(LEEWAY_SECONDS * 1000);
  assert.equal(await rotate(LEEWAY_CLIENT, first), second);
  const third = await rotate(LEEWAY_CLIENT, second);
  assert.notEqual(third, second);
});

test('the leeway begins when the token was replaced, and a use within it does not prolong it [T-23]', async () => {
  const first = await logIn(server, LEEWAY_CLIENT);
  await rotate(LEEWAY_CLIENT, first);
  server.clock.advance(LEEWAY_SECONDS * 1000 - 1);
  await rotate(LEEWAY_CLIENT, first);
  server.clock.advance(2);
  await assertRefused(server, LEEWAY_CLIENT, first, 'refresh-token-reused', 'ferrt');
});

test('the leeway is for the direct predecessor: an earlier one ends them all [T-23]', async () => {
  const first = await logIn(server, LEEWAY_CLIENT);
  const second = await rotate(LEEWAY_CLIENT, first);
  const third = await rotate(LEEWAY_CLIENT, second);
  await assertRefused(server, LEEWAY_CLIENT, first, 'refresh-token-reused', 'ferrt');
  await assertRefused(server, LEEWAY_CLIENT, third, 'refresh-token-revoked');
});

test('of 20 uses at once within the leeway all win, and all go on from one token [T-23]', async () => {
  const token = await logIn(server, LEEWAY_CLIENT);
  const won = await useAtOnce(LEEWAY_CLIENT, token, 20);
  assert.equal(won.length, 20);
  assert.equal(new Set(won.map((tokens) => tokens.refresh_token)).size, 1);
  await rotate(LEEWAY_CLIENT, won[0]?.refresh_token ?? '');
});

test('an answer that was lost costs no login within the leeway: the same request gets the same token [F-14]', async () => {
  const token = await logIn(server, LEEWAY_CLIENT);
  await server.token(refreshRequest(LEEWAY_CLIENT, token));
  const next = await rotate(LEEWAY_CLIENT, token);
  await rotate(LEEWAY_CLIENT, next);
});

test('a use that cannot be logged spends nothing: the same token works when the log does again [F-14]', async () => {
  const token = await logIn(server, ROTATING_CLIENT);
  const { sql } = server.ground.database;
  await sql.schema.alterTable('log_events').renameTo('log_events_away').execute();
  const answer = await server.token(refreshRequest(ROTATING_CLIENT, token));
  await sql.schema.alterTable('log_events_away').renameTo('log_events').execute();
  assert.equal(answer.statusCode, 500);
  await rotate(ROTATING_CLIENT, token);
});

test('when rotation is switched on, the next use replaces the token and ends the others of the same user and API', async () => {
  const [kept, other] = [await logIn(server, STEADY_CLIENT), await logIn(server, STEADY_CLIENT)];
  const elsewhere = await logIn(server, STEADY_CLIENT, { audience: `${ISSUER}userinfo` });
  await change('Steady', { rotation_type: 'rotating', expiration_type: 'expiring' });
  const next = await rotate(STEADY_CLIENT, kept);
  await assertRefused(server, STEADY_CLIENT, other, 'refresh-token-revoked');
  await rotate(STEADY_CLIENT, elsewhere);
  await assertRefused(server, STEADY_CLIENT, kept, 'refresh-token-reused', 'ferrt');
  await assertRefused(server, STEADY_CLIENT, next, 'refresh-token-revoked');
  await server.apply(REFRESH_TENANT);
});

test('when rotation is switched off, the tokens that rotated end', async () => {
  const token = await logIn(server, ROTATING_CLIENT);
  await change('Rotating', {});
  await assertRefused(server, ROTATING_CLIENT, token, 'refresh-token-rotation-off');
  await server.apply(REFRESH_TENANT);
  await assertRefused(server, ROTATING_CLIENT, token, 'refresh-token-revoked');
});

const DAY = 86_400_000;

test('rotation puts off the end by idleness, and not the end by age', async () => {
  await change('Rotating', {
    rotation_type: 'rotating',
    expiration_type: 'expiring',
    token_lifetime: (4 * DAY) / 1000,
    idle_token_lifetime: (2 * DAY) / 1000,
  });
  let token = await logIn(server, ROTATING_CLIENT);
  for (const wait of [DAY * 2 - 1, DAY * 2 - 1]) {
    server.clock.advance(wait);
    token = await rotate(ROTATING_CLIENT, token);
  }
  server.clock.advance(2);
  await assertRefused(server, ROTATING_CLIENT, token, 'refresh-token-expired');
  await server.apply(REFRESH_TENANT);
});

test('a token that is not used ends after its idle lifetime', async () => {
  const token = await logIn(server, ROTATING_CLIENT);
  server.clock.advance(15 * DAY);
  await assertRefused(server, ROTATING_CLIENT, token, 'refresh-token-idle');
});

test('a token that does not expire is good after a year, and a jump of the clock ends none', async () => {
  const [steady, rotating] = [await logIn(server, STEADY_CLIENT), await logIn(server, ROTATING_CLIENT)];
  server.clock.jump(400 * DAY);
  await refresh(server, STEADY_CLIENT, steady);
  await rotate(ROTATING_CLIENT, rotating);
  server.clock.jump(-400 * DAY);
  server.clock.advance(366 * DAY);
  await refresh(server, STEADY_CLIENT, steady);
});
