// A syslog server over TLS (RFC 5425), which keeps what it is sent.
import type { AddressInfo, Socket } from 'node:net';
import { createServer, type TlsOptions } from 'node:tls';

export interface SyslogStandIn {
  readonly port: number;
  /** Messages without their lengths, of connections that were ended in order. */
  readonly messages: string[];
  /** So many of the next connections are cut off once something has arrived. */
  hangUps: number;
  close(): Promise<void>;
}

/** Starts it. */
export async function startSyslogServer(certificate: Pick<TlsOptions, 'cert' | 'key'>): Promise<SyslogStandIn> {
  let newest: Socket | null = null;
  const server = createServer(certificate, (socket) => {
    const parts: Buffer[] = [];
    let isCut = false;
    socket.on('error', () => {});
    socket.on('data', (part: Buffer) => {
      parts.push(part);
      if (standIn.hangUps === 0) return;
      standIn.hangUps -= 1;
      isCut = true;
      newest?.resetAndDestroy();
    });
    socket.on('end', () => {
      if (!isCut) standIn.messages.push(...framesIn(Buffer.concat(parts)));
    });
  });
  server.on('connection', (connection: Socket) => {
    newest = connection;
  });
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const standIn: SyslogStandIn = {
    port: (server.address() as AddressInfo).port,
    messages: [],
    hangUps: 0,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return standIn;
}

/** Throws when the lengths are not those of the messages. */
function framesIn(bytes: Buffer): string[] {
  const messages: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(' ', at);
    const length = Number(bytes.toString('latin1', at, space));
    at = space + 1 + length;
    if (!Number.isInteger(length) || at > bytes.length) throw new Error('A length in front of a message is wrong.');
    messages.push(bytes.toString('utf8', space + 1, at));
  }
  return messages;
}
