// What a command is: its place in the table, and what it is given when somebody runs it.
import type { Configuration } from '../config/config.ts';

/** Where a command reads and writes; a test brings its own. */
export interface Terminal {
  /** A line of the result. */
  print(line: string): void;
  /** A line beside the result: warnings, progress, errors. */
  note(line: string): void;
  /** True when somebody sees what is noted as it happens. */
  readonly isWatched: boolean;
  /** A note that the next one overwrites; nothing where nobody watches. */
  overwrite(line: string): void;
  /** All of standard input, without the line break at its end. */
  readInput(): Promise<string>;
  /** A line that somebody types unseen; of standard input, all of it, when nobody is there to type. */
  askSecret(question: string): Promise<string>;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** One run of a command. */
export interface Invocation {
  readonly configuration: Configuration;
  readonly terminal: Terminal;
  /** What stood after the command's name, in order. */
  readonly args: readonly string[];
  /** The command's own flags, by name in camel case. */
  readonly flags: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
}

/** Runs the command; resolves to the exit code, nothing meaning 0. */
export type RunCommand = (invocation: Invocation) => Promise<number | void>;

/** A flag of one command, as its help shows it. */
export interface Flag {
  /** Such as `--dry-run` or `--output <file>`. */
  readonly form: string;
  readonly words: string;
  /** True for a flag that may be given several times. */
  readonly repeatable?: boolean;
}

/** One line of the command table. */
export interface CommandEntry {
  /** Such as `apply` or `client create`. */
  readonly name: string;
  /** Such as `<file>`; empty for none. */
  readonly takes?: string;
  readonly summary: string;
  /** What to type, without the program's name. */
  readonly examples: readonly string[];
  readonly flags?: readonly Flag[];
  /** True for the few that need more of the configuration than where the database is. */
  readonly serves?: boolean;
  /** Loads the code; only the command that runs pays for its imports. */
  readonly load: () => Promise<RunCommand>;
}

/** Prints the result: as one JSON value where `--json` was given, in words otherwise. */
export function show(
  { terminal, flags }: Pick<Invocation, 'terminal' | 'flags'>,
  json: unknown,
  lines: readonly string[],
): void {
  if (flags['json'] === true) terminal.print(JSON.stringify(json, null, 2));
  else for (const line of lines) terminal.print(line);
}

/** The texts of a repeatable flag. */
export function listFlag({ flags }: Pick<Invocation, 'flags'>, name: string): readonly string[] {
  const value = flags[name];
  return Array.isArray(value) ? (value as readonly string[]) : [];
}

/** The text of a flag; null when it was not given. */
export function textFlag({ flags }: Pick<Invocation, 'flags'>, name: string): string | null {
  const value = flags[name];
  return typeof value === 'string' ? value : null;
}
