// What `doctor --capacity` measures, and what it makes of it. That its forecasts come true is seen by `npm run bench`.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { forecast } from '../../src/cli/capacity-forecast.ts';
import { describeCapacity } from '../../src/cli/describe-capacity.ts';
import { type Measured, measureCapacity, type Rate } from '../../src/cli/measure-capacity.ts';
import { loadConfiguration } from '../../src/config/load-config.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { openCommandLine } from '../support/command-line.ts';

const rate = (inFlight: number, perSecond: number): Rate => ({
  inFlight,
  perSecond,
  medianMs: (1000 * inFlight) / perSecond,
});

/** The machine of docs/performance.md: what it did in a plain loop. */
const MACHINE: Measured = {
  processors: 2,
  hashes: [rate(1, 130), rate(2, 198)],
  signatures: { RS256: rate(2, 7487), ES256: rate(2, 27_828) },
  commits: { medianMs: 1, slowHundredthMs: 3 },
};

function forecastOn(engine: 'sqlite' | 'postgresql', machine: Measured, slots = 4) {
  const databaseUrl = engine === 'sqlite' ? 'sqlite:gatehouse.db' : 'postgres://localhost/gatehouse';
  const hashing = { memoryKib: 19_456, iterations: 2, parallelism: 1, slots, waitBudgetMs: 2000 };
  return forecast(machine, { hashing, databaseUrl });
}

/** True when the first is no more than a fifth off the other. */
function isNear(found: number, wanted: number): boolean {
  return Math.abs(found - wanted) < wanted / 5;
}

test('from the plain loops of the benchmark follows what its servers did', () => {
  const sqlite = forecastOn('sqlite', MACHINE);
  assert.ok(isNear(sqlite.loginsPerSecond, 161), String(sqlite.loginsPerSecond));
  assert.ok(isNear(sqlite.loginMs, 10.2), String(sqlite.loginMs));
  assert.ok(isNear(sqlite.clientCredentialsPerSecond.RS256, 3939));
  assert.ok(isNear(sqlite.clientCredentialsPerSecond.ES256, 7594));
  const postgresql = forecastOn('postgresql', MACHINE);
  assert.ok(isNear(postgresql.loginsPerSecond, 140), String(postgresql.loginsPerSecond));
  assert.ok(isNear(postgresql.clientCredentialsPerSecond.RS256, 3536));
  assert.ok(isNear(postgresql.clientCredentialsPerSecond.ES256, 6888));
});

test('memory is that of all slots at work', () => {
  assert.equal(forecastOn('sqlite', MACHINE, 4).memoryMib, 4 * 19 + 250);
  assert.equal(forecastOn('sqlite', MACHINE, 40).memoryMib, 40 * 19 + 250);
});

test('one thread bounds a node however many processors it has', () => {
  const many = forecastOn('postgresql', {
    ...MACHINE,
    processors: 64,
    hashes: [rate(1, 130), rate(64, 32 * 198)],
    signatures: { ...MACHINE.signatures, RS256: rate(64, 32 * 7487) },
  });
  assert.ok(many.loginsPerSecond < 600, String(many.loginsPerSecond));
  const two = forecastOn('postgresql', MACHINE);
  assert.ok(many.loginsPerSecond > 3 * two.loginsPerSecond);
});

test('the sizing keeps two nodes at the least, grows with the logins, and leaves room', () => {
  const { sizing, loginsPerSecond } = forecastOn('postgresql', MACHINE);
  assert.equal(sizing[0]?.nodes, 2);
  for (const [index, { loginsPerSecond: wanted, processors, nodes }] of sizing.entries()) {
    assert.ok(processors >= nodes);
    assert.ok(processors >= (sizing[index - 1]?.processors ?? 0));
    assert.ok(nodes * loginsPerSecond * 0.7 >= wanted * 0.99, `${wanted} on ${nodes}`);
  }
});

test('the machine is measured without a trace in the database or its folder', async () => {
  const line = await openCommandLine();
  try {
    const configuration = await loadConfiguration({ file: null, environment: line.environment, flags: {} });
    const before = readdirSync(line.folder);
    const shares: number[] = [];
    const measured = await measureCapacity(configuration, systemClock, (share) => shares.push(share), 10);
    assert.equal(measured.hashes.at(-1)?.inFlight, measured.processors);
    for (const { perSecond, medianMs } of [...measured.hashes, ...Object.values(measured.signatures)]) {
      assert.ok(perSecond > 0 && medianMs > 0);
    }
    assert.ok(measured.commits && measured.commits.medianMs > 0);
    assert.equal(shares.at(-1), 1);
    assert.deepEqual(
      shares.toSorted((one, other) => one - other),
      shares,
    );
    assert.deepEqual(readdirSync(line.folder), before);

    const lines = describeCapacity(measured, forecast(measured, configuration), configuration.hashing).join('\n');
    assert.match(lines, /^hashes, 1 at once +[\d.,]+\/s +[\d.,]+ ms each$/m);
    assert.match(lines, /^logins +[\d.,]+\/s$/m);
    assert.match(lines, /^2500 +\d+ +\d+$/m);
  } finally {
    await line.close();
  }
});

test('commits that cannot be measured are told as that, and forecast nothing', async () => {
  const unreachable = { GATEHOUSE_DATABASE_URL: 'postgres://gatehouse@127.0.0.1:1/gatehouse' };
  const configuration = await loadConfiguration({ file: null, environment: unreachable, flags: {} });
  const { commits } = await measureCapacity(configuration, systemClock, () => {}, 1);
  assert.equal(commits, null);
  const words = describeCapacity({ ...MACHINE, commits }, forecastOn('postgresql', MACHINE), configuration.hashing);
  assert.match(words.join('\n'), /^commits +- +could not be measured$/m);
});
