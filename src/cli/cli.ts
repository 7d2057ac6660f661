// The command line: which commands there are, their flags, and how their errors are shown.
import { Command, Option } from 'commander';
import { type Options, OptionsSchema } from '../config/config.ts';
import { ConfigurationError, loadConfiguration } from '../config/load-config.ts';
import { isPlainError, plainMessage } from './plain-error.ts';

/** Runs one command; resolves to the exit code. */
export async function runCommand(argv: readonly string[], version: string): Promise<number> {
  const program = new Command('gatehouse')
    .description('A self-hosted, Auth0-compatible authorization server for the OAuth 2.0 password grant.')
    .version(version)
    .showHelpAfterError('Run with --help to see what there is.');

  withOptions(program.command('dev'))
    .description('Try it on this machine: http and https on loopback, a quick-start tenant, and a first token.')
    .option('--apply <file>', 'apply this tenant file at the start instead of the quick-start one')
    .action(async (flags: Flags) => {
      const { dev } = await import('./dev.ts');
      await dev(await configurationOf(flags), flags.apply ?? null);
    });

  withOptions(program.command('serve'))
    .description('Serve for real: needs a master key, and a proxy with TLS in front.')
    .action(async (flags: Flags) => {
      const { serve } = await import('./serve.ts');
      await serve(await configurationOf(flags));
    });

  withOptions(program.command('apply <file>'))
    .description('Bring a tenant to what the file says, all of it or nothing. Works beside a running server.')
    .action(async (file: string, flags: Flags) => {
      const { apply } = await import('./apply.ts');
      await apply(await configurationOf(flags), file);
    });

  try {
    await program.parseAsync([...argv], { from: 'user' });
    return 0;
  } catch (error) {
    if (!isPlainError(error)) throw error;
    console.error(`gatehouse: ${plainMessage(error)}`);
    return 1;
  }
}

type Flags = Record<string, unknown> & { readonly apply?: string; readonly config?: string };

/** The configuration's options as flags. The master key is none of them: every user of a machine sees its command lines. */
function withOptions(command: Command): Command {
  command.option('--config <file>', 'YAML file with options');
  for (const [name, schema] of Object.entries(OptionsSchema.properties)) {
    if (name === 'master_key') continue;
    const { description, default: fallback } = schema as { description?: string; default?: unknown };
    const shown =
      fallback === '' || (Array.isArray(fallback) && fallback.length === 0) ? '' : ` (default: ${String(fallback)})`;
    const flag = new Option(`--${name.replaceAll('_', '-')} <value>`, `${description}${shown}`);
    command.addOption(flag);
  }
  return command;
}

async function configurationOf(flags: Flags) {
  const given: Partial<Record<keyof Options, unknown>> = {};
  for (const name of Object.keys(OptionsSchema.properties) as (keyof Options)[]) {
    given[name] = flags[name.replace(/_([a-z])/g, (_mark, letter: string) => letter.toUpperCase())];
  }
  if (flags.config === '') throw new ConfigurationError('--config needs the path of a file.');
  return loadConfiguration({ file: flags.config ?? null, environment: process.env, flags: given });
}
