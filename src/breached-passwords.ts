// Puts together what is looked up among breached passwords: the list in a file, and the server that the operator named. Called by
// app.ts.
import { type BreachSource, createBreachCheck, type IsBreached } from './attack-protection/breach-check.ts';
import { createBreachedRange } from './attack-protection/breached-range.ts';
import { createOutgoingAddresses } from './directory/outgoing-address.ts';
import { createOutgoingHttp } from './directory/outgoing-http.ts';
import type { Ground } from './ground.ts';
import { noMetrics } from './metrics/metrics.ts';

/** What the rest of the application uses of it. */
interface BreachedPasswords {
  readonly isBreached: IsBreached;
  /** False where the configuration names nothing to look them up in. */
  readonly hasSource: boolean;
  readonly close: () => Promise<void>;
}

/** A login waits for it; a server nearby answers within a few hundredths of a second. */
const LIMITS = { connectMs: 500, answerBytes: 1024 * 1024 };

/** Builds it. */
export function createBreachedPasswords(ground: Ground): BreachedPasswords {
  const { configuration, clock, logger, metrics = noMetrics, breachedFile } = ground;
  const { baseUrl } = configuration.breachedPasswords;
  const addresses = createOutgoingAddresses({ clock, networks: configuration.privateNetworks });
  // The operator's own configuration names it, so that it may be a server in the operator's own network.
  const http = baseUrl === null ? null : createOutgoingHttp({ addresses, trusted: true, ca: null, limits: LIMITS });
  const sources: BreachSource[] = [];
  if (breachedFile) sources.push({ name: 'file', has: (digest) => breachedFile.has(digest) });
  if (http && baseUrl !== null) sources.push({ name: 'range', has: createBreachedRange({ http, baseUrl, clock }) });
  return {
    isBreached: createBreachCheck({ sources, clock, logger, metrics }),
    hasSource: sources.length > 0,
    async close() {
      http?.close();
      await breachedFile?.close();
    },
  };
}
