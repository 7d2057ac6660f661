// Waits for a server that does not say when it is ready.
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningProgram } from './running-program.ts';

const LOOK_AGAIN_MS = 20;
const MOST_LOOKS = 3000;

/** Resolves when somebody listens at the port of this machine; rejects when the program ends before that. */
export async function whenListening(port: number, program: RunningProgram): Promise<void> {
  let failed: string | null = null;
  const noteTheEnd = async () => {
    failed = await program.ended.then(
      ({ stdout, stderr }) => stdout + stderr,
      (error: unknown) => String(error),
    );
  };
  void noteTheEnd();
  for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
    if (await listens(port)) return;
    if (failed !== null) throw new Error(`It ended before it listened:\n${String(failed)}`);
    await sleep(LOOK_AGAIN_MS);
  }
  throw new Error(`Nobody listens at ${port}:\n${program.printed()}`);
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
