// The same work over and over, without HTTP and without a load generator.
import { performance } from 'node:perf_hooks';

const WARM_UP_MS = 300;

/** How often a second the work is done with so many under way at once, in as many milliseconds after a warm-up. */
export async function rateOfLoop(work: () => Promise<unknown>, inFlight: number, ms: number): Promise<number> {
  const startAt = performance.now() + WARM_UP_MS;
  const endAt = startAt + ms;
  let done = 0;
  const worker = async (): Promise<void> => {
    while (performance.now() < endAt) {
      await work();
      const now = performance.now();
      if (now >= startAt && now < endAt) done += 1;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  return (done / ms) * 1000;
}
