// Prints docs/cli.md: every command with its help, as the command line itself prints it.
import { helpOfCommands } from '../../src/cli/cli.ts';
import { COMMANDS } from '../../src/cli/command-table.ts';

/** The page as it should be. */
export function printCli(): string {
  const help = helpOfCommands();
  const overview = COMMANDS.map(
    ({ name, summary }) => `| [${name}](#gatehouse-${name.replaceAll(' ', '-')}) | ${summary} |`,
  );
  const sections = COMMANDS.map(({ name }) =>
    [`## gatehouse ${name}`, '', '```text', (help.get(name) ?? '').trimEnd(), '```', ''].join('\n'),
  );
  return [
    '# The command line',
    '',
    'Every command there is, printed from its own help by `npm run docs`. In a checkout write `npm run gatehouse -- COMMAND`.',
    '',
    '- Every option of [configuration.md](configuration.md) is a flag of every command too, or comes from the environment or the',
    '  file that `--config` names. Secrets are no flags: they come from the environment, from files or from standard input.',
    '- `--json` prints one JSON value instead of words; errors are then `{"error": "..."}` on standard error. Warnings and',
    '  progress go to standard error. The exit code is 0 when all went well and 1 when something did not.',
    '- All commands work beside a running server, which follows within five seconds; only `restore` wants it stopped.',
    '',
    '| command | |',
    '| --- | --- |',
    ...overview,
    '',
    ...sections,
  ].join('\n');
}
