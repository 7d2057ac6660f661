// Numbers that are read when somebody asks for them: the event loop, the line in front of the hashes, the signing keys.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Gauge, type Registry } from 'prom-client';
import type { Clock } from '../lib/clock.ts';
import { createKeptReading } from './kept-reading.ts';
import type { MetricSources } from './metrics.ts';

const RESOLUTION_MS = 10;
const QUANTILES = [0.5, 0.9, 0.99, 1] as const;

/** Shows how late the event loop was since it was last asked. */
export function watchEventLoop(registry: Registry): void {
  const monitor = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  monitor.enable();
  registry.registerMetric(
    new Gauge({
      name: 'gatehouse_event_loop_delay_seconds',
      help: 'How late the event loop ran what was due, since the last scrape; quantile 1 is the worst.',
      labelNames: ['quantile'],
      registers: [],
      collect() {
        for (const quantile of QUANTILES) {
          // The monitor measures from one tick to the next, which are this far apart when nothing is late.
          const late = monitor.percentile(quantile * 100) / 1e6 - RESOLUTION_MS;
          this.set({ quantile }, Math.max(late, 0) / 1000);
        }
        monitor.reset();
      },
    }),
  );
}

/** Shows the hash slots and who waits for one. */
export function watchHashLine(registry: Registry, sources: MetricSources): void {
  const gauge = (name: string, help: string, part: 'slots' | 'busy' | 'waiting') =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(sources.hashLine?.()[part] ?? 0);
      },
    });
  gauge('gatehouse_hash_slots', 'Password hashes that may run at once.', 'slots');
  gauge('gatehouse_hash_slots_busy', 'Password hashes that run now.', 'busy');
  gauge('gatehouse_hash_waiting', 'Logins that wait for a hash slot now.', 'waiting');
}

const KEYS_EVERY_MS = 60_000;

/** Shows how many signing keys there are, and for how long the current ones sign. */
export function watchSigningKeys(registry: Registry, sources: MetricSources, clock: Clock): void {
  const latest = createKeptReading(() => sources.signingKeys?.(), clock, KEYS_EVERY_MS);

  registry.registerMetric(
    new Gauge({
      name: 'gatehouse_signing_keys',
      help: 'Signing keys of all tenants.',
      labelNames: ['alg', 'status'],
      registers: [],
      async collect() {
        const counts = await latest();
        this.reset();
        for (const { algorithm: alg, status, count } of counts) this.set({ alg, status }, count);
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: 'gatehouse_signing_key_age_seconds',
      help: 'How long the current key that signs longest has been signing, over all tenants.',
      labelNames: ['alg'],
      registers: [],
      async collect() {
        const counts = await latest();
        this.reset();
        for (const { algorithm: alg, status, oldestSince } of counts) {
          if (status === 'current' && oldestSince !== null) this.set({ alg }, (clock.now() - oldestSince) / 1000);
        }
      },
    }),
  );
}
