// Somebody who receives log streams, and a server that may send to them.
import { createHmac } from 'node:crypto';
import type { LogStreamStore } from '../../src/log-stream/log-stream-store.ts';
import { type HttpsStandIn, type SeenRequest, startHttpsStandIn } from './https-stand-in.ts';
import { type ManagementServer, startManagementServer } from './management-server.ts';

/** An event as a stream sends it. */
export interface StreamedEvent {
  readonly log_id: string;
  readonly data: Record<string, unknown>;
}

export interface ReceivingServer extends ManagementServer {
  readonly receiver: HttpsStandIn;
  /** The events of every delivery that was taken, in their order. */
  received(): StreamedEvent[];
  /** Makes a stream to the receiver. */
  stream(
    body?: Record<string, unknown>,
    sink?: Record<string, unknown>,
  ): Promise<{ id: string; signing_secret: string }>;
  /** Delivers what there is, until this is so. */
  deliverUntil(isDone: () => boolean | Promise<boolean>): Promise<void>;
  readonly store: LogStreamStore;
}

/** Far longer than any of it takes. */
const DELIVERED_WITHIN_MS = 60_000;

/** Starts both. */
export async function startReceivingServer(
  settings: Parameters<typeof startManagementServer>[0] = {},
): Promise<ReceivingServer> {
  const receiver = await startHttpsStandIn((_request, response) => {
    response.writeHead(204).end();
  });
  const server = await startManagementServer({
    ...settings,
    options: { private_networks: ['127.0.0.0/8', '::1/128'], ...settings.options },
  });
  return {
    ...server,
    receiver,
    store: server.app.stores.logStreams,
    received: () => receiver.seen.flatMap(eventsIn),
    async stream(body = {}, sink = {}) {
      const answer = await server.api('POST', '/log-streams', {
        ...{ name: 'Receiver', type: 'http', ...body },
        sink: { httpEndpoint: `${receiver.origin}/events`, ...sink },
      });
      if (answer.status !== 201) throw new Error(answer.raw.body);
      return answer.json;
    },
    async deliverUntil(isDone) {
      // PostgreSQL tells when everybody is done who began before, and other tests write beside this one.
      const endAt = performance.now() + DELIVERED_WITHIN_MS;
      while (performance.now() < endAt) {
        await server.app.streamSender.runDue();
        if (await isDone()) return;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      throw new Error('What was waited for did not come.');
    },
    async close() {
      await server.close();
      await receiver.close();
    },
  };
}

/** The events in a delivery, whatever its format. */
export function eventsIn({ body }: SeenRequest): StreamedEvent[] {
  if (body.startsWith('[')) return JSON.parse(body) as StreamedEvent[];
  return body
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as StreamedEvent);
}

/** The signature as a receiver computes it by the Standard Webhooks specification. */
export function signatureOf({ headers, body }: SeenRequest, secret: string): string {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const content = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
  return `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
}
