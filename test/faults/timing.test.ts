// Does the time of a refusal tell its cause? Pairs of requests with different causes, one after the other on one connection,
// so that whatever disturbs the machine disturbs both.
import { after, before, test } from 'node:test';
import { hash as argon2Hash } from '@node-rs/argon2';
import bcrypt from 'bcrypt';
import { median } from '../../scripts/bench/statistics.ts';
import { type FaultInstallation, type FaultServer, makeFaultInstallation } from '../../scripts/faults/fault-server.ts';
import { type Figure, inFull, record, say } from '../../scripts/faults/figure.ts';
import { mannWhitney } from '../../scripts/faults/mann-whitney.ts';
import { createRawClient } from '../../scripts/faults/raw-client.ts';
import { login, tokenRequest } from '../../scripts/faults/requests.ts';
import { BACKEND_CLIENT, BACKEND_SECRET, DATABASE, PASSWORD, tenantWith } from '../../scripts/faults/tenant.ts';

const PAIRS = inFull(200, 60);
const WARM_UP = 10;
/** Guesses are spread over several users of a kind, so that none of them comes to a limit. */
const USERS_OF_A_KIND = inFull(32, 8);
const LARGEST_SHARE = 0.05;
const LARGEST_MS = 3;

type Make = (index: number) => string;

const nameOf = (kind: string, index: number) => `${kind}${index % USERS_OF_A_KIND}@example.com`;
const wrongPassword =
  (kind: string): Make =>
  (index) =>
    tokenRequest(login(nameOf(kind, index), `guess ${index}`));
const emptyPassword =
  (kind: string): Make =>
  (index) =>
    tokenRequest(login(nameOf(kind, index), ''));
const secret =
  (clientId: string, clientSecret: string): Make =>
  (index) =>
    tokenRequest(login(nameOf('argon', index), PASSWORD, { client_id: clientId, client_secret: clientSecret }));
const changed = (text: string, at: number) => `${text.slice(0, at)}#${text.slice(at + 1)}`;

let installation: FaultInstallation;
let server: FaultServer;
before(async () => {
  const otherCost = await argon2Hash(PASSWORD, { memoryCost: 9216, timeCost: 4, parallelism: 1 });
  const bcryptHash = await bcrypt.hash(PASSWORD, 10);
  const kinds: Readonly<Record<string, object>> = {
    argon: { password: PASSWORD },
    other: { password_hash: otherCost },
    crypt: { password_hash: bcryptHash },
    block: { password: PASSWORD, blocked: true },
  };
  const users = Object.entries(kinds).flatMap(([kind, credential]) =>
    Array.from({ length: USERS_OF_A_KIND }, (_, index) => ({
      connection: DATABASE,
      email: nameOf(kind, index),
      ...credential,
    })),
  );
  installation = await makeFaultInstallation({ tenant: tenantWith({ users }) });
  server = await installation.serve();
});
after(async () => {
  await server.stop();
  installation.remove();
});

/** Times both causes in turn; throws unless every answer has the status. */
async function timePairs(status: number, one: Make, other: Make): Promise<readonly [number[], number[]]> {
  const client = createRawClient(server.port);
  const times: readonly [number[], number[]] = [[], []];
  for (let pair = -WARM_UP; pair < PAIRS; pair += 1) {
    // Whichever comes first would always find the machine in the state that the other left.
    for (const side of pair % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
      const answer = await client.send((side === 0 ? one : other)(pair + WARM_UP));
      if (answer.status !== status) throw new Error(`${answer.status} instead of ${status}: ${answer.body}`);
      if (pair >= 0) times[side].push(answer.ms);
    }
  }
  client.close();
  return times;
}

async function compare(name: string, status: number, one: Make, other: Make): Promise<Figure> {
  say(`${PAIRS} pairs: ${name}`);
  const times = await timePairs(status, one, other);
  const [first, second] = [median(times[0]), median(times[1])];
  return {
    name: `${name}: difference of the medians`,
    value: Math.abs(first - second),
    unit: 'ms',
    atMost: Math.max(LARGEST_MS, LARGEST_SHARE * Math.max(first, second)),
    note: `${first.toFixed(2)} and ${second.toFixed(2)} ms, Mann-Whitney p = ${mannWhitney(...times).toFixed(3)}`,
  };
}

async function compareAll(status: number, pairs: Readonly<Record<string, readonly [Make, Make]>>): Promise<void> {
  const figures: Figure[] = [];
  for (const [name, [one, other]] of Object.entries(pairs)) figures.push(await compare(name, status, one, other));
  record(figures);
}

test('a wrong password takes as long for every user, and for nobody [T-02]', () =>
  compareAll(403, {
    'unknown user and user with an argon2id hash': [wrongPassword('ghost'), wrongPassword('argon')],
    'unknown user and user with a bcrypt hash': [wrongPassword('ghost'), wrongPassword('crypt')],
    'unknown user and user with an argon2id hash of another cost': [wrongPassword('ghost'), wrongPassword('other')],
    'unknown user and blocked user': [wrongPassword('ghost'), wrongPassword('block')],
  }));

test('an empty password takes as long for a user and for nobody [T-03]', () =>
  compareAll(400, {
    'empty password of an unknown user and of a user': [emptyPassword('ghost'), emptyPassword('argon')],
  }));

test('a wrong client secret takes as long whichever byte is wrong, and without a client [T-11]', () => {
  const firstByte = secret(BACKEND_CLIENT, changed(BACKEND_SECRET, 0));
  const lastByte = secret(BACKEND_CLIENT, changed(BACKEND_SECRET, BACKEND_SECRET.length - 1));
  const nobody = secret('FaultUnknownClient00000000000000', BACKEND_SECRET);
  return compareAll(401, {
    'unknown client and wrong first byte of a secret': [nobody, firstByte],
    'wrong first and wrong last byte of a secret': [firstByte, lastByte],
  });
});
