// What log events are delivered to. Implemented by webhook-sink.ts and by the sinks of the operator; called by stream-sender.ts.
import type { FedEvent } from '../log/log-feed-store.ts';
import type { SinkLabel } from '../metrics/metrics.ts';

export interface LogSink {
  readonly kind: SinkLabel;
  /** Most events that it takes at once. */
  readonly mostEvents: number;
  /** False for an event that it does not want. */
  wants(event: FedEvent): boolean;
  /** Resolves when the other side has all of them. Throws `DeliveryFailed`, and they are tried again. */
  deliver(events: readonly FedEvent[]): Promise<void>;
}

/** The other side does not have them; the message is of this program's making. */
export class DeliveryFailed extends Error {
  override readonly name = 'DeliveryFailed';
}

/** The event as streams send it, in JSON: `{"log_id": ..., "data": {...}}`. */
export function toStreamed({ logId, event }: FedEvent): string {
  const { _id, ...data } = JSON.parse(event) as Record<string, unknown>;
  const agent = data['user_agent'];
  return JSON.stringify({
    log_id: logId,
    data: { ...data, is_mobile: typeof agent === 'string' && MOBILE.test(agent) },
  });
}

const MOBILE = /Mobi|Android|iPhone|iPad/;
