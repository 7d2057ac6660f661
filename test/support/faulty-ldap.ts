// A server that speaks just enough LDAP to be wrong in every way that a directory can be. It writes down every byte that it
// hears, so that a test can tell whether a password was ever said.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer, TLSSocket, type TlsOptions } from 'node:tls';
import { BerReader, BerWriter } from 'ldapts';
import { openDevCertificate } from '../../src/cli/dev-certificate.ts';

/** What somebody asked, as far as an answer needs it. */
export interface LdapQuestion {
  readonly kind: 'bind' | 'search' | 'extended' | 'other';
  readonly messageId: number;
  /** The name that binds, or the base of a search. */
  readonly name: string;
  /** True for a bind with a password; false for SASL, and for what is no bind. */
  readonly isSimple: boolean;
  readonly socket: Socket;
  /** The whole of it, as it came. */
  readonly message: Buffer;
}

export type LdapAnswer = (question: LdapQuestion) => void;

export interface FaultyLdap {
  readonly port: number;
  readonly ca: string;
  /** How it answers; everything succeeds, and every search finds one person, unless a test says otherwise. */
  answer: LdapAnswer;
  /** How it answers unless a test says otherwise, TLS included. */
  readonly itself: LdapAnswer;
  /** Does as it likes with a connection as soon as there is one; null lets it be. */
  onConnection: ((socket: Socket) => void) | null;
  /** Every byte of every connection, after TLS where there is TLS. */
  heard(): Buffer;
  /** Every byte as it came over the network. */
  readonly opened: number;
  /** Connections that are open now. */
  readonly open: number;
  close(): Promise<void>;
}

interface Settings {
  /** TLS from the first byte; false speaks plain text, and TLS after it was asked for. */
  readonly tls?: boolean;
  /** The certificate was made at this time. */
  readonly certificateOf?: number;
  readonly tlsOptions?: TlsOptions;
}

const KINDS: Readonly<Record<number, LdapQuestion['kind']>> = { 0x60: 'bind', 0x63: 'search', 0x77: 'extended' };

/** Starts it on a free port of this machine. */
export async function startFaultyLdap(settings: Settings = {}): Promise<FaultyLdap> {
  const { tls = false, certificateOf = Date.now(), tlsOptions = {} } = settings;
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-faulty-ldap-'));
  const { cert, key, authorityPath } = await openDevCertificate(folder, certificateOf);
  const secure: TlsOptions = { cert, key, ...tlsOptions };
  const heard: Buffer[] = [];
  const open = new Set<Socket>();
  let opened = 0;

  function serve(socket: Socket): void {
    let unread = Buffer.alloc(0);
    socket.on('error', () => {});
    socket.on('data', (data: Buffer) => {
      heard.push(data);
      unread = Buffer.concat([unread, data]);
      for (
        let length = messageLength(unread);
        length !== null && length <= unread.length;
        length = messageLength(unread)
      ) {
        const message = unread.subarray(0, length);
        unread = unread.subarray(length);
        const question = questionOf(message, socket);
        if (question.kind !== 'other') ldap.answer(question);
      }
    });
  }

  const accept = (socket: Socket) => {
    opened += 1;
    open.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => open.delete(socket));
    ldap.onConnection?.(socket);
  };
  const server = tls ? createTlsServer(secure, serve).on('tlsClientError', () => {}) : createServer(serve);
  server.on('connection', accept);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const itself: LdapAnswer = (question) => {
    if (question.kind === 'extended') startTls(question, secure, serve);
    else succeed(question);
  };
  const ldap: FaultyLdap = {
    port: (server.address() as AddressInfo).port,
    ca: readFileSync(authorityPath, 'utf8'),
    answer: itself,
    itself,
    onConnection: null,
    heard: () => Buffer.concat(heard),
    get opened() {
      return opened;
    },
    get open() {
      return open.size;
    },
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return ldap;
}

/** Breaks a connection off, as a process that dies does; what is inside TLS can only be ended. */
export function breakOff(socket: Socket): void {
  if (socket instanceof TLSSocket) socket.destroy();
  else socket.resetAndDestroy();
}

/** Says yes to a bind, and finds one person for a search. */
export function succeed({ kind, messageId, socket }: LdapQuestion): void {
  if (kind === 'bind') socket.write(resultOf(messageId, 0x61, 0));
  if (kind === 'search') socket.write(Buffer.concat([entryOf(messageId), resultOf(messageId, 0x65, 0)]));
}

/** Agrees to speak TLS, and does. */
function startTls({ messageId, socket }: LdapQuestion, secure: TlsOptions, serve: (socket: Socket) => void): void {
  socket.removeAllListeners('data');
  socket.write(resultOf(messageId, 0x78, 0), () => {
    if (socket.destroyed) return;
    const over = new TLSSocket(socket, { isServer: true, ...secure });
    over.on('error', () => {});
    serve(over);
  });
}

/** A result: 0x61 answers a bind, 0x65 a search, 0x78 an extended request. */
export function resultOf(messageId: number, operation: number, code: number, text = '', referral?: string): Buffer {
  const writer = new BerWriter();
  writer.startSequence();
  writer.writeInt(messageId);
  writer.startSequence(operation);
  writer.writeEnumeration(code);
  writer.writeString('');
  writer.writeString(text);
  if (referral !== undefined) {
    writer.startSequence(0xa3);
    writer.writeString(referral);
    writer.endSequence();
  }
  writer.endSequence();
  writer.endSequence();
  return writer.buffer;
}

/** An entry of somebody; `bytes` makes it so large. */
export function entryOf(messageId: number, bytes = 0): Buffer {
  const attributes: Record<string, string> = {
    entryUUID: '11111111-2222-3333-4444-555555555555',
    uid: 'ada',
    mail: 'ada@example.test',
    ...(bytes > 0 ? { description: 'x'.repeat(bytes) } : {}),
  };
  const writer = new BerWriter();
  writer.startSequence();
  writer.writeInt(messageId);
  writer.startSequence(0x64);
  writer.writeString('uid=ada,dc=example,dc=test');
  writer.startSequence();
  for (const [name, value] of Object.entries(attributes)) {
    writer.startSequence();
    writer.writeString(name);
    writer.startSequence(0x31);
    writer.writeString(value);
    writer.endSequence();
    writer.endSequence();
  }
  writer.endSequence();
  writer.endSequence();
  writer.endSequence();
  return writer.buffer;
}

/** How long the first message is; null while its head is not there. */
function messageLength(bytes: Buffer): number | null {
  const [, first] = bytes;
  if (first === undefined) return null;
  if (first < 0x80) return 2 + first;
  const size = first & 0x7f;
  // What is no LDAP is never whole.
  return size < 1 || size > 4 || bytes.length < 2 + size ? null : 2 + size + bytes.readUIntBE(2, size);
}

/** What cannot be read is no question. */
function questionOf(message: Buffer, socket: Socket): LdapQuestion {
  const reader = new BerReader(message);
  try {
    reader.readSequence();
    const messageId = reader.readInt() ?? 0;
    const operation = reader.readSequence() ?? 0;
    const kind = KINDS[operation] ?? 'other';
    if (kind === 'bind') reader.readInt();
    const name = kind === 'bind' || kind === 'search' ? (reader.readString() ?? '') : '';
    return { kind, messageId, name, isSimple: kind === 'bind' && reader.peek() === 0x80, socket, message };
  } catch {
    return { kind: 'other', messageId: 0, name: '', isSimple: false, socket, message };
  }
}
