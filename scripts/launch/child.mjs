// Child processes of the launcher: npm while it sets up, then the program itself. Both get the signals that a
// supervisor or a terminal sends to the launcher, and the launcher ends as its child did.
import { spawn, spawnSync } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, dirname } from 'node:path';

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Thrown when a signal arrived during the set-up: the launcher ends by it and starts nothing more. */
export class Interrupted extends Error {
  constructor(signal) {
    super(`interrupted by ${signal}`);
    this.code = null;
    this.signal = signal;
  }
}

/** The exit status a shell would report: the child's own code, or 128 plus the number of the signal that ended it. */
export function exitStatus({ code, signal }) {
  return signal ? 128 + constants.signals[signal] : code;
}

/** The environment in which `node` means the given binary, also for what the child starts in turn. */
export function withNodeFirst(node) {
  return { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}` };
}

/** Runs a command to its end without showing what it prints; resolves to its exit and everything it printed. */
export async function runQuietly(commandLine, options) {
  // Killed, not asked: an npm that goes on would write into the folder that the next launcher cleans up.
  const [command, ...args] = [...dyingWithLauncher('KILL'), ...commandLine];
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text) => {
      output += text;
    });
  }
  const end = await ended(child);
  if (end.received) throw new Interrupted(end.received);
  return { ...end, output };
}

/** Runs the program on the launcher's own standard streams; resolves to how it ended. */
export async function runProgram(node, programArgs) {
  const [command, ...args] = [...dyingWithLauncher('TERM'), node, ...programArgs];
  return ended(spawn(command, args, { stdio: 'inherit', env: withNodeFirst(node) }));
}

/**
 * What to put before a command so that it does not outlive a launcher killed by SIGKILL, which can forward nothing.
 * On Linux the kernel sends the given signal then, when asked through util-linux's setpriv, which replaces itself by
 * the command (same process id). The alternative, an IPC channel whose closing is noticed, needs code inside the
 * program and is inherited by what that forks. Where setpriv is missing (macOS, Alpine) the command runs on.
 */
function dyingWithLauncher(signal) {
  if (process.platform !== 'linux') return [];
  const setpriv = ['setpriv', '--pdeathsig', signal, '--'];
  const probe = spawnSync(setpriv[0], [...setpriv.slice(1), 'true'], { stdio: 'ignore' });
  return probe.status === 0 ? setpriv : [];
}

function ended(child) {
  return new Promise((resolve, reject) => {
    let received = null;
    const forward = (signal) => {
      received = signal;
      child.kill(signal);
    };
    for (const signal of FORWARDED) process.on(signal, forward);
    const stop = () => {
      for (const signal of FORWARDED) process.off(signal, forward);
    };
    child.once('error', (error) => {
      stop();
      reject(error);
    });
    child.once('close', (code, signal) => {
      stop();
      resolve({ code, signal, received });
    });
  });
}
