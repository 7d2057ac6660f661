// A directory whose driver is loaded when somebody logs in there: most installations have one kind, and need not keep the
// libraries of the others in memory.
import type { Upstream } from './upstream-driver.ts';

/** Loads it at the first login. */
export function createLazyUpstream(load: () => Promise<Upstream>): Upstream {
  let loaded: Promise<Upstream> | null = null;
  return {
    async check(attempt, timeoutMs, source) {
      loaded ??= load();
      return (await loaded).check(attempt, timeoutMs, source);
    },
    close: () => void loaded?.then((upstream) => upstream.close()),
  };
}
