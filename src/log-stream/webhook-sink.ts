// Sends log events to the address of a stream. What the other side says is never repeated: only whether it took them.
import type { OutgoingFault, OutgoingHttp } from '../directory/outgoing-http.ts';
import type { Clock } from '../lib/clock.ts';
import { categoryOf } from '../log/log-category.ts';
import { DeliveryFailed, type LogSink } from './log-sink.ts';
import type { LogStream } from './log-stream.ts';
import { writeMessage } from './webhook-message.ts';

const TIMEOUT_MS = 10_000;
const MOST_EVENTS = 100;

const WORDS: Readonly<Record<OutgoingFault, string>> = {
  'name-not-found': 'the host has no address',
  'address-refused': 'the host is at no address that may be connected to, see private_networks in the configuration',
  'connect-failed': 'no connection could be opened',
  'connect-timeout': 'no connection could be opened in time',
  'tls-failed': 'the certificate of the host is not trusted, or TLS failed otherwise',
  'not-https': 'only https: is spoken',
  timeout: `no answer within ${TIMEOUT_MS / 1000} s`,
  'connection-lost': 'the connection was lost',
  'answer-too-large': 'the answer is too large',
  'answer-malformed': 'the answer is no HTTP',
  redirected: 'the answer is a redirect, and none is followed',
};

/** What came in the place of an answer; null for an error of another kind. */
type FaultOf = (error: unknown) => OutgoingFault | null;

/** Builds it for a stream. */
export function createWebhookSink(stream: LogStream, http: OutgoingHttp, faultOf: FaultOf, clock: Clock): LogSink {
  const { startFrom } = stream;
  const categories = new Set(stream.categories);
  return {
    kind: 'webhook',
    mostEvents: stream.contentFormat === 'JSONOBJECT' ? 1 : MOST_EVENTS,
    wants: (event) =>
      (categories.size === 0 || categories.has(categoryOf(event.type))) && event.date >= (startFrom ?? 0),
    async deliver(events) {
      const message = writeMessage(stream, events, clock.now());
      let status: number;
      try {
        ({ status } = await http.send({ method: 'POST', url: stream.endpoint, timeoutMs: TIMEOUT_MS, ...message }));
      } catch (error) {
        const fault = faultOf(error);
        if (fault === null) throw error;
        throw new DeliveryFailed(WORDS[fault], { cause: error });
      }
      if (status < 200 || status > 299) throw new DeliveryFailed(`the answer was ${status}`);
    },
  };
}
