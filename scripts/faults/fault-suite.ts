// The suites of `npm run test:faults` in their order, each a file of test/faults. Run by scripts/faults.ts; docs/security.md
// looks up their titles in docs/fault-run.md.

/** What each suite asks, by the name of its file. */
export const SUITES: Readonly<Record<string, string>> = {
  timing: 'Does the time of a refusal tell its cause?',
  'slow-clients': 'Clients that hold connections without using them',
  'rolling-restart': 'Restarting nodes under load',
  overload: 'More good logins than can be hashed',
  flood: 'A flood with hostile requests in it',
  'clock-jump': 'A clock that jumps on one of two nodes',
  directories: 'Directories that fail',
  'database-away': 'A PostgreSQL that is away, silent, slow, or cut off',
  'disk-full': 'A disk that is full',
  repetitions: 'Calls that fail, and races that the database decides',
  endurance: 'Minutes of load with hostile requests in it',
  fuzz: 'Texts that no parser expects',
  soak: 'Names, addresses and key ids that are never seen again',
};
