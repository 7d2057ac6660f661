// One delivery of a log stream as it goes over the wire: its body in the format of the stream, and its signature by the
// Standard Webhooks specification 1.0 (webhook-id, webhook-timestamp, webhook-signature).
import { createHash, createHmac } from 'node:crypto';
import type { Secret } from '../lib/secret.ts';
import type { FedEvent } from '../log/log-feed-store.ts';
import { toStreamed } from './log-sink.ts';
import type { LogStream, StreamFormat } from './log-stream.ts';

/** How secrets for signatures begin; base64 follows. */
export const SIGNING_SECRET_PREFIX = 'whsec_';

interface Message {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The delivery of these events; it is another one each second, and its id stays the same for the same events. */
export function writeMessage(stream: LogStream, events: readonly FedEvent[], now: number): Message {
  const body = bodyOf(stream.contentFormat, events);
  const id = `msg_${createHash('sha256').update(`${stream.id} ${body}`).digest('hex').slice(0, 32)}`;
  const timestamp = String(Math.floor(now / 1000));
  return {
    headers: {
      ...Object.fromEntries(stream.headers.map(({ header, value }) => [header, value.reveal()])),
      ...(stream.authorization === null ? {} : { authorization: stream.authorization.reveal() }),
      'content-type': stream.contentType,
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signatureOf(stream.signingSecret, `${id}.${timestamp}.${body}`)}`,
    },
    body,
  };
}

function bodyOf(format: StreamFormat, events: readonly FedEvent[]): string {
  const texts = events.map(toStreamed);
  if (format === 'JSONARRAY') return `[${texts.join(',')}]`;
  return format === 'JSONOBJECT' ? texts.join('') : texts.map((text) => `${text}\n`).join('');
}

function signatureOf(secret: Secret, content: string): string {
  const key = Buffer.from(secret.reveal().slice(SIGNING_SECRET_PREFIX.length), 'base64');
  return createHmac('sha256', key).update(content, 'utf8').digest('base64');
}
