// What the operational log may say of a thrown value. Errors of other people's code carry requests, configurations and
// inputs in their fields, so nothing is copied but an allow-list, and messages are scrubbed of the values they quote.

interface ErrorDescription {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: ErrorDescription;
}

const DEEPEST_CAUSE = 5;

/** Name, scrubbed message, code, stack frames and the same of the cause; a thrown non-error gives its type only. */
export function describeError(thrown: unknown, depth = 0): ErrorDescription {
  if (!(thrown instanceof Error)) return { name: typeof thrown, message: 'a value that is no error was thrown' };
  const code = (thrown as { code?: unknown }).code;
  return {
    name: thrown.name.slice(0, 64),
    message: scrub(thrown.message),
    ...(typeof code === 'string' && /^[A-Za-z0-9_]{1,64}$/.test(code) ? { code } : {}),
    ...(depth === 0 ? { stack: frames(thrown) } : {}),
    ...(thrown.cause !== undefined && depth < DEEPEST_CAUSE ? { cause: describeError(thrown.cause, depth + 1) } : {}),
  };
}

// Security: the first line of a stack repeats the message unscrubbed; only the frames are kept.
function frames(error: Error): string {
  return (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 12)
    .join('\n');
}

/** The message without quoted values, credentials in addresses, and anything long and random. */
function scrub(message: string): string {
  return message
    .slice(0, 1024)
    .replace(/"[^"]*"?|'[^']*'|`[^`]*`/g, '[value]')
    .replace(/\/\/[^/@\s]*@/g, '//[value]@')
    .replace(/[A-Za-z0-9+/=_.-]{24,}/g, '[value]')
    .replace(/(=|: ?)\S*\d\S*/g, '$1[value]')
    .slice(0, 256);
}
