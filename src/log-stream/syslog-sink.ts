// Sends log events to a syslog server: RFC 5424 messages over TLS, each with its length in front (RFC 5425). The protocol
// confirms nothing, so a batch is a connection of its own: it counts as delivered when the server has closed its side after
// ours, which it does once it has read everything.
import { hostname } from 'node:os';
import { connect, type TLSSocket } from 'node:tls';
import type { FedEvent } from '../log/log-feed-store.ts';
import { DeliveryFailed, type LogSink, toStreamed } from './log-sink.ts';

interface SyslogServer {
  readonly host: string;
  readonly port: number;
  /** PEM certificates that may have signed the server's; null for those that the system trusts. */
  readonly ca: string | null;
}

const MOST_EVENTS = 500;
const CONNECT_MS = 10_000;
/** From the last byte to the server's own end. */
const CLOSE_MS = 20_000;
/** RFC 5424 6.2.1: log audit. */
const FACILITY = 13;
const WARNING = 4;
const INFORMATIONAL = 6;
const FAILURES = /^(f|limit_|api_limit)/;

/** Builds it; the certificate must be the server's by its name. */
export function createSyslogSink(server: SyslogServer): LogSink {
  return {
    ...{ kind: 'syslog', mostEvents: MOST_EVENTS, wants: () => true },
    async deliver(events) {
      const socket = await open(server);
      try {
        await closed(socket, Buffer.concat(events.map(frameOf)));
      } finally {
        socket.destroy();
      }
    },
  };
}

/** RFC 5425 4.3: octet counting. */
function frameOf(event: FedEvent): Buffer {
  const severity = FAILURES.test(event.type) ? WARNING : INFORMATIONAL;
  const time = new Date(event.date).toISOString();
  const node = hostname().replace(/[^\x21-\x7e]/g, '') || '-';
  const head = `<${FACILITY * 8 + severity}>1 ${time} ${node} gatehouse - ${event.type} - `;
  const message = Buffer.from(head + toStreamed(event));
  return Buffer.concat([Buffer.from(`${message.length} `), message]);
}

function open({ host, port, ca }: SyslogServer): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, minVersion: 'TLSv1.2', ...(ca === null ? {} : { ca }) });
    const late = setTimeout(() => socket.destroy(new Error('timeout')), CONNECT_MS);
    socket.once('secureConnect', () => {
      clearTimeout(late);
      resolve(socket);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(late);
      reject(new DeliveryFailed(`no connection by TLS (${error.code ?? error.message})`, { cause: error }));
    });
  });
}

/** Sends, ends our side, and resolves when the server has ended its own. */
function closed(socket: TLSSocket, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    let isEnded = false;
    const late = setTimeout(() => socket.destroy(new Error('timeout')), CLOSE_MS);
    socket.on('error', () => {});
    socket.on('end', () => {
      isEnded = true;
    });
    socket.once('close', (hadError) => {
      clearTimeout(late);
      if (isEnded && !hadError && socket.writableFinished) resolve();
      else reject(new DeliveryFailed('the server did not close the connection in order'));
    });
    // What a server says over syslog means nothing.
    socket.resume();
    socket.end(bytes);
  });
}
