// A program that a test needs the end of.
import { start } from './running-program.ts';

/** What it printed; rejects with that when it does not end well. */
export async function runProgram(command: string, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await start(command, args).ended;
  if (code !== 0) throw new Error(`${command} ended with ${code}:\n${stdout}${stderr}`);
  return stdout;
}
