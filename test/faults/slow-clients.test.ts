// Thousands of clients that hold connections without using them, while users log in.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FaultInstallation, type FaultServer, makeFaultInstallation } from '../../scripts/faults/fault-server.ts';
import { inFull, record, say } from '../../scripts/faults/figure.ts';
import { runJudgedLoad } from '../../scripts/faults/judged-load.ts';
import type { Judged } from '../../scripts/faults/judged-load-generator.ts';
import { openSlowSockets } from '../../scripts/faults/slow-sockets.ts';
import { tenantWith } from '../../scripts/faults/tenant.ts';
import { openDevCertificate } from '../../src/cli/dev-certificate.ts';
import { createConnectionCap } from '../../src/http/connection-cap.ts';
import { listen } from '../../src/http/listener.ts';
import { systemClock } from '../../src/lib/clock.ts';

const SOCKETS = inFull(2000, 200);
const SLOW_READERS = inFull(10, 3);
const SECONDS = 25;
const LONGEST_LIFE_SECONDS = 35;
const FILES_BACK_SECONDS = 60;

let installation: FaultInstallation;
let server: FaultServer;
before(async () => {
  installation = await makeFaultInstallation({ tenant: tenantWith(), users: true });
  server = await installation.serve();
});
after(async () => {
  await server.stop();
  installation.remove();
});

const logins = (seconds: number): Promise<Judged> =>
  runJudgedLoad({ port: server.port, mix: 'logins', connections: 2, seconds });

test('slow clients are cut off and cost the others nothing [F-09]', async () => {
  await logins(3);
  say(`logins for ${SECONDS} s without slow clients`);
  const without = await logins(SECONDS);
  const filesBefore = server.openFiles();
  say(`${SOCKETS} slow clients, and logins for ${SECONDS} s`);
  const slow = await openSlowSockets(server.port, SOCKETS, SLOW_READERS);
  const openedAt = performance.now();
  const filesWith = server.openFiles();
  // What they ask before they fall silent is work like any other.
  await sleep(3000);
  const withSlow = await logins(SECONDS);
  await slow.closed(LONGEST_LIFE_SECONDS * 1000 + 5000);
  const longest = new Map<string, number>();
  for (const socket of slow.all) {
    longest.set(socket.kind, Math.max(longest.get(socket.kind) ?? 0, socket.lived() ?? Infinity));
  }
  while (server.openFiles() > filesBefore + 10 && performance.now() - openedAt < FILES_BACK_SECONDS * 2000)
    await sleep(500);
  const filesBackAfter = (performance.now() - openedAt) / 1000;
  slow.end();

  const flaws = { ...without.flaws, ...withSlow.flaws };
  record([
    {
      name: `p99 of good logins beside ${SOCKETS} slow clients`,
      value: withSlow.accepted.p99,
      unit: 'ms',
      atMost: without.accepted.p99 * 1.2,
      note: `${without.accepted.p99.toFixed(1)} ms without them; ${withSlow.accepted.count} logins`,
    },
    {
      name: 'longest life of a slow connection',
      value: Math.max(...longest.values()),
      unit: 's',
      atMost: LONGEST_LIFE_SECONDS,
      note: [...longest].map(([kind, seconds]) => `${kind} ${seconds.toFixed(1)}`).join(', '),
    },
    {
      name: 'open files back to normal',
      value: filesBackAfter,
      unit: 's',
      atMost: FILES_BACK_SECONDS,
      note: `${filesBefore} before, ${filesWith} with slow clients`,
    },
    { name: 'flawed answers', value: Object.keys(flaws).length, unit: 'count', atMost: 0, note: JSON.stringify(flaws) },
  ]);
});

test('a TLS handshake that does not come to its end is cut off [F-09]', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-handshake-'));
  const { cert, key } = await openDevCertificate(folder, Date.now());
  rmSync(folder, { recursive: true });
  const port = { host: '127.0.0.1', port: 0, tls: { cert, key } };
  const listener = await listen(port, () => {}, systemClock, createConnectionCap(10));
  const silent = connect(listener.port, '127.0.0.1');
  silent.on('error', () => {});
  await once(silent, 'connect');
  const openedAt = performance.now();
  await once(silent.resume(), 'close');
  const seconds = (performance.now() - openedAt) / 1000;
  await listener.close(0);
  record([{ name: 'life of an unfinished TLS handshake', value: seconds, unit: 's', atMost: LONGEST_LIFE_SECONDS }]);
});
