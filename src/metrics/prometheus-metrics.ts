// The metrics in the text format of Prometheus. Loaded only where they are asked for: the library is memory and start-up time.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Clock } from '../lib/clock.ts';
import { watchEventLoop, watchHashLine, watchSigningKeys } from './gauges.ts';
import { watchDroppedLines, watchLogStreams } from './log-gauges.ts';
import {
  BREACH_LABELS,
  GRANT_LABELS,
  GUARD_VERDICTS,
  type MetricSources,
  type ReadableMetrics,
  type RequestOutcome,
  SINK_LABELS,
} from './metrics.ts';

// Around a hash of some 20 ms, up to the longest wait in line.
const REQUEST_SECONDS = [0.0025, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.2, 0.5, 1, 2, 5];
const WAIT_SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 1.5, 2, 5];
const HASH_SECONDS = [0.005, 0.01, 0.015, 0.02, 0.025, 0.035, 0.05, 0.1, 0.2, 0.5, 1, 2];
// From a point query in memory to the longest statement that PostgreSQL is allowed.
const STORAGE_SECONDS = [0.000_05, 0.0001, 0.000_25, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1, 5];

const ALERTING_OUTCOMES: readonly RequestOutcome[] = [
  'success',
  'invalid_grant',
  'server_error',
  'temporarily_unavailable',
];

/** Builds them, and begins to watch the process and its event loop. */
export function createPrometheusMetrics(version: string, clock: Clock): ReadableMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const sources: MetricSources = {};
  watchEventLoop(registry);
  watchHashLine(registry, sources);
  watchSigningKeys(registry, sources, clock);
  watchLogStreams(registry, sources, clock);
  watchDroppedLines(registry, sources);

  new Gauge({
    name: 'gatehouse_build_info',
    help: 'Always 1; the labels say which version runs on which Node.js.',
    labelNames: ['version', 'node'],
    registers,
  }).set({ version, node: process.versions.node }, 1);
  const tokenRequests = new Counter({
    name: 'gatehouse_token_requests_total',
    help: 'Token requests by grant and by success or the error code of the answer.',
    labelNames: ['grant', 'outcome'],
    registers,
  });
  const tokenRequestSeconds = new Histogram({
    name: 'gatehouse_token_request_seconds',
    help: 'Time from reading a token request to its answer.',
    labelNames: ['grant'],
    buckets: REQUEST_SECONDS,
    registers,
  });
  const hashWaitSeconds = new Histogram({
    name: 'gatehouse_hash_wait_seconds',
    help: 'Time a login waited for a hash slot, by how the wait ended.',
    labelNames: ['outcome'],
    buckets: WAIT_SECONDS,
    registers,
  });
  const hashSeconds = new Histogram({
    name: 'gatehouse_hash_seconds',
    help: 'Time of one password hash.',
    labelNames: ['algorithm'],
    buckets: HASH_SECONDS,
    registers,
  });
  const guardVerdicts = new Counter({
    name: 'gatehouse_guard_verdicts_total',
    help: 'What attack protection said of login attempts.',
    labelNames: ['verdict'],
    registers,
  });
  const breachChecks = new Counter({
    name: 'gatehouse_breached_password_checks_total',
    help: 'Passwords that were looked up among breached ones, by what is known of them.',
    labelNames: ['outcome'],
    registers,
  });
  const storageSeconds = new Histogram({
    name: 'gatehouse_storage_seconds',
    help: 'Time of one statement, and of writing one group of changes to the disk.',
    labelNames: ['operation'],
    buckets: STORAGE_SECONDS,
    registers,
  });

  const logDeliveries = new Counter({
    name: 'gatehouse_log_stream_events_total',
    help: 'Log events that were delivered, and deliveries that failed.',
    labelNames: ['sink', 'outcome'],
    registers,
  });

  const logMissed = new Counter({
    name: 'gatehouse_log_stream_missed_total',
    help: 'Log events that were pruned before a stream had delivered them.',
    registers,
  });

  // A counter that is there from the start shows its first event as a rise; one that comes with it does not.
  for (const grant of GRANT_LABELS) {
    for (const outcome of ALERTING_OUTCOMES) tokenRequests.inc({ grant, outcome }, 0);
  }
  for (const verdict of GUARD_VERDICTS) guardVerdicts.inc({ verdict }, 0);
  for (const outcome of BREACH_LABELS) breachChecks.inc({ outcome }, 0);
  for (const sink of SINK_LABELS) {
    for (const outcome of ['delivered', 'failed']) logDeliveries.inc({ sink, outcome }, 0);
  }

  return {
    tokenRequest(grant, outcome, seconds) {
      tokenRequests.inc({ grant, outcome });
      tokenRequestSeconds.observe({ grant }, seconds);
    },
    hashWait: (outcome, seconds) => hashWaitSeconds.observe({ outcome }, seconds),
    hash: (algorithm, seconds) => hashSeconds.observe({ algorithm }, seconds),
    guardVerdict: (verdict) => guardVerdicts.inc({ verdict }),
    breachCheck: (outcome) => breachChecks.inc({ outcome }),
    storage: (operation, seconds) => storageSeconds.observe({ operation }, seconds),
    logMissed: (count) => logMissed.inc(count),
    logDelivery: (sink, outcome, count) => logDeliveries.inc({ sink, outcome }, count),
    watch(more) {
      Object.assign(sources, more);
    },
    read: async () => ({ text: await registry.metrics(), contentType: registry.contentType }),
  };
}
