// What this machine can do of the dear parts of a login: hashes, signatures, commits. For `doctor --capacity`.
import { availableParallelism } from 'node:os';
import type { Configuration } from '../config/config.ts';
import { createPasswordHasher } from '../directory/database/password-hash.ts';
import { generateSigningKey } from '../key/generate-key.ts';
import type { Clock } from '../lib/clock.ts';
import { measureCommits } from '../storage/commit-latency.ts';
import { signerOf, signJwt } from '../token/sign-jwt.ts';

/** Some work done again and again, so much of it at once. */
export interface Rate {
  readonly inFlight: number;
  readonly perSecond: number;
  /** Of one piece of work, its wait for a processor included. */
  readonly medianMs: number;
}

/** What was measured. */
export interface Measured {
  readonly processors: number;
  /** With one hash at a time, and more, up to one for each processor. */
  readonly hashes: readonly Rate[];
  readonly signatures: Readonly<Record<'RS256' | 'ES256', Rate>>;
  /** Null where they could not be measured. */
  readonly commits: { readonly medianMs: number; readonly slowHundredthMs: number } | null;
}

/** Told how much is done, from 0 to 1, and what comes next. */
type OnProgress = (share: number, words: string) => void;

const STEP_MS = 1500;
/** Beside one step for each number of hashes at once: signatures of both kinds, and commits. */
const OTHER_STEPS = 3;
const MOST_LEVELS = 5;

/** Measures, with every processor busy, some eight steps of this length. */
export async function measureCapacity(
  { hashing, databaseUrl }: Pick<Configuration, 'hashing' | 'databaseUrl'>,
  clock: Clock,
  onProgress: OnProgress,
  stepMs: number = STEP_MS,
): Promise<Measured> {
  const processors = availableParallelism();
  const levels = levelsUpTo(processors);
  const steps = levels.length + OTHER_STEPS;
  let done = 0;
  const begin = (words: string) => {
    onProgress(done / steps, words);
    done += 1;
  };

  const hasher = createPasswordHasher(hashing, clock);
  const hashes: Rate[] = [];
  for (const inFlight of levels) {
    begin(`hashes, ${inFlight} at once`);
    hashes.push(await rateOf(() => hasher.measure(hasher.kind), inFlight, stepMs, clock));
  }
  const rate = async (algorithm: 'RS256' | 'ES256') => {
    begin(`${algorithm} signatures`);
    const signer = signerOf(await generateSigningKey(algorithm, 'localhost', 'current', clock.now()));
    return rateOf(
      () => signJwt({ iss: 'https://localhost/', sub: 'auth0|1' }, 'JWT', signer),
      processors,
      stepMs,
      clock,
    );
  };
  const signatures = { RS256: await rate('RS256'), ES256: await rate('ES256') };
  begin('commits');
  const commits = await measureCommits(databaseUrl, stepMs);
  onProgress(1, 'measured');
  return {
    processors,
    hashes,
    signatures,
    commits: commits && { medianMs: quantile(commits, 0.5), slowHundredthMs: quantile(commits, 0.99) },
  };
}

/** 1, 2, 4 and so on, as many as there is time for, and the number of processors itself. */
function levelsUpTo(processors: number): number[] {
  const powers = Array.from({ length: MOST_LEVELS - 1 }, (_, at) => 2 ** at).filter((level) => level < processors);
  return [...powers, processors];
}

/** How often a second the work is done with so many under way at once; what is under way at the end is finished. */
async function rateOf(work: () => Promise<unknown>, inFlight: number, stepMs: number, clock: Clock): Promise<Rate> {
  await work();
  const startedAt = clock.monotonic();
  const times: number[] = [];
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      do {
        const begunAt = clock.monotonic();
        await work();
        times.push(clock.monotonic() - begunAt);
      } while (clock.monotonic() - startedAt < stepMs);
    }),
  );
  const perSecond = (times.length / (clock.monotonic() - startedAt)) * 1000;
  return {
    inFlight,
    perSecond,
    medianMs: quantile(
      times.toSorted((one, other) => one - other),
      0.5,
    ),
  };
}

/** Of values in ascending order, of which there is one. */
function quantile(values: readonly number[], share: number): number {
  return values[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN;
}
