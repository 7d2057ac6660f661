// Management: how this node is, and how the tenant's logins went lately, as a dashboard shows it.
import { hostname } from 'node:os';
import Type from 'typebox';
import { readVersion } from '../config/version.ts';
import { checksPasswords, DATABASE_STRATEGY } from '../connection/connection.ts';
import { toConnection } from '../connection/read-connection.ts';
import type { ApplyStores } from '../declaration/workspace.ts';
import type { DirectoryRegistry } from '../directory/directory-registry.ts';
import type { Clock } from '../lib/clock.ts';
import type { FairLine } from '../lib/fair-line.ts';
import type { LogFeedStore } from '../log/log-feed-store.ts';
import type { LogCursorStore } from '../log-stream/log-cursor-store.ts';
import type { LogStreamStore } from '../log-stream/log-stream-store.ts';
import { lagOf } from '../log-stream/stream-lag.ts';
import { type Endpoint, endpoint } from '../management/endpoint.ts';
import type { Database } from '../storage/database.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { RecentMinutes } from './recent-minutes.ts';

interface Parts {
  readonly stores: ApplyStores & {
    readonly logStreams: LogStreamStore;
    readonly logCursors: LogCursorStore;
    readonly logFeed: LogFeedStore;
  };
  readonly database: Database;
  readonly directories: DirectoryRegistry;
  readonly line: FairLine;
  readonly minutes: RecentMinutes;
  readonly clock: Clock;
  /** In milliseconds since 1970 UTC. */
  readonly startedAt: number;
}

const Instant = Type.String({ format: 'date-time' });
const InstantOrNull = Type.Union([Instant, Type.Null()]);
const NumberOrNull = (description: string) => Type.Union([Type.Number(), Type.Null()], { description });

const Health = Type.Object({
  node: Type.String({ description: 'The host name of the node that answers. All of this is what this node knows.' }),
  version: Type.String(),
  started_at: Instant,
  database: Type.Object({
    engine: Type.String({ description: '`sqlite` or `postgresql`.' }),
    answers_in_ms: Type.Number({ description: 'Of the shortest statement there is.' }),
  }),
  hashing: Type.Object(
    { slots: Type.Integer(), busy: Type.Integer(), waiting: Type.Integer(), budget_ms: Type.Number() },
    {
      description: 'The line for password hashes, at this moment, of all tenants; nobody waits longer than the budget.',
    },
  ),
  directories: Type.Array(
    Type.Object({
      connection_id: Type.String(),
      name: Type.String(),
      strategy: Type.String(),
      state: Type.Union([Type.Literal('working'), Type.Literal('resting'), Type.Literal('unknown')], {
        description:
          '`working` is asked; `resting` is not asked for a while, after failures in a row; `unknown` was not asked yet, or not since it rested.',
      }),
      resting_until: InstantOrNull,
      in_flight: Type.Integer({ description: 'Logins that wait for it or are being answered.' }),
      last_outage: Type.Union([Type.Object({ reason: Type.String(), at: Instant }), Type.Null()], {
        description: 'The last time that it gave no answer, since its options were last changed.',
      }),
    }),
    { description: 'The connections that ask another server about a password.' },
  ),
  log_streams: Type.Array(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      status: Type.String({ description: '`active`, `paused` or `suspended`.' }),
      lag_seconds: Type.Number({ description: 'Age of the oldest event that it has not delivered; 0 without one.' }),
      delivered_at: InstantOrNull,
      failing_since: InstantOrNull,
      last_error: Type.Union([Type.String(), Type.Null()]),
      missed: Type.Integer({ description: 'Events that were pruned before it could deliver them.' }),
    }),
    { description: 'The log streams of the tenant. Of these all nodes know the same.' },
  ),
  minutes: Type.Array(
    Type.Object({
      at: Instant,
      logins: Type.Integer({ description: 'Password grants of the tenant that were answered with tokens.' }),
      failures: Type.Integer({ description: 'Those that were refused.' }),
      turned_away: Type.Integer({ description: 'Those that were not looked at: too many, or nobody there to answer.' }),
      queue_wait_ms_p50: NumberOrNull('Of the logins of all tenants: the line for hashes does not know tenants.'),
      queue_wait_ms_p99: NumberOrNull('The same; of those that got a slot.'),
      took_ms_p50: NumberOrNull('From reading a login of the tenant to its answer.'),
    }),
    {
      description:
        'The last sixty, the oldest first; the last one is going on. Times are at most a fifth too long. What was before `started_at` is not known and told as nothing.',
    },
  ),
});

const instantOf = (milliseconds: number) => new Date(milliseconds).toISOString();

/** The endpoint of health. */
export function createHealthEndpoints(parts: Parts): Endpoint[] {
  const { stores, database, directories, line, minutes, clock, startedAt } = parts;

  async function timeOfDatabase(): Promise<number> {
    const askedAt = clock.monotonic();
    await database.ping();
    return Math.round((clock.monotonic() - askedAt) * 10) / 10;
  }

  async function listDirectories(tenantId: TenantId) {
    const connections = (await stores.connections.list(tenantId)).map(toConnection).filter(checksPasswords);
    return connections
      .filter(({ strategy }) => strategy !== DATABASE_STRATEGY)
      .map((connection) => {
        const { state, restMs, inFlight, lastOutage } = directories.stateOf(tenantId, connection);
        return {
          connection_id: connection.id,
          name: connection.name,
          strategy: connection.strategy,
          state,
          resting_until: state === 'resting' ? instantOf(clock.now() + restMs) : null,
          in_flight: inFlight,
          last_outage: lastOutage && { reason: lastOutage.reason, at: instantOf(lastOutage.at) },
        };
      });
  }

  async function listStreams(tenantId: TenantId) {
    const streams = await stores.logStreams.list(tenantId);
    const listed = await Promise.all(
      streams.map(async ({ id, name, status }) => {
        const cursor = await stores.logCursors.findById(id);
        if (!cursor) return [];
        const { deliveredAt, failingSince, lastError, missed } = cursor;
        return [
          {
            ...{ id, name, status, lag_seconds: await lagOf(stores.logFeed, cursor, clock.now()) },
            delivered_at: deliveredAt === null ? null : instantOf(deliveredAt),
            failing_since: failingSince === null ? null : instantOf(failingSince),
            ...{ last_error: lastError, missed },
          },
        ];
      }),
    );
    return listed.flat();
  }

  return [
    endpoint({
      method: 'GET',
      path: '/health',
      tag: 'stats',
      summary: 'How this node is, and how the tenant’s logins went in the last hour (an endpoint of Gatehouse’s own)',
      scopes: ['read:stats'],
      status: 200,
      answer: Health,
      async handle({ tenant }) {
        return {
          node: hostname(),
          version: readVersion(),
          started_at: instantOf(startedAt),
          database: { engine: database.engine, answers_in_ms: await timeOfDatabase() },
          hashing: { ...line.state, budget_ms: line.budgetMs },
          directories: await listDirectories(tenant.id),
          log_streams: await listStreams(tenant.id),
          minutes: minutes.list(tenant.id).map((minute) => ({
            at: instantOf(minute.at),
            logins: minute.logins,
            failures: minute.failures,
            turned_away: minute.turnedAway,
            queue_wait_ms_p50: minute.queueWaitMsP50,
            queue_wait_ms_p99: minute.queueWaitMsP99,
            took_ms_p50: minute.tookMsP50,
          })),
        };
      },
    }),
  ];
}
