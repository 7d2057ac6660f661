// The few statistics that the measurements need.

/** The value below which this share of the numbers lies, between 0 and 1; NaN for no numbers. */
export function percentile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** The middle number, or the mean of the two in the middle; NaN for no numbers. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

const RESAMPLES = 2000;

/**
 * How far the median of these differences moves when they are drawn again from themselves: the bounds that 95 of 100 such
 * medians keep (a bootstrap). A gap whose bounds lie on both sides of zero is not to be told from none.
 */
export function boundsOfMedian(
  differences: readonly number[],
  random: () => number = Math.random,
): readonly [number, number] {
  const medians = Array.from({ length: RESAMPLES }, () =>
    median(differences.map(() => differences[Math.floor(random() * differences.length)] ?? Number.NaN)),
  );
  return [percentile(medians, 0.025), percentile(medians, 0.975)];
}
