// Runs a module in a process of its own, for work that would hold up everybody else here: scanning, streaming, writing for
// minutes. The module answers one message (see `answerParent`). Called by user-import/.
import { fork, type Serializable } from 'node:child_process';
import { lowerOwnPriority } from '../lib/low-priority.ts';

/** What the program says when it has done its work, or could not. */
type Answer<Result> = { readonly result: Result } | { readonly failure: string };

/** The program ended without an answer, or told of a fault of its own. */
class ChildFailure extends Error {
  override readonly name = 'ChildFailure';
}

const MOST_HEARD = 4000;

/** How a child is started. */
export interface ChildOptions {
  /** This process's own; what is the server's alone is left out. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Kills the child. */
  readonly signal?: AbortSignal;
}

/**
 * Starts the module, hands it the message and resolves to what it answers. It ends by itself when this process does. Throws
 * `ChildFailure` when it fails or is killed.
 */
export async function runInChild<Result>(
  module: URL,
  message: Serializable,
  { environment, signal }: ChildOptions,
): Promise<Result> {
  const child = fork(module, {
    env: harmless(environment),
    // A watch or a profile is for the process it was started for. Security: no signal opens a debugger.
    execArgv: ['--disable-sigusr1'],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let heard = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    heard = (heard + text).slice(-MOST_HEARD);
  });
  const kill = () => void child.kill('SIGKILL');
  signal?.addEventListener('abort', kill);
  try {
    const answer = await new Promise<Answer<Result> | null>((resolve, reject) => {
      let answered: Answer<Result> | null = null;
      child.once('message', (given) => {
        answered = given as Answer<Result>;
      });
      child.once('error', reject);
      child.once('close', () => resolve(answered));
      child.send(message, (error) => {
        // One that could not start says so when it closes.
        if (error) kill();
      });
      if (signal?.aborted) kill();
    });
    if (answer && 'result' in answer) return answer.result;
    throw new ChildFailure(answer?.failure ?? `The process ended without an answer. ${heard}`.trim());
  } finally {
    signal?.removeEventListener('abort', kill);
  }
}

/** The other side: does the work for the one message that the parent sends, and ends. */
export function answerParent<Message, Result>(work: (message: Message) => Promise<Result>): void {
  // Nobody waits for it any more.
  process.once('disconnect', () => process.exit(1));
  process.once('message', (message) => {
    lowerOwnPriority();
    void work(message as Message)
      .then(
        (result): Answer<Result> => ({ result }),
        (error: unknown): Answer<Result> => ({ failure: error instanceof Error ? (error.stack ?? error.message) : '' }),
      )
      .then((answer) => process.send?.(answer, () => process.disconnect()));
  });
}

/** Security: the master key and other options of the server stay with the server. */
function harmless(environment: ChildOptions['environment']): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(GATEHOUSE_|NODE_OPTIONS$)/.test(name)));
}
