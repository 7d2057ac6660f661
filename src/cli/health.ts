// `gatehouse health`: asks the server of this configuration, on this machine, whether it may be sent work. For the health
// checks of containers, in which there is no curl.
import { once } from 'node:events';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { text } from 'node:stream/consumers';
import type { Configuration } from '../config/config.ts';
import { ConfigurationError } from '../config/load-config.ts';
import type { Invocation } from './command.ts';

const PATIENCE_MS = 4000;
/** Where to reach what listens on every address. */
const LOOPBACK: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/** Prints what /readyz says; 1 when that is no, or when nobody answers. */
export async function health({ configuration, terminal }: Invocation): Promise<number> {
  const { host, port, tls, httpsPort } = configuration;
  const asked = tls ? httpsPort : port;
  if (asked === 0)
    throw new ConfigurationError('Say where the server listens: --port, or --https-port with --tls-cert.');
  try {
    const { status, said } = await ask(LOOPBACK[host] ?? host, asked, tls);
    terminal.print(said.trim());
    return status === 200 ? 0 : 1;
  } catch (error) {
    const { code = 'no answer in time' } = error as NodeJS.ErrnoException;
    terminal.note(`gatehouse: nobody answers on ${host}, port ${asked} (${code})`);
    return 1;
  }
}

async function ask(host: string, port: number, tls: Configuration['tls']): Promise<{ status: number; said: string }> {
  const options = { host, port, path: '/readyz', signal: AbortSignal.timeout(PATIENCE_MS) };
  // Nothing secret is sent, and the certificate is for another name than this machine's own.
  const sent = tls ? requestHttps({ ...options, rejectUnauthorized: false }) : requestHttp(options);
  const [answer] = (await once(sent.end(), 'response')) as [IncomingMessage];
  return { status: answer.statusCode ?? 0, said: await text(answer) };
}
