// HTTPS requests to the servers behind connections, and to those that customer code asks. Only checked addresses are connected to, no redirect is followed, time and
// size are bounded, and what an error says is of this program's making, never the other side's.
import type { IncomingHttpHeaders } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import type { OutgoingAddresses } from './outgoing-address.ts';
import { type ConnectFault, connectFaultOf, createCheckedLookup, requireAddress } from './outgoing-connect.ts';

interface OutgoingRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Milliseconds for everything: looking up, connecting, sending and reading. */
  readonly timeoutMs: number;
}

export interface OutgoingResponse {
  readonly status: number;
  readonly body: string;
  /** By their names in lower case; one that came twice is joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  /** Seconds that `Retry-After` asks for; null without it. */
  readonly retryAfterSeconds: number | null;
}

export type OutgoingFault =
  | ConnectFault
  | 'not-https'
  | 'timeout'
  | 'connection-lost'
  | 'answer-too-large'
  | 'answer-malformed'
  | 'redirected';

/** No answer could be had. */
export class OutgoingFailure extends Error {
  override readonly name = 'OutgoingFailure';
  readonly fault: OutgoingFault;

  constructor(fault: OutgoingFault, cause?: unknown) {
    super(`A request to a directory failed: ${fault}.`, { cause });
    this.fault = fault;
  }
}

/** Speaks to the servers of one connection. */
export interface OutgoingHttp {
  /** The answer, whatever its status; throws `OutgoingFailure`. Sends again, once, only when the connection failed to open. */
  send(request: OutgoingRequest): Promise<OutgoingResponse>;
  close(): void;
}

export interface OutgoingLimits {
  readonly connectMs: number;
  readonly answerBytes: number;
}

interface Settings {
  readonly addresses: OutgoingAddresses;
  /** True when the operator's own file or command line names the hosts. */
  readonly trusted: boolean;
  /** PEM certificates that may have signed the server's; null for those that the system trusts. */
  readonly ca: string | null;
  readonly limits?: Partial<OutgoingLimits>;
}

const LIMITS: OutgoingLimits = { connectMs: 3000, answerBytes: 1024 * 1024 };
// Servers close idle connections when they like; the older one is, the likelier a request runs into that.
const IDLE_MS = 4000;
const MOST_IDLE = 16;

/** Faults after which certainly nothing of the request was sent, and which may be over in a moment. */
const WORTH_ANOTHER: ReadonlySet<OutgoingFault> = new Set(['connect-failed', 'connect-timeout']);

/** Builds it. */
export function createOutgoingHttp({ addresses, trusted, ca, limits }: Settings): OutgoingHttp {
  const { connectMs, answerBytes } = { ...LIMITS, ...limits };
  const agent = new Agent({
    keepAlive: true,
    maxFreeSockets: MOST_IDLE,
    timeout: IDLE_MS,
    lookup: createCheckedLookup(addresses, trusted),
    minVersion: 'TLSv1.2',
    ...(ca === null ? {} : { ca }),
  });

  function sendOnce({ method, url, headers, body }: OutgoingRequest, over: AbortSignal): Promise<OutgoingResponse> {
    return new Promise((resolve, reject) => {
      let connected = false;
      const request = httpsRequest(url, { method, agent, headers: { accept: 'application/json', ...headers } });
      const fail = (fault: OutgoingFault, cause?: unknown) => {
        reject(new OutgoingFailure(fault, cause));
        request.destroy();
      };
      const stop = () => fail(connected ? 'timeout' : 'connect-timeout');
      over.addEventListener('abort', stop);
      const connecting = setTimeout(() => fail('connect-timeout'), connectMs);
      request.on('socket', (socket) => {
        const opened = () => {
          connected = true;
          clearTimeout(connecting);
        };
        if (request.reusedSocket) opened();
        else socket.once('secureConnect', opened);
      });
      request.on('error', (error: NodeJS.ErrnoException) => fail(faultOf(error, connected), error));
      request.on('close', () => {
        over.removeEventListener('abort', stop);
        clearTimeout(connecting);
        fail('connection-lost');
      });
      request.on('response', (response) => {
        const status = response.statusCode ?? 0;
        if (status >= 300 && status < 400) return fail('redirected');
        const parts: Buffer[] = [];
        let bytes = 0;
        response.on('data', (part: Buffer) => {
          bytes += part.length;
          if (bytes > answerBytes) fail('answer-too-large');
          else parts.push(part);
        });
        response.on('end', () => {
          const text = Buffer.concat(parts).toString('utf8');
          const received = textsOf(response.headers);
          const retryAfterSeconds = secondsOf(received['retry-after']);
          resolve({ status, body: text, headers: received, retryAfterSeconds });
        });
      });
      request.end(body);
    });
  }

  return {
    async send(request) {
      const { protocol, hostname } = new URL(request.url);
      if (protocol !== 'https:') throw new OutgoingFailure('not-https');
      await requireAddress(addresses, hostname, trusted).catch((error: unknown) => {
        throw new OutgoingFailure('address-refused', error);
      });
      const over = new AbortController();
      const whole = setTimeout(() => over.abort(), request.timeoutMs);
      try {
        return await sendOnce(request, over.signal).catch((error: unknown) => {
          if (!(error instanceof OutgoingFailure && WORTH_ANOTHER.has(error.fault)) || over.signal.aborted) throw error;
          return sendOnce(request, over.signal);
        });
      } finally {
        clearTimeout(whole);
      }
    },
    close: () => agent.destroy(),
  };
}

function faultOf(error: NodeJS.ErrnoException, connected: boolean): OutgoingFault {
  if ((error.code ?? '').startsWith('HPE_')) return 'answer-malformed';
  return connected ? 'connection-lost' : connectFaultOf(error);
}

/** A date, the other form there is, is left out of account. */
function secondsOf(header: string | undefined): number | null {
  return header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) : null;
}

function textsOf(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, [value].flat().join(', ')]],
    ),
  );
}
