// Nobody looks into the memory of a server: it holds the master key, signing keys and, for moments, passwords. Called by
// `serve`; `dev`, whose secrets everybody knows, may be looked at.
import { ConfigurationError } from '../config/load-config.ts';

/**
 * Options of Node.js that open the memory to a debugger or write it, or the environment with the master key, to a file. Those
 * that only say how are none: node:test gives them to every file.
 */
const REVEALING =
  /^--(inspect(-brk.*|-wait)?(=|$)|heapsnapshot-signal|heapsnapshot-near-heap-limit(?!=0$)|heap-prof$|report-(on|uncaught))/;

/**
 * Throws a plain error when Node.js was started with an option that shows what is in the memory, and keeps SIGUSR1, which
 * otherwise opens the debugger to every user of the machine, from doing so in this process.
 */
export function keepMemoryPrivate(
  nodeOptions: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): void {
  const fromEnvironment = (environment['NODE_OPTIONS'] ?? '').split(/[\s"]+/);
  // Node.js takes either kind of dash within a name.
  const found = [...nodeOptions, ...fromEnvironment].find((option) => REVEALING.test(option.replaceAll('_', '-')));
  if (found !== undefined) {
    throw new ConfigurationError(
      `Node.js was started with ${found}, which shows what is in the memory of the server: the master key, signing keys, passwords. Start \`serve\` without it, also in NODE_OPTIONS.`,
    );
  }
  // Security: with a listener of ours, Node.js starts no debugger at this signal.
  process.on('SIGUSR1', () => {});
}
