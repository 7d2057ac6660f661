// Directories that fail in every way they can, thousands of times, behind a server that has other users too.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { percentile } from '../../scripts/bench/statistics.ts';
import { type FaultInstallation, type FaultServer, makeFaultInstallation } from '../../scripts/faults/fault-server.ts';
import { type Figure, inFull, record, say } from '../../scripts/faults/figure.ts';
import { createRawClient, headerOf, type RawAnswer } from '../../scripts/faults/raw-client.ts';
import { login, tokenRequest } from '../../scripts/faults/requests.ts';
import { emailOf, PASSWORD, tenantWith } from '../../scripts/faults/tenant.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { ADFS_CLIENT, ADFS_SECRET, type AdfsStandIn, startAdfsStandIn } from '../support/adfs-stand-in.ts';
import {
  breakOff,
  entryOf,
  type FaultyLdap,
  type LdapAnswer,
  startFaultyLdap,
  succeed,
} from '../support/faulty-ldap.ts';
import { hangUp, LDAP_FAULTS, on, SERVICE_NAME, silent } from '../support/ldap-faults.ts';

const FAULTS = inFull(10_000, 1000);
const FAULTS_IN_A_ROW = 4;
const LONGEST_MS = 8500;
const LONGEST_WHILE_OPEN_MS = 200;
const BREAKER_FAILURES = 5;
/** The breaker rests ten. */
const LONGEST_REST_SECONDS = 11;
const LOGINS_WHILE_OPEN = 200;
const FILES_MAY_DIFFER = 10;
const UPSTREAM_PASSWORD = 'a password that only the directory may read';
const SERVICE_PASSWORD = 'the password of the service account';
/** What takes as long as the server waits is not done a thousand times. */
const QUICK_FAULTS = LDAP_FAULTS.filter(([, , reason]) => reason !== 'directory-timeout').map(([, answer]) => answer);
const ENTRY_BYTES = entryOf(1).length;

/** Hangs up after so many bytes of an entry. */
const cutOff = (bytes: number): LdapAnswer =>
  on('search', ({ messageId, socket }) => {
    socket.write(entryOf(messageId).subarray(0, bytes), () => breakOff(socket));
  });

/** Agrees to speak TLS, and hangs up a moment later. */
const cutHandshake =
  (ms: number): LdapAnswer =>
  (question) => {
    if (question.kind !== 'extended') return hangUp(question);
    failing.itself(question);
    setTimeout(() => breakOff(question.socket), ms);
  };

/** In turn: hanging up in an answer, each time one byte later; everything else; hanging up while TLS begins. */
function faultOf(number: number): { readonly realm: string; readonly answer: LdapAnswer } {
  const round = Math.floor(number / 3);
  if (number % 3 === 0) return { realm: 'failing', answer: cutOff(round % ENTRY_BYTES) };
  if (number % 3 === 1) return { realm: 'failing', answer: QUICK_FAULTS[round % QUICK_FAULTS.length] ?? assert.fail() };
  return { realm: 'starting', answer: round % 2 === 0 ? hangUp : cutHandshake(round % 3) };
}

let installation: FaultInstallation;
let server: FaultServer;
/** One that fails, one behind a wrong certificate, one that falls silent. */
let failing: FaultyLdap;
let unverified: FaultyLdap;
let falling: FaultyLdap;
let farm: AdfsStandIn;
before(async () => {
  [failing, unverified, falling, farm] = await Promise.all([
    startFaultyLdap(),
    startFaultyLdap({ tls: true }),
    startFaultyLdap(),
    startAdfsStandIn(systemClock),
  ]);
  farm.users.push({ name: 'ada', password: UPSTREAM_PASSWORD, claims: { upn: 'ada@corp.example.test' } });
  const connection = (name: string, url: string, more: object = {}) => ({
    name,
    strategy: 'ldap',
    is_domain_connection: true,
    options: {
      urls: [url],
      base: 'dc=example,dc=test',
      bind_dn: SERVICE_NAME,
      bind_password: SERVICE_PASSWORD,
      brute_force_protection: false,
      ...more,
    },
  });
  const plain = { allow_insecure: true };
  installation = await makeFaultInstallation({
    users: true,
    tenant: {
      ...tenantWith(),
      connections: [
        connection('failing', `ldap://localhost:${failing.port}`, plain),
        connection('starting', `ldap://localhost:${failing.port}`, { start_tls: true, ca: failing.ca }),
        connection('unverified', `ldaps://localhost:${unverified.port}`),
        connection('falling', `ldap://localhost:${falling.port}`, plain),
        {
          name: 'farm',
          strategy: 'adfs',
          is_domain_connection: true,
          options: { adfs_server: farm.origin, client_id: ADFS_CLIENT, client_secret: ADFS_SECRET, ca: farm.ca },
        },
      ],
    },
  });
  server = await installation.serve();
});
after(async () => {
  await server.stop();
  installation.remove();
  await Promise.all([failing, unverified, falling, farm].map((directory) => directory.close()));
});

const client = () => createRawClient(server.port);
const loginAt = (realm: string) => tokenRequest(login('ada', UPSTREAM_PASSWORD, { realm }));

function assertOutage(answer: RawAnswer): void {
  assert.equal(answer.status, 503, answer.body);
  assert.equal((JSON.parse(answer.body) as { error: string }).error, 'temporarily_unavailable');
  assert.ok(Number(headerOf(answer, 'retry-after')) >= 1);
}

async function databaseLoginWorks(): Promise<void> {
  const one = client();
  const { status } = await one.send(tokenRequest(login(emailOf(1), PASSWORD)));
  one.close();
  assert.equal(status, 200);
}

test('thousands of faults of a directory end no process, leak no socket and are no wrong password [F-06]', async () => {
  say(`${FAULTS.toLocaleString('en-US')} faults, after every ${FAULTS_IN_A_ROW} a login that works`);
  const one = client();
  const works = async () => {
    failing.answer = failing.itself;
    for (const realm of ['failing', 'starting']) assert.equal((await one.send(loginAt(realm))).status, 200);
  };
  await works();
  const filesBefore = server.openFiles();
  const statuses = new Map<number, number>();
  const times: number[] = [];
  for (let fault = 0; fault < FAULTS; fault += 1) {
    const { realm, answer } = faultOf(fault);
    failing.answer = answer;
    const answered = await one.send(loginAt(realm));
    assertOutage(answered);
    times.push(answered.ms);
    statuses.set(answered.status, (statuses.get(answered.status) ?? 0) + 1);
    if (fault % FAULTS_IN_A_ROW < FAULTS_IN_A_ROW - 1) continue;
    await works();
  }
  one.close();
  await databaseLoginWorks();
  record([
    { name: 'faults that were answered 503', value: statuses.get(503) ?? 0, unit: 'count', atLeast: FAULTS },
    { name: 'p99 of their answers', value: percentile(times, 0.99), unit: 'ms', atMost: LONGEST_MS },
    {
      name: 'open files more than before',
      value: server.openFiles() - filesBefore,
      unit: 'count',
      atMost: FILES_MAY_DIFFER,
      note: `${filesBefore} before`,
    },
    { name: 'connections left at the directory', value: failing.open, unit: 'count', atMost: FILES_MAY_DIFFER },
  ]);
});

interface Falling {
  readonly realm: string;
  readonly fallSilent: () => void;
  readonly speakAgain: () => void;
  /** Connections so far. */
  readonly opened: () => number;
}

const FALLING: readonly Falling[] = [
  {
    realm: 'falling',
    fallSilent() {
      falling.answer = on('search', silent);
    },
    speakAgain() {
      falling.answer = succeed;
    },
    opened: () => falling.opened,
  },
  {
    realm: 'farm',
    fallSilent() {
      farm.instead = () => {};
    },
    speakAgain() {
      farm.instead = null;
    },
    opened: () => farm.connections,
  },
];

async function fallSilent({ realm, fallSilent: fall, speakAgain, opened }: Falling): Promise<void> {
  const one = client();
  const ask = () => one.send(loginAt(realm));
  assert.equal((await ask()).status, 200);
  fall();
  say(`${BREAKER_FAILURES} logins at a directory that says nothing (${realm})`);
  const first = await Promise.all(
    Array.from({ length: BREAKER_FAILURES }, async () => {
      const own = client();
      const answer = await own.send(loginAt(realm));
      own.close();
      return answer;
    }),
  );
  for (const answer of first) assertOutage(answer);
  const openedBefore = opened();
  const open: number[] = [];
  for (let asked = 0; asked < LOGINS_WHILE_OPEN; asked += 1) {
    const answer = await ask();
    assertOutage(answer);
    open.push(answer.ms);
  }
  await databaseLoginWorks();
  const openedWhileOpen = opened() - openedBefore;
  speakAgain();
  const backAt = performance.now();
  while ((await ask()).status !== 200) assert.ok(performance.now() - backAt < 60_000);
  one.close();
  const figure = (name: string, value: number, unit: Figure['unit'], atMost: number): Figure => ({
    ...{ name: `${realm}: ${name}`, value, unit, atMost },
  });
  const longest = Math.max(...first.map(({ ms }) => ms));
  record([
    figure('longest answer before the breaker opens', longest, 'ms', LONGEST_MS),
    figure('p99 while it is open', percentile(open, 0.99), 'ms', LONGEST_WHILE_OPEN_MS),
    figure('connections that were opened while it is open', openedWhileOpen, 'count', 0),
    figure('first login after the directory is back', (performance.now() - backAt) / 1000, 's', LONGEST_REST_SECONDS),
  ]);
}

test('an LDAP server that falls silent is given up in time, then left alone, then found again [F-06]', () =>
  fallSilent(FALLING[0] ?? assert.fail()));

test('a farm that falls silent is given up in time, then left alone, then found again [F-18]', () =>
  fallSilent(FALLING[1] ?? assert.fail()));

test('no password is sent to a directory that did not prove who it is [F-07]', async () => {
  const one = client();
  for (let asked = 0; asked < BREAKER_FAILURES; asked += 1) assertOutage(await one.send(loginAt('unverified')));
  one.close();
  // Where there is no handshake, the directory hears nothing that it could read; what came over the wire is looked at too.
  const said = [UPSTREAM_PASSWORD, SERVICE_PASSWORD].filter((password) => unverified.heard().includes(password));
  const figures: Figure[] = [
    {
      name: 'connections to a directory without a known certificate',
      value: unverified.opened,
      unit: 'count',
      atLeast: 1,
    },
    { name: 'passwords that it heard', value: said.length, unit: 'count', atMost: 0 },
  ];
  record(figures);
});
