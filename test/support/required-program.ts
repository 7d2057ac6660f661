// Tests that drive a real program (a browser, curl) name it in their skip option with `needs`. Which programs this machine
// lacks is found out by scripts/test.ts, which hands their names on in GATEHOUSE_TEST_MISSING.

const missing = (process.env['GATEHOUSE_TEST_MISSING'] ?? '').split(',');

/** Why the test cannot run here, naming what is missing; false where it runs. With CI=true it always runs, and fails. */
export function needs(...programs: readonly string[]): string | false {
  if (process.env['CI'] === 'true') return false;
  const absent = programs.filter((program) => missing.includes(program));
  return absent.length > 0 && `needs ${absent.join(' and ')}, which this machine does not have`;
}
