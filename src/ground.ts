// What the application stands on. Filled by the commands that start it, read by app.ts and token-exchange.ts.
import type { BreachedFile } from './attack-protection/breached-file.ts';
import type { Configuration } from './config/config.ts';
import { createPasswordHasher, type PasswordHasher } from './directory/database/password-hash.ts';
import type { DirectoryDrivers } from './directory/directory-registry.ts';
import type { Clock } from './lib/clock.ts';
import { FairLine } from './lib/fair-line.ts';
import type { LineWriter } from './lib/line-writer.ts';
import type { Logger } from './lib/logger.ts';
import type { SteadyTime } from './lib/steady-clock.ts';
import type { MailOutbox } from './mail/mail-outbox.ts';
import { type Metrics, noMetrics, type ReadableMetrics } from './metrics/metrics.ts';
import type { RecentMinutes } from './metrics/recent-minutes.ts';
import type { Database } from './storage/database.ts';
import type { Vault } from './storage/vault.ts';
import type { RunJob } from './user-import/job-runner.ts';

/** What the application stands on. */
export interface Ground {
  readonly configuration: Configuration;
  readonly database: Database;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The standard output, where events are to be written to it. */
  readonly output?: LineWriter;
  /** What is told to whoever watches; nothing when left out. */
  readonly metrics?: ReadableMetrics;
  /** Takes the place of the hasher that the configuration describes. */
  readonly hasher?: PasswordHasher;
  /** Take the place of the drivers of their strategies. */
  readonly directories?: DirectoryDrivers;
  /** Does jobs about users in processes of their own; in this one when left out. */
  readonly runJob?: RunJob;
  /** Where mails stay that have no other way, to be looked at on this machine; they have none when left out. */
  readonly outbox?: MailOutbox;
  /** The list of breached passwords that the configuration names; none when left out. */
  readonly breachedFile?: BreachedFile;
  /** Takes the place of one that starts at the time of the clock. */
  readonly steadyTime?: SteadyTime;
}

/** The hasher that the configuration describes. */
export function createHasher({
  configuration: { hashing },
  clock,
  metrics = noMetrics,
}: Pick<Ground, 'configuration' | 'clock'> & { readonly metrics?: Metrics }): PasswordHasher {
  return createPasswordHasher(hashing, clock, (algorithm, seconds) => metrics.hash(algorithm, seconds));
}

/** The line in front of the hasher, which everything that hashes stands in. */
export function createHashLine(
  {
    configuration: { hashing },
    clock,
    metrics = noMetrics,
  }: Pick<Ground, 'configuration' | 'clock'> & { readonly metrics?: Metrics },
  minutes: RecentMinutes,
): FairLine {
  const line = new FairLine({
    slots: hashing.slots,
    budgetMs: hashing.waitBudgetMs,
    clock,
    onWait(outcome, waitedMs) {
      metrics.hashWait(outcome, waitedMs / 1000);
      minutes.hashWait(outcome, waitedMs);
    },
  });
  metrics.watch({ hashLine: () => line.state });
  return line;
}
