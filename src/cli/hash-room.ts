// Do the hash slots fit into this machine? Every hash at work has its memory and a thread of the pool to itself.
import type { Configuration } from '../config/config.ts';
import { ConfigurationError } from '../config/load-config.ts';

const MIB = 1024 * 1024;
/** What the server needs beside the hashes, generously. */
const REST_MIB = 160;
/** Threads of the pool that sign and read files while every slot is at work. */
const OTHER_THREADS = 2;
/** Threads of the pool when nobody says otherwise, and its bound. */
const DEFAULT_THREADS = 4;
const MOST_THREADS = 1024;

interface Room {
  /** Bytes that the container allows; null where nothing is limited. */
  readonly memoryLimit: number | null;
  readonly poolThreads: number;
}

/** What this process has been given. */
export function readRoom(environment: Readonly<Record<string, string | undefined>>): Room {
  // Without a limit the system answers with none, or with a number beyond all memory there is.
  const limit = process.constrainedMemory();
  const isLimited = limit > 0 && limit < Number.MAX_SAFE_INTEGER;
  return { memoryLimit: isLimited ? limit : null, poolThreads: threadsOf(environment['UV_THREADPOOL_SIZE']) };
}

/** What the pool itself makes of the variable: the number at its beginning, and one thread for anything else. */
function threadsOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_THREADS;
  return Math.min(Math.max(Number.parseInt(text, 10) || 1, 1), MOST_THREADS);
}

/** Why the slots do not fit, and what to set; null when they do. */
export function hashRoomProblem({ hashing }: Pick<Configuration, 'hashing'>, room: Room): string | null {
  const { slots, memoryKib } = hashing;
  const neededMib = Math.ceil((slots * memoryKib) / 1024) + REST_MIB;
  if (room.memoryLimit !== null && neededMib * MIB > room.memoryLimit) {
    const limitMib = Math.floor(room.memoryLimit / MIB);
    return `${slots} hash slots of ${Math.ceil(memoryKib / 1024)} MiB need about ${neededMib} MiB in all, and the container's limit is ${limitMib} MiB: raise it, or set hash_slots lower.`;
  }
  if (slots + OTHER_THREADS > room.poolThreads) {
    return `${slots} hash slots leave too few of the ${room.poolThreads} threads for everything else: set hash_slots lower, or UV_THREADPOOL_SIZE to ${slots + 4}.`;
  }
  return null;
}

/** Throws `ConfigurationError` when the slots do not fit. */
export function requireHashRoom(configuration: Configuration, environment: Parameters<typeof readRoom>[0]): void {
  const problem = hashRoomProblem(configuration, readRoom(environment));
  if (problem !== null) throw new ConfigurationError(problem);
}
