// A real mail server (SMTP) that keeps what it is sent, and can be told to be down, slow or unwilling.
import { once } from 'node:events';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

interface Received {
  readonly from: string;
  readonly to: readonly string[];
  /** Headers and body as they came. */
  readonly text: string;
  /** Who had logged in; null for nobody. */
  readonly user: string | null;
  readonly secure: boolean;
}

export interface MailServer {
  readonly port: number;
  readonly received: Received[];
  /** How many connections there were. */
  connections: number;
  /** The answer to every recipient; null takes them. */
  refusal: { readonly code: number } | null;
  /** Milliseconds before a message is taken. */
  delayMs: number;
  close(): Promise<void>;
}

/** Starts it on this port, or a free one. Without options it speaks no TLS and wants no password. */
export async function startMailServer(port = 0, options: SMTPServerOptions = {}): Promise<MailServer> {
  const server = new SMTPServer({
    ...{ authOptional: true, disabledCommands: ['STARTTLS'], closeTimeout: 100, logger: false },
    // Where no name server answers, every connection would wait for the name of its client.
    disableReverseLookup: true,
    ...options,
    onConnect(_session, done) {
      state.connections += 1;
      done();
    },
    onAuth: ({ username, password }, _session, done) =>
      password === 'right' ? done(null, { user: username }) : done(new Error('wrong')),
    onRcptTo(_address, _session, done) {
      if (state.refusal) done(Object.assign(new Error('no'), { responseCode: state.refusal.code }));
      else done();
    },
    onData(stream, session, done) {
      let text = '';
      stream.on('data', (part: Buffer) => {
        text += part.toString('utf8');
      });
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        state.received.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          ...{ text, user: (session.user as string | undefined) ?? null, secure: session.secure },
        });
        setTimeout(done, state.delayMs);
      });
    },
  });
  // A client that breaks off is no fault of this server.
  server.on('error', () => {});
  server.listen(port, '127.0.0.1');
  await once(server.server, 'listening');
  const address = server.server.address();
  const state: MailServer = {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    ...{ received: [], connections: 0, refusal: null, delayMs: 0 },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
  return state;
}
