// The command line: makes commands of the table, and shows their errors.
import { Command, CommanderError, Option } from 'commander';
import { type Options, OptionsSchema, SECRET_OPTIONS } from '../config/config.ts';
import { ConfigurationError, loadConfiguration } from '../config/load-config.ts';
import type { CommandEntry, Invocation, Terminal } from './command.ts';
import { COMMANDS, GROUPS } from './command-table.ts';
import { isPlainError, plainMessage } from './plain-error.ts';
import { processTerminal } from './terminal.ts';

/** The options that a command which only opens the database shows in its help. */
const DATABASE_OPTIONS = new Set(['data_dir', 'database_url']);

const HELP_WIDTH = 110;

/** Runs one command; resolves to the exit code. */
export async function runCommand(
  argv: readonly string[],
  version: string,
  terminal: Terminal = processTerminal,
): Promise<number> {
  let exitCode = 0;
  const program = createProgram(version, terminal, async (entry, invocation) => {
    const run = await entry.load();
    exitCode = (await run(invocation)) ?? 0;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    // Help, version and misspelt commands: the library has printed what there is to say.
    if (error instanceof CommanderError) return error.exitCode;
    if (!isPlainError(error)) throw error;
    if (argv.includes('--json')) terminal.note(JSON.stringify({ error: plainMessage(error) }));
    else terminal.note(`gatehouse: ${plainMessage(error)}`);
    return 1;
  }
}

/** The help of every command by its name, as `--help` prints it. */
export function helpOfCommands(): ReadonlyMap<string, string> {
  const program = createProgram('', processTerminal, async () => {});
  const find = (name: string) =>
    name.split(' ').reduce<Command | undefined>((at, word) => at?.commands.find((one) => one.name() === word), program);
  return new Map(
    COMMANDS.map((entry) => [entry.name, `${find(entry.name)?.helpInformation() ?? ''}${examplesOf(entry)}`]),
  );
}

type Start = (entry: CommandEntry, invocation: Invocation) => Promise<void>;

function createProgram(version: string, terminal: Terminal, start: Start): Command {
  const program = new Command('gatehouse')
    .description('A self-hosted, Auth0-compatible authorization server for the OAuth 2.0 password grant.')
    .version(version)
    .exitOverride()
    .configureHelp({ helpWidth: HELP_WIDTH })
    .configureOutput({
      writeOut: (text) => terminal.print(text.trimEnd()),
      writeErr: (text) => terminal.note(text.trimEnd()),
    })
    .showHelpAfterError('Run with --help to see what there is.');
  for (const entry of COMMANDS) addCommand(program, entry, terminal, start);
  return program;
}

function addCommand(program: Command, entry: CommandEntry, terminal: Terminal, start: Start): void {
  const [first = '', ...rest] = entry.name.split(' ');
  const parent = rest.length === 0 ? program : groupOf(program, first);
  const command = parent
    .command([rest.at(-1) ?? first, entry.takes ?? ''].join(' ').trim())
    .description(entry.summary)
    .addHelpText('after', examplesOf(entry));
  for (const { form, words, repeatable } of entry.flags ?? []) {
    if (repeatable) command.option(form, `${words}; may be given several times`, collect);
    else command.option(form, words);
  }
  if (!entry.serves) command.option('--json', 'print one JSON value instead of words');
  addConfigurationOptions(command, entry.serves === true);
  command.action(async (...given: unknown[]) => {
    const flags = command.opts<Invocation['flags']>();
    const configuration = await configurationOf(flags, terminal);
    const args = given.filter((value) => typeof value === 'string');
    await start(entry, { configuration, terminal, args, flags });
  });
}

function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}

function groupOf(program: Command, name: string): Command {
  const known = program.commands.find((command) => command.name() === name);
  return known ?? program.command(name).description(GROUPS[name] ?? '');
}

function examplesOf({ examples }: CommandEntry): string {
  return `\nExamples:\n${examples.map((example) => `  gatehouse ${example}`).join('\n')}\n`;
}

/** The configuration's options as flags. The master key is none of them: every user of a machine sees its command lines. */
function addConfigurationOptions(command: Command, shown: boolean): void {
  command.option('--config <file>', 'YAML file with options');
  for (const [name, schema] of Object.entries(OptionsSchema.properties)) {
    if (SECRET_OPTIONS.has(name)) continue;
    const { description, default: fallback } = schema as { description?: string; default?: unknown };
    const usual =
      fallback === '' || (Array.isArray(fallback) && fallback.length === 0) ? '' : ` (default: ${String(fallback)})`;
    const option = new Option(`--${name.replaceAll('_', '-')} <value>`, `${description}${usual}`);
    command.addOption(option.hideHelp(!shown && !DATABASE_OPTIONS.has(name)));
  }
}

async function configurationOf(flags: Invocation['flags'], terminal: Terminal) {
  const given: Partial<Record<keyof Options, unknown>> = {};
  for (const name of Object.keys(OptionsSchema.properties) as (keyof Options)[]) {
    given[name] = flags[name.replace(/_([a-z])/g, (_mark, letter: string) => letter.toUpperCase())];
  }
  const file = flags['config'];
  if (file === '') throw new ConfigurationError('--config needs the path of a file.');
  const { environment } = terminal;
  return loadConfiguration({ file: typeof file === 'string' ? file : null, environment, flags: given });
}
