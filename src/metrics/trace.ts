// Spans of a token request, through the OpenTelemetry API only: without an SDK that the operator registers nothing is
// recorded and next to nothing is spent. A span says which phase, how it ended and how long it took; names, addresses, tokens
// and texts of errors never get into one.
import { context, propagation, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { OAuthError } from '../error/oauth-error.ts';
import type { GrantLabel, RequestOutcome } from './metrics.ts';

/** The phases of a token request that are told apart. */
export type Phase =
  | 'read'
  | 'client authentication'
  | 'login'
  | 'guard'
  | 'directory'
  | 'target'
  | 'rules'
  | 'actions'
  | 'sign'
  | 'commit';

const tracer = trace.getTracer('gatehouse');
/** Requests under way whose span somebody records: without one, a phase costs a look at this number. */
let recordedRequests = 0;
const OUTCOME = 'gatehouse.outcome';

/**
 * Does the work, which may be a promise's, in a span of its own under the one it was called in; returns or throws what the
 * work does. `strategy` is the kind of the connection, where the phase has one.
 */
export function traced<T>(phase: Phase, work: () => T, strategy: string | null = null): T {
  if (recordedRequests === 0) return work();
  return tracer.startActiveSpan(phase, (span) => {
    if (!span.isRecording()) return work();
    if (strategy !== null) span.setAttribute('gatehouse.strategy', strategy);
    return ended(span, work);
  });
}

function ended<T>(span: Span, work: () => T): T {
  let result: T;
  try {
    result = work();
  } catch (error) {
    end(span, error);
    throw error;
  }
  if (!(result instanceof Promise)) {
    end(span, null);
    return result;
  }
  // Whoever called waits for the same promise and sees it fail.
  result.then(
    () => end(span, null),
    (error: unknown) => end(span, error),
  );
  return result;
}

function end(span: Span, error: unknown): void {
  if (error !== null) {
    const isFault = !(error instanceof OAuthError) || error.status >= 500;
    span.setAttribute(OUTCOME, error instanceof OAuthError ? error.code : 'fault');
    if (isFault) span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
}

/** Says of a token request what only its end tells. */
export type DescribeRequest = (grant: GrantLabel, outcome: RequestOutcome, status: number) => void;

/**
 * Does the work in the span of a whole token request. `traceparent` is the header of W3C Trace Context that the request
 * belongs to; null begins a trace of its own.
 */
export function tracedRequest<T>(
  traceparent: string | null,
  work: (describe: DescribeRequest) => Promise<T>,
): Promise<T> {
  const active = context.active();
  // What else a caller may send along (`tracestate`, `baggage`) is free text.
  const parent = traceparent === null ? active : propagation.extract(active, { traceparent });
  return tracer.startActiveSpan('POST /oauth/token', { kind: SpanKind.SERVER }, parent, async (span) => {
    if (!span.isRecording()) return work(() => {});
    recordedRequests += 1;
    try {
      return await work((grant, outcome, status) => {
        span.setAttributes({ 'gatehouse.grant': grant, [OUTCOME]: outcome });
        if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      });
    } finally {
      recordedRequests -= 1;
      span.end();
    }
  });
}
