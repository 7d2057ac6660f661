// Names, addresses and key ids that a caller makes up, each seen once: what is remembered of them must not pile up in memory.
import { statSync } from 'node:fs';
import { after, before, test } from 'node:test';
import {
  CHEAP_HASHING,
  type FaultInstallation,
  type FaultServer,
  makeFaultInstallation,
} from '../../scripts/faults/fault-server.ts';
import { inFull, record, say } from '../../scripts/faults/figure.ts';
import { runJudgedLoad } from '../../scripts/faults/judged-load.ts';
import type { Mix } from '../../scripts/faults/requests.ts';
import { tenantWith } from '../../scripts/faults/tenant.ts';
import { growthFigure } from '../../scripts/faults/watch-server.ts';

const NAMES = inFull(1_000_000, 10_000);
const KEY_IDS = inFull(1_000_000, 50_000);
const LONGEST_SECONDS = inFull(3 * 3600, 150);
const SAMPLE_EVERY_MS = 250;
/** With room to spare the collector leaves what is dead where it is, and memory grows without anybody holding it. */
const SMALL_HEAP = { NODE_OPTIONS: '--max-old-space-size=80 --max-semi-space-size=4' };

let installation: FaultInstallation;
let server: FaultServer;
before(async () => {
  installation = await makeFaultInstallation({ tenant: tenantWith(), environment: CHEAP_HASHING });
  server = await installation.serve(SMALL_HEAP);
});
after(async () => {
  await server.stop();
  installation.remove();
});

async function soak(mix: Mix, answers: number, what: string): Promise<void> {
  say(`${answers.toLocaleString('en-US')} ${what}`);
  const megabytes: number[] = [];
  const sampling = setInterval(() => megabytes.push(server.residentMegabytes()), SAMPLE_EVERY_MS);
  const { seconds, statuses, flaws } = await runJudgedLoad({
    port: server.port,
    mix,
    connections: 32,
    seconds: LONGEST_SECONDS,
    answers,
  });
  clearInterval(sampling);
  const growth = growthFigure(megabytes);
  const reached = Object.values(statuses).reduce((sum, count) => sum + count, 0);
  const stored = (statSync(installation.databasePath).size / 1e6).toFixed(0);
  record([
    {
      name: what,
      value: reached,
      unit: 'count',
      atLeast: answers,
      note: `in ${seconds.toFixed(0)} s; database ${stored} MB`,
    },
    { ...growth, name: `${what}: ${growth.name}` },
    {
      name: `${what}: flawed answers`,
      value: Object.keys(flaws).length,
      unit: 'count',
      atMost: 0,
      note: JSON.stringify(flaws),
    },
  ]);
}

test('names and addresses that are never seen again leave memory as it is [T-42]', () =>
  soak('names', NAMES, 'guesses, each of another name from another address'));

test('key ids that are never seen again leave memory as it is [T-42]', () =>
  soak('kids', KEY_IDS, 'tokens, each of another key id'));
