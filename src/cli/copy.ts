// `gatehouse copy`: moves everything from one database to another, whichever engines they are.
import { copyDatabase } from '../backup/copy-database.ts';
import { ConfigurationError } from '../config/load-config.ts';
import { openDatabase } from '../storage/database.ts';
import { type Invocation, show, textFlag } from './command.ts';
import { createProgress } from './progress.ts';
import { alignedTable } from './table.ts';

/** Copies, compares and reports; what was interrupted is continued. */
export async function copy(invocation: Invocation): Promise<void> {
  const { configuration, terminal } = invocation;
  const from = textFlag(invocation, 'from') ?? configuration.databaseUrl;
  const to = textFlag(invocation, 'to') ?? configuration.databaseUrl;
  if (from === to) {
    throw new ConfigurationError(
      'Name two different databases with --from and --to; the configured one is the default of both.',
    );
  }
  const source = await openDatabase(from, { mustExist: true });
  try {
    const target = await openDatabase(to);
    try {
      const { tables, wasComplete, continued } = await copyDatabase(source, target, createProgress(terminal));
      terminal.overwrite('');
      show(invocation, { tables, was_complete: wasComplete, continued, equal: true }, [
        ...alignedTable(
          ['table', 'rows'],
          tables.map(({ name, rows }) => [name, String(rows)]),
        ),
        wasComplete
          ? 'The target held all of it already; both sides are equal.'
          : `${continued ? 'The copy was continued and is' : 'The copy is'} complete; both sides are equal.`,
      ]);
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}
