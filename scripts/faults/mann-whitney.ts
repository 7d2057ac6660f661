// The Mann-Whitney test: how likely two samples as different as these come from one source.

/** The two-sided p-value, by the normal approximation with corrections for ties and continuity; for 20 values and more. */
export function mannWhitney(one: readonly number[], other: readonly number[]): number {
  const [n, m] = [one.length, other.length];
  const all = [...one.map((value) => ({ value, own: true })), ...other.map((value) => ({ value, own: false }))];
  all.sort((a, b) => a.value - b.value);
  let rankSum = 0;
  let ties = 0;
  for (let start = 0; start < all.length; ) {
    let end = start;
    while (end < all.length && all[end]?.value === all[start]?.value) end += 1;
    // Equal values share the mean of their ranks, which count from 1.
    const rank = (start + end + 1) / 2;
    const equal = end - start;
    rankSum += rank * all.slice(start, end).filter(({ own }) => own).length;
    ties += equal ** 3 - equal;
    start = end;
  }
  const total = n + m;
  const u = rankSum - (n * (n + 1)) / 2;
  const mean = (n * m) / 2;
  const deviation = Math.sqrt(((n * m) / 12) * (total + 1 - ties / (total * (total - 1))));
  if (deviation === 0) return 1;
  const z = Math.max(0, Math.abs(u - mean) - 0.5) / deviation;
  return Math.min(1, 2 * upperTail(z));
}

/** The chance that a standard normal value is above z, for z from 0 (Abramowitz and Stegun 26.2.17). */
function upperTail(z: number): number {
  const t = 1 / (1 + 0.231_641_9 * z);
  const density = Math.exp(-(z ** 2) / 2) / Math.sqrt(2 * Math.PI);
  const series = [0.319_381_53, -0.356_563_782, 1.781_477_937, -1.821_255_978, 1.330_274_429];
  return density * series.reduce((sum, factor, index) => sum + factor * t ** (index + 1), 0);
}
