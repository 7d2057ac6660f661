// Ten users against a million: what a login takes beside its hash, on two servers in turn, with the same load on both.

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { type Served, serve } from '../installation.ts';
import type { InstallationPlan } from '../provision.ts';
import type { Engine, Row } from '../report.ts';
import { send, sendExpecting200 } from '../send.ts';
import { median } from '../statistics.ts';
import { emailOf, loginRequest } from '../tenant.ts';
import type { Workbench } from '../workbench.ts';

const FEW: InstallationPlan = { name: 'ten', users: 10, kept: false };
const MANY: InstallationPlan = { name: 'million', users: 1_000_000, kept: true };
const LOGINS = 300;
const WARM_UP_LOGINS = 30;

interface Target {
  readonly server: Served;
  readonly metricsPort: number;
  readonly users: number;
  /** Milliseconds of each login beside its hash. */
  readonly times: number[];
}

/** Measures one login after the other, each of a user taken at random. */
export async function measureMillionUsers(workbench: Workbench): Promise<Row[]> {
  const few: Partial<Record<Engine, number>> = {};
  const many: Partial<Record<Engine, number>> = {};
  for (const engine of workbench.engines) {
    const targets: Target[] = [];
    try {
      for (const plan of [FEW, MANY]) targets.push(await startTarget(workbench, engine, plan));
      workbench.progress.step(`${LOGINS} logins each on ${engine}`);
      for (let login = -WARM_UP_LOGINS; login < LOGINS; login += 1) {
        for (const target of targets) {
          const ms = await timeBesideHash(target);
          if (login >= 0) target.times.push(ms);
        }
      }
      const [ofFew, ofMany] = targets.map(({ times }) => median(times));
      few[engine] = ofFew ?? Number.NaN;
      many[engine] = ofMany ?? Number.NaN;
    } finally {
      await Promise.all(targets.map(({ server }) => server.stop()));
    }
  }
  const ratio = Object.fromEntries(
    workbench.engines.map((engine) => [engine, (many[engine] ?? Number.NaN) / (few[engine] ?? Number.NaN)]),
  );
  return [
    {
      title: 'A million users against ten',
      figures: [
        { name: 'a login beside its hash, ten users', unit: 'ms', values: few },
        { name: 'a login beside its hash, a million users', unit: 'ms', values: many },
        { name: 'a million against ten', unit: 'times', values: ratio, bar: { atMost: 1.2 } },
      ],
    },
  ];
}

async function startTarget(workbench: Workbench, engine: Engine, plan: InstallationPlan): Promise<Target> {
  const metricsPort = await findFreePort();
  const server = await serve(await workbench.provide(engine, plan), {
    environment: { GATEHOUSE_METRICS_PORT: String(metricsPort) },
  });
  return { server, metricsPort, users: plan.users, times: [] };
}

/** The time that the caller waited, without the hash as the server itself timed it. */
async function timeBesideHash({ server, metricsPort, users }: Target): Promise<number> {
  const user = 1 + Math.floor(Math.random() * users);
  const before = await readHashMs(metricsPort);
  const { ms } = await sendExpecting200(server.port, loginRequest(emailOf(user)));
  return ms - ((await readHashMs(metricsPort)) - before);
}

async function readHashMs(metricsPort: number): Promise<number> {
  const { text } = await send(metricsPort, { method: 'GET', path: '/metrics', headers: {} });
  const sums = [...text.matchAll(/^gatehouse_hash_seconds_sum\{?[^ ]* ([\d.e+-]+)$/gm)];
  return sums.reduce((sum, [, seconds]) => sum + Number(seconds), 0) * 1000;
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
