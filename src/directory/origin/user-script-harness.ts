// Drives a custom database script inside a sandbox: gives it what it is asked, and reads what it calls back with. The function
// runs there: its text is sent along, so it uses nothing from outside of itself. Called by user-script.ts.
import type { GuestHost, GuestTools } from '../../sandbox/guest-library.ts';

/** What a script is run on. */
export interface UserScriptInput {
  /** What stands before `callback`. */
  readonly args: readonly unknown[];
  readonly configuration: Readonly<Record<string, string>>;
}

/**
 * Ends with the verdict `answered`, with what the script called back with; `wrong`, `unauthorized`, `invalid` or `failed`, by
 * the error that it called back with; or `threw`, for any other way in which it failed.
 */
export async function userScriptHarness(host: GuestHost, tools: GuestTools, input: UserScriptInput): Promise<void> {
  // Whatever a script makes of the global of this name.
  const NativePromise = Promise;
  const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

  class WrongUsernameOrPasswordError extends Error {
    override name = 'WrongUsernameOrPasswordError';
    readonly user: unknown;
    constructor(user?: unknown, message?: string) {
      super(message);
      this.user = user;
    }
  }
  class UnauthorizedError extends Error {
    override name = 'UnauthorizedError';
  }
  class ValidationError extends Error {
    override name = 'ValidationError';
    readonly code: unknown;
    constructor(code?: unknown, message?: string) {
      super(message);
      this.code = code;
    }
  }
  Object.assign(globalThis, {
    ...{ WrongUsernameOrPasswordError, UnauthorizedError, ValidationError },
    configuration: input.configuration,
  });

  class CalledBack {
    readonly error: unknown;
    constructor(error: unknown) {
      this.error = error;
    }
  }

  const run = (script: unknown) =>
    new NativePromise<unknown>((resolve, reject) => {
      if (typeof script !== 'function') throw new TypeError('A script is a function that ends in a callback');
      const callback = (error?: unknown, result?: unknown) => {
        // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- a word of this function, not an error
        if (error) reject(new CalledBack(error));
        else resolve(result);
      };
      const returned = (script as (...args: unknown[]) => unknown)(...input.args, callback);
      // An asynchronous script that throws would otherwise never be heard of.
      if (isObject(returned) && typeof returned['then'] === 'function') NativePromise.resolve(returned).catch(reject);
    });

  function messageOf(error: unknown): string {
    const message = isObject(error) ? error['message'] : error;
    return typeof message === 'string' ? message : tools.describe(error);
  }

  function finishWith(error: unknown): void {
    const message = messageOf(error);
    if (error instanceof WrongUsernameOrPasswordError) {
      const user = typeof error.user === 'string' ? error.user : null;
      host.finish('wrong', tools.toJson({ user, message }));
    } else if (error instanceof UnauthorizedError) {
      host.finish('unauthorized', tools.toJson({ message }));
    } else if (error instanceof ValidationError) {
      host.finish('invalid', tools.toJson({ code: error.code, message }));
    } else {
      host.finish('failed', tools.toJson({ message }));
    }
  }

  try {
    const result = await run(host.load(0));
    host.finish('answered', tools.toJson({ result: result ?? null }));
  } catch (thrown) {
    try {
      if (thrown instanceof CalledBack) finishWith(thrown.error);
      else host.finish('threw', tools.toJson({ message: tools.describe(thrown) }));
    } catch (unreadable) {
      host.finish('threw', tools.toJson({ message: tools.describe(unreadable) }));
    }
  }
}
