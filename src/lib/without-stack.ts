// Errors that are answers, not faults: where they were made is of no interest, and finding it out costs more than they do.

/** Makes an error that has no stack. */
export function withoutStack<T extends Error>(make: () => T): T {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return make();
  } finally {
    Error.stackTraceLimit = limit;
  }
}
