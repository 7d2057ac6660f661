// How many connections this process has room for: each is an open file, and the system allows only so many of them.
import type { Logger } from '../lib/logger.ts';

/** For the database, its connections, and what is accepted in one turn before the cap has seen it. */
const KEPT_FREE = 1024;

/** The configured number of connections, or as many as the system allows when that is less; which is then logged. */
export function connectionRoom(wanted: number, logger: Logger): number {
  const allowed = allowedOpenFiles();
  const room = Math.max(allowed - KEPT_FREE, Math.floor(allowed / 2));
  if (wanted <= room) return wanted;
  logger.warn(
    { maxConnections: wanted, openFiles: allowed, used: room },
    'max_connections is more than the limit on open files leaves room for: raise it (ulimit -n, LimitNOFILE)',
  );
  return room;
}

/** Infinity where there is no limit, or where nobody says. */
function allowedOpenFiles(): number {
  // Without this the report looks up the names of all peers.
  Object.assign(process.report, { excludeNetwork: true });
  const { userLimits } = process.report.getReport() as { userLimits?: { open_files?: { soft?: number | string } } };
  const soft = Number(userLimits?.open_files?.soft);
  return Number.isNaN(soft) ? Infinity : soft;
}
