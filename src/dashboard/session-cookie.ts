// The cookie of a dashboard session: what a browser must promise before it is given one, and what it sends back (RFC 6265).
import { Secret } from '../lib/secret.ts';

/** `__Host-`: the browser sends it to this host alone, over https alone (or to this machine), and no other host can set it. */
const NAME = '__Host-gatehouse-dashboard';
const VALUE = /^[A-Za-z0-9_-]{43}$/;
const ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=Strict';

/** The session that the header names; null without one. */
export function readSessionCookie(header: string | undefined): Secret | null {
  for (const pair of (header ?? '').split(';')) {
    const [name = '', value = ''] = pair.trim().split('=');
    if (name === NAME && VALUE.test(value)) return new Secret(value);
  }
  return null;
}

/** The header that gives a browser the session for so many seconds. */
export function sessionCookie(session: Secret, seconds: number): string {
  return `${NAME}=${session.reveal()}; Max-Age=${seconds}; ${ATTRIBUTES}`;
}

/** The header that takes it away. */
export const NO_SESSION_COOKIE = `${NAME}=; Max-Age=0; ${ATTRIBUTES}`;
