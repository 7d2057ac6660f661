// The answer to a try of code that could not be made. Called by the *-trial-api.ts files.
import { apiRefusals } from '../error/api-error.ts';
import { NothingToTryOn } from '../grant/login-trial.ts';
import { TurnedAway } from '../lib/fair-line.ts';
import { SandboxUnavailable } from '../sandbox/sandbox-processes.ts';

/** Throws the refusal that says why, or what was thrown when it is something else. */
export function refusedTrial(error: unknown): never {
  if (error instanceof NothingToTryOn) throw apiRefusals.missing(error.missing);
  if (error instanceof TurnedAway || error instanceof SandboxUnavailable) throw apiRefusals.tooBusy();
  throw error;
}
