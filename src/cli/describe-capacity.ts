// What `doctor --capacity` says of the machine, in words.
import type { Configuration } from '../config/config.ts';
import type { Forecast } from './capacity-forecast.ts';
import type { Measured, Rate } from './measure-capacity.ts';
import { alignedTable } from './table.ts';

/** Three tables: what was measured, what a node will do, and what it takes to do more. */
export function describeCapacity(
  { processors, hashes, signatures, commits }: Measured,
  forecast: Forecast,
  { memoryKib, iterations, parallelism, slots }: Configuration['hashing'],
): string[] {
  const cost = `argon2id, ${Math.ceil(memoryKib / 1024)} MiB, t=${iterations}, p=${parallelism}`;
  const rate = ({ perSecond }: Rate) => `${digits(perSecond)}/s`;
  const { loginsPerSecond, loginMs, clientCredentialsPerSecond, memoryMib, sizing } = forecast;
  return [
    '',
    `Measured on ${processors} processors; hashes are ${cost}`,
    ...alignedTable(
      ['', '', ''],
      [
        ...hashes.map((one) => [`hashes, ${one.inFlight} at once`, rate(one), `${digits(one.medianMs)} ms each`]),
        ['RS256 signatures', rate(signatures.RS256), ''],
        ['ES256 signatures', rate(signatures.ES256), ''],
        commits === null
          ? ['commits', '-', 'could not be measured']
          : ['commits', `${digits(commits.medianMs)} ms`, `99 of 100 within ${digits(commits.slowHundredthMs)} ms`],
      ],
    ).slice(1),
    '',
    'What one node will do here, with nothing else on the machine',
    ...alignedTable(
      ['', ''],
      [
        ['logins', `${digits(loginsPerSecond)}/s`],
        ['one login', `${digits(loginMs)} ms`],
        ['client credentials, RS256', `${digits(clientCredentialsPerSecond.RS256)}/s`],
        ['client credentials, ES256', `${digits(clientCredentialsPerSecond.ES256)}/s`],
        ['memory', `${memoryMib} MiB with ${slots} hash slots at work`],
      ],
    ).slice(1),
    '',
    'What it takes, with three tenths left free',
    ...alignedTable(
      ['logins a second', 'processors in all', 'nodes like this'],
      sizing.map((row) => [String(row.loginsPerSecond), String(row.processors), String(row.nodes)]),
    ),
  ];
}

/** The number with the two digits that it is good for. */
function digits(value: number): string {
  return Number(value.toPrecision(value >= 100 ? 3 : 2)).toLocaleString('en-US');
}
