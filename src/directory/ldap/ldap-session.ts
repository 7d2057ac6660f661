// One open connection to an LDAP server. It is opened once: what was lost is never opened again behind the caller's back,
// because the new one might not be protected, or not be bound as whom the caller thinks.

import type { Socket } from 'node:net';
import { Client, type DN, type Entry, PasswordPolicyControl, ResultCodeError, type SearchOptions } from 'ldapts';
import type { OutageReason } from '../../error/refusal-reason.ts';
import type { Secret } from '../../lib/secret.ts';
import { UpstreamOutage } from '../upstream-driver.ts';
import { BoundedStream } from './bounded-stream.ts';
import type { LdapServer } from './ldap-server.ts';
import { type LdapRoute, openSocket, upgradeSocket } from './ldap-socket.ts';
import type { TimeLeft } from './time-left.ts';

/** The server answered, and the answer is no. */
export class LdapRefusal extends Error {
  override readonly name = 'LdapRefusal';
  /** RFC 4511 appendix A. */
  readonly code: number;
  /** What the server says; never shown to a caller. */
  readonly diagnostic: string;
  /** The error of the password policy control; null when there was none. */
  readonly policyError: number | null;

  constructor(code: number, diagnostic: string, policyError: number | null = null) {
    super(`The directory answered with result ${code}.`);
    this.code = code;
    this.diagnostic = diagnostic;
    this.policyError = policyError;
  }
}

/** A password was sent, and nobody knows what became of it: the server may have found it wrong, and counted it. */
export class BindUnanswered extends UpstreamOutage {}

/** What a good bind said beside. */
export interface BindAnswer {
  /** The error of the password policy control, such as that the password must be changed; null when there was none. */
  readonly policyError: number | null;
}

export interface LdapSession {
  readonly server: LdapServer;
  readonly isOpen: boolean;
  /**
   * Binds with a name and a password, neither of them empty. Throws `LdapRefusal` when the server says no, `BindUnanswered`
   * when it says nothing, and another `UpstreamOutage` when it says it cannot, or sends us elsewhere.
   */
  bind(name: string, password: Secret, time: TimeLeft): Promise<BindAnswer>;
  /** Searches. Follows no references. Throws `LdapRefusal` and `UpstreamOutage`. */
  search(base: string, options: SearchOptions, time: TimeLeft): Promise<readonly Entry[]>;
  close(): void;
}

const INVALID_CREDENTIALS = 49;
const START_TLS = '1.3.6.1.4.1.1466.20037';
/** More than that in answer to one question is no answer. */
const MOST_BYTES = 2 * 1024 * 1024;
/** Results that say that the server cannot serve anybody now, or only somewhere else, or not in this way. */
const OUTAGES: ReadonlyMap<number, OutageReason> = new Map([
  [1, 'directory-operations-error'],
  [2, 'directory-protocol-error'],
  [3, 'directory-time-limit-exceeded'],
  [8, 'directory-wants-tls'],
  [10, 'directory-referral'],
  [11, 'directory-admin-limit-exceeded'],
  [13, 'directory-wants-tls'],
  [51, 'directory-busy'],
  [52, 'directory-unavailable'],
  [80, 'directory-fault'],
]);

/** Opens one, protected as the server's URL says; throws `UpstreamOutage`. */
export async function openSession(server: LdapServer, route: LdapRoute, time: TimeLeft, ms: number) {
  const connectMs = () => Math.min(ms, time.forOperation());
  const socket = await openSocket(server, route, connectMs());
  if (server.security !== 'start-tls') return sessionOver(socket, server);
  await askForTls(socket, time);
  // Security: what reads the answers from here on has never seen a byte that came in plain text.
  return sessionOver(await upgradeSocket(socket, server, route, connectMs()), server);
}

async function askForTls(socket: Socket, time: TimeLeft): Promise<void> {
  const { client, stream, run } = clientOver(socket);
  try {
    await run(time, () => client.exop(START_TLS));
    stream.release();
  } catch (error) {
    stream.destroy();
    if (!(error instanceof LdapRefusal)) throw error;
    throw new UpstreamOutage('directory-start-tls-refused', null, error);
  }
}

function sessionOver(socket: Socket, server: LdapServer): LdapSession {
  const { client, stream, run } = clientOver(socket);
  return {
    server,
    get isOpen() {
      return !stream.destroyed;
    },
    async bind(name, password, time) {
      const text = password.reveal();
      // Security: either of them empty makes a bind that succeeds for everybody (RFC 4513 section 5.1.2).
      if (name === '' || text === '') throw new LdapRefusal(INVALID_CREDENTIALS, 'An empty one is not sent.');
      const control = new PasswordPolicyControl();
      // Security: a string such as `EXTERNAL` would be read as another way to bind; this is always a name.
      const named = { toString: () => name } as DN;
      await run(time, () => client.bind(named, text, control), control).catch((error: unknown) => {
        const isUnanswered = error instanceof UpstreamOutage && !(error.cause instanceof ResultCodeError);
        throw isUnanswered ? new BindUnanswered(error.reason, null, error.cause) : error;
      });
      return { policyError: control.value?.error ?? null };
    },
    async search(base, options, time) {
      const { searchEntries } = await run(time, () => client.search(base, options));
      return searchEntries;
    },
    close: () => stream.destroy(),
  };
}

/** A client on an open connection, and what runs its operations. */
function clientOver(socket: Socket) {
  const stream = new BoundedStream(socket);
  let wasTaken = false;
  const client = new Client({
    // The way is open and protected already: what this says is never used.
    url: 'ldap://open',
    createConnection: (() => {
      if (wasTaken) throw lost();
      wasTaken = true;
      return stream;
    }) as never,
  });
  const lost = (error?: unknown) => new UpstreamOutage(`directory-${stream.fault ?? 'connection-lost'}`, null, error);

  async function run<T>(time: TimeLeft, operation: () => Promise<T>, control?: PasswordPolicyControl): Promise<T> {
    if (stream.destroyed) throw lost();
    stream.allow(MOST_BYTES);
    const timer = setTimeout(() => stream.fail('timeout'), time.forOperation());
    try {
      return await operation();
    } catch (error) {
      throw errorOf(error, control);
    } finally {
      clearTimeout(timer);
    }
  }

  function errorOf(error: unknown, control: PasswordPolicyControl | undefined): Error {
    if (error instanceof ResultCodeError) {
      const { code, message } = error;
      const outage = OUTAGES.get(code);
      if (outage !== undefined) return new UpstreamOutage(outage, null, error);
      return new LdapRefusal(code, message, control?.value?.error ?? null);
    }
    // What was not understood is no answer, and the next one might be to this question: the connection is of no use.
    if (!stream.destroyed) stream.fail('answer-malformed');
    return lost(error);
  }

  return { client, stream, run };
}
