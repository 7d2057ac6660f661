// Requests to one directory within the time of one login. What is no answer at all, or an answer that nobody can be served
// now, is an outage; every other answer is the caller's to understand.
import type { Clock } from '../lib/clock.ts';
import { OutgoingFailure, type OutgoingHttp, type OutgoingResponse } from './outgoing-http.ts';
import { UpstreamOutage } from './upstream-driver.ts';

interface UpstreamRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Sends a request in what is left of the time; throws `UpstreamOutage` where there is no answer. */
export type UpstreamSend = (request: UpstreamRequest) => Promise<OutgoingResponse>;

export const OPERATION_MS = 5000;

/** A `send` whose requests together take at most `timeoutMs`, each at most `operationMs`. */
export function sendWithin(
  http: OutgoingHttp,
  clock: Clock,
  timeoutMs: number,
  operationMs: number = OPERATION_MS,
): UpstreamSend {
  const startedAt = clock.monotonic();
  return async (request) => {
    const leftMs = Math.min(operationMs, timeoutMs - (clock.monotonic() - startedAt));
    if (leftMs <= 0) throw new UpstreamOutage('directory-timeout');
    try {
      return await http.send({ ...request, timeoutMs: leftMs });
    } catch (error) {
      if (!(error instanceof OutgoingFailure)) throw error;
      throw new UpstreamOutage(`directory-${error.fault}`, null, error);
    }
  };
}

/** Throws `UpstreamOutage` for a status that says so: 429, and 500 and above. */
export function requireServing({ status, retryAfterSeconds }: OutgoingResponse): void {
  if (status === 429) throw new UpstreamOutage('directory-throttled', retryAfterSeconds);
  if (status >= 500) throw new UpstreamOutage('directory-http-error', retryAfterSeconds);
}

/** The JSON object in the answer; throws `UpstreamOutage` for anything else. */
export function jsonOf({ body }: OutgoingResponse): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch (error) {
    // Security: the parser quotes what it could not read, so its error is no cause of ours.
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new UpstreamOutage('directory-answer-not-json');
}

/** A form for the body of a POST. */
export function formOf(fields: Readonly<Record<string, string>>): Pick<UpstreamRequest, 'headers' | 'body'> {
  return {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields).toString(),
  };
}
