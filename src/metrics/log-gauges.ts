// Numbers about what follows the log, read when somebody asks for them.
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Clock } from '../lib/clock.ts';
import { createKeptReading } from './kept-reading.ts';
import { type MetricSources, SINK_LABELS } from './metrics.ts';

const READ_EVERY_MS = 15_000;

/** Shows how many streams there are, how many fail, and how far the worst is behind. */
export function watchLogStreams(registry: Registry, sources: MetricSources, clock: Clock): void {
  const latest = createKeptReading(() => sources.logStreams?.(), clock, READ_EVERY_MS);
  const gauge = (name: string, help: string, valueOf: (streams: Awaited<ReturnType<typeof latest>>) => number) =>
    registry.registerMetric(
      new Gauge({
        ...{ name, help, labelNames: ['sink'], registers: [] },
        async collect() {
          const streams = await latest();
          for (const sink of SINK_LABELS) this.set({ sink }, valueOf(streams.filter((one) => one.sink === sink)));
        },
      }),
    );
  gauge('gatehouse_log_streams', 'Streams that follow the log.', ({ length }) => length);
  gauge(
    'gatehouse_log_streams_failing',
    'Streams whose last delivery failed.',
    (streams) => streams.filter(({ isFailing }) => isFailing).length,
  );
  gauge(
    'gatehouse_log_stream_lag_seconds',
    'Age of the oldest event that the stream furthest behind has not delivered.',
    (streams) => Math.max(0, ...streams.map(({ lagSeconds }) => lagSeconds)),
  );
}

/** Shows how many lines of the operational log were dropped. */
export function watchDroppedLines(registry: Registry, sources: MetricSources): void {
  registry.registerMetric(
    new Counter({
      name: 'gatehouse_log_lines_dropped_total',
      help: 'Lines of the operational log that were dropped because nobody read them in time.',
      registers: [],
      collect() {
        this.reset();
        this.inc(sources.droppedLines?.() ?? 0);
      },
    }),
  );
}
