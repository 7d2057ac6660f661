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

// Up to the value of `password=VALUE`, `Authorization: Bearer VALUE` and the like.
const NAMED_SECRET =
  /\b([\w-]*(?:pass|pwd|secret|token|authorization|cookie|credential|assertion)[\w-]*\s*[=:]\s*(?:(?:bearer|basic)\s+)?)[^\s&;,]+/gi;

/** Name, scrubbed message, code, the same of the cause, and where the innermost one came from; a thrown non-error gives its type only. */
export function describeError(thrown: unknown, depth = 0): ErrorDescription {
  if (!(thrown instanceof Error)) return { name: typeof thrown, message: 'a value that is no error was thrown' };
  const code = (thrown as { code?: unknown }).code;
  const hasCause = thrown.cause !== undefined && depth < DEEPEST_CAUSE;
  return {
    name: textOf(thrown.name).slice(0, 64),
    message: scrub(textOf(thrown.message)),
    ...(typeof code === 'string' && /^[A-Za-z0-9_]{1,64}$/.test(code) ? { code } : {}),
    ...(hasCause ? { cause: describeError(thrown.cause, depth + 1) } : { stack: frames(thrown) }),
  };
}

/** Other people's errors may have anything as a member; what is no text is not looked into. */
function textOf(member: unknown): string {
  return typeof member === 'string' ? member : '';
}

// Security: a stack begins with the message, unscrubbed, and a line of a message may look like a frame; only what follows
// the message is kept, and nothing when the message cannot be found there.
function frames({ stack, message }: Error): string {
  const start = textOf(stack).indexOf(textOf(message));
  if (start < 0) return '';
  return textOf(stack)
    .slice(start + textOf(message).length)
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
    .replace(NAMED_SECRET, '$1[value]')
    .replace(/[A-Za-z0-9+/=_.-]{24,}/g, '[value]')
    .replace(/(=|: ?)\S*\d\S*/g, '$1[value]')
    .slice(0, 256);
}
