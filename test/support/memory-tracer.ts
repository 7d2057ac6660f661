// The least that the OpenTelemetry API takes for an SDK: spans in memory, contexts that follow asynchronous calls, and the
// header of W3C Trace Context.
import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Attributes,
  type Context,
  context,
  INVALID_SPAN_CONTEXT,
  propagation,
  ROOT_CONTEXT,
  type Span,
  type SpanOptions,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';

export interface RecordedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Null for the first span of a trace. */
  readonly parentId: string | null;
  readonly kind: number | undefined;
  readonly attributes: Attributes;
  /** Everything that was written on it beside attributes, which should be nothing but a status. */
  readonly written: unknown[];
  isError: boolean;
  ended: boolean;
}

/** Registers it for this process; the list fills with spans in the order in which they begin. */
export function registerMemoryTracer(): RecordedSpan[] {
  const spans: RecordedSpan[] = [];
  const storage = new AsyncLocalStorage<Context>();
  context.setGlobalContextManager({
    active: () => storage.getStore() ?? ROOT_CONTEXT,
    with: (active, work, self, ...args) => storage.run(active, () => work.call(self as never, ...args)),
    bind: (_active, target) => target,
    enable() {
      return this;
    },
    disable() {
      return this;
    },
  });
  propagation.setGlobalPropagator({
    inject: () => {},
    extract(active, carrier, getter) {
      const [, traceId, spanId] = /^00-(\w{32})-(\w{16})-01$/.exec(String(getter.get(carrier, 'traceparent'))) ?? [];
      if (traceId === undefined || spanId === undefined) return active;
      return trace.setSpanContext(active, { traceId, spanId, traceFlags: 1, isRemote: true });
    },
    fields: () => ['traceparent'],
  });
  const tracer = createTracer(spans);
  trace.setGlobalTracerProvider({ getTracer: () => tracer });
  return spans;
}

function createTracer(spans: RecordedSpan[]): Tracer {
  function startSpan(name: string, options: SpanOptions = {}, parent: Context = context.active()): Span {
    const { traceId, spanId } = trace.getSpanContext(parent) ?? INVALID_SPAN_CONTEXT;
    const isFirst = spanId === INVALID_SPAN_CONTEXT.spanId;
    const record: RecordedSpan = {
      name,
      traceId: isFirst ? hexadecimal(32, spans.length + 1) : traceId,
      spanId: hexadecimal(16, spans.length + 1),
      parentId: isFirst ? null : spanId,
      kind: options.kind,
      attributes: { ...options.attributes },
      written: [],
      isError: false,
      ended: false,
    };
    spans.push(record);
    return spanOf(record);
  }
  return {
    startSpan,
    startActiveSpan(...args: unknown[]): never {
      const work = args.pop() as (span: Span) => never;
      const [name, options, parent = context.active()] = args as [string, SpanOptions?, Context?];
      const span = startSpan(name, options, parent);
      return context.with(trace.setSpan(parent, span), () => work(span));
    },
  };
}

function spanOf(record: RecordedSpan): Span {
  const span: Span = {
    spanContext: () => ({ traceId: record.traceId, spanId: record.spanId, traceFlags: 1 }),
    setAttribute: (key, value) => span.setAttributes({ [key]: value }),
    setAttributes(attributes) {
      Object.assign(record.attributes, attributes);
      return span;
    },
    setStatus(status) {
      record.isError = status.code === SpanStatusCode.ERROR;
      record.written.push(status.message ?? '');
      return span;
    },
    addEvent: (...event) => note(event),
    addLink: (link) => note(link),
    addLinks: (links) => note(links),
    updateName: (name) => note(name),
    recordException: (exception) => void note(exception),
    isRecording: () => !record.ended,
    end() {
      record.ended = true;
    },
  };
  function note(what: unknown): Span {
    record.written.push(what);
    return span;
  }
  return span;
}

function hexadecimal(digits: number, value: number): string {
  return value.toString(16).padStart(digits, '0');
}
