// Drives the rules of a login inside a sandbox, one after the other on the same two objects. The function runs there: its text
// is sent along, so it uses nothing from outside of itself. Called by rule-pipeline.ts.
import type { GuestHost, GuestTools } from '../sandbox/guest-library.ts';

/** What rules are run on. */
export interface RuleInput {
  readonly user: unknown;
  readonly context: unknown;
  readonly configuration: Readonly<Record<string, string>>;
  /** How many rules there are. */
  readonly rules: number;
  readonly userId: string;
}

type Callback = (error?: unknown, user?: unknown, context?: unknown) => void;

/**
 * Ends with the verdict `passed`, with what a rule left in the context; `denied`, when one called back with an error; or
 * `threw`, for any other way in which one failed.
 */
export async function ruleHarness(host: GuestHost, tools: GuestTools, input: RuleInput): Promise<void> {
  // Whatever a rule makes of the global of this name.
  const NativePromise = Promise;
  const updates: { readonly of: string; readonly metadata: unknown }[] = [];
  const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

  class UnauthorizedError extends Error {
    override name = 'UnauthorizedError';
  }

  function updater(of: string) {
    return (userId: unknown, metadata: unknown, callback?: (error: unknown) => void) => {
      if (userId !== input.userId) throw new Error('auth0.users: only the user who logs in can be changed');
      if (!isObject(metadata) || Array.isArray(metadata)) throw new TypeError('auth0.users: metadata is an object');
      // A copy: what happens to the object afterwards was not asked to be stored.
      updates.push({ of, metadata: tools.fromJson(tools.toJson({ ...metadata })) });
      if (typeof callback === 'function') callback(null);
      return NativePromise.resolve();
    };
  }

  Object.assign(globalThis, {
    UnauthorizedError,
    configuration: input.configuration,
    auth0: {
      users: { updateUserMetadata: updater('user_metadata'), updateAppMetadata: updater('app_metadata') },
    },
  });

  class Denied {
    readonly error: unknown;
    constructor(error: unknown) {
      this.error = error;
    }
  }

  const runRule = (rule: unknown, user: unknown, context: unknown) =>
    new NativePromise<{ readonly user: unknown; readonly context: unknown }>((resolve, reject) => {
      if (typeof rule !== 'function') throw new TypeError('A rule is a function of user, context and callback');
      const callback: Callback = (error, nextUser, nextContext) => {
        // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- a word of this function, not an error
        if (error) reject(new Denied(error));
        else
          resolve({
            user: isObject(nextUser) ? nextUser : user,
            context: isObject(nextContext) ? nextContext : context,
          });
      };
      const returned = (rule as (...args: unknown[]) => unknown)(user, context, callback);
      // An asynchronous rule that throws would otherwise never be heard of.
      if (isObject(returned) && typeof returned['then'] === 'function') NativePromise.resolve(returned).catch(reject);
    });

  function messageOf(error: unknown): string {
    const message = isObject(error) ? error['message'] : error;
    return typeof message === 'string' ? message : tools.describe(error);
  }

  try {
    let { user, context } = input as { user: unknown; context: unknown };
    for (let index = 0; index < input.rules; index += 1) {
      ({ user, context } = await runRule(host.load(index), user, context));
    }
    const { accessToken, idToken, redirect, multifactor, primaryUser } = context as Record<string, unknown>;
    if (primaryUser !== input.userId) throw new Error('context.primaryUser cannot be changed in this version');
    const wants = { redirect: !!redirect, multifactor: !!multifactor };
    host.finish('passed', tools.toJson({ accessToken, idToken, ...wants, updates }));
  } catch (thrown) {
    try {
      if (thrown instanceof Denied) host.finish('denied', tools.toJson({ message: messageOf(thrown.error), updates }));
      else host.finish('threw', tools.toJson({ message: tools.describe(thrown) }));
    } catch (unreadable) {
      host.finish('threw', tools.toJson({ message: tools.describe(unreadable) }));
    }
  }
}
