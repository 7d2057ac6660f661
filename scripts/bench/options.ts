// The command line of the benchmark.
import { parseArgs } from 'node:util';
import type { Engine } from './report.ts';

/** What is to be measured, and where the result goes. */
export interface Options {
  readonly engine: Engine | 'both';
  readonly quick: boolean;
  /** Names of rows; empty for all. */
  readonly only: readonly string[];
  /** One more file for the result; null for none. */
  readonly json: string | null;
  readonly docs: boolean;
  /** Prints docs/performance.md from this result instead of measuring; null to measure. */
  readonly docsFrom: string | null;
  /** Where the databases and the last result are. */
  readonly folder: string;
  /** Where the servers under load write their profiles; null for none. */
  readonly profile: string | null;
}

/** Something on the command line is wrong. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Reads the command line; null when it asks for help. Throws `UsageError`. */
export function readOptions(args: readonly string[], rows: readonly string[]): Options | null {
  const given = parse(args);
  if (given.help) return null;
  const { engine = 'both', only = [] } = given;
  if (engine !== 'both' && engine !== 'sqlite' && engine !== 'postgresql') {
    throw new UsageError(`--engine is sqlite, postgresql or both, not ${engine}.`);
  }
  const unknown = only.find((name) => !rows.includes(name));
  if (unknown !== undefined) throw new UsageError(`There is no row ${unknown}. The rows are: ${rows.join(', ')}.`);
  return {
    engine,
    quick: given.quick ?? false,
    only,
    json: given.json ?? null,
    docs: given.docs ?? false,
    docsFrom: given['docs-from'] ?? null,
    folder: given.folder ?? '.bench',
    profile: given.profile ?? null,
  };
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        engine: { type: 'string' },
        quick: { type: 'boolean' },
        only: { type: 'string', multiple: true },
        json: { type: 'string' },
        docs: { type: 'boolean' },
        'docs-from': { type: 'string' },
        folder: { type: 'string' },
        profile: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

/** What `--help` prints. */
export function describeUsage(rows: readonly string[]): string {
  return `Usage: npm run bench -- [OPTIONS]

Measures this machine: real servers under load, against a bare server that does only the unavoidable work.
The result is printed, and kept in the folder as result.json. In full it takes less than ten minutes.

  --engine NAME     sqlite, postgresql or both (default: both where PostgreSQL is installed)
  --quick           less than two minutes: rougher numbers, without the rows that take long
  --only ROW        only this row; may be given several times
                    (${rows.join(', ')})
  --json FILE       writes the result to this file too
  --docs            writes docs/performance.md from the result
  --docs-from FILE  writes docs/performance.md from an earlier result, and measures nothing
  --profile DIR     has Node.js write a CPU profile of every server under load into this folder
  --folder DIR      where databases and results are kept (default: .bench)
  --help            this text
`;
}
