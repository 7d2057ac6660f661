// The session of whoever signed in. The token lives in this page's memory only; a cookie that no script can read brings a new
// one. Nobody who has left the page alone is kept signed in by it.

/** Whose session it is. */
export interface Session {
  readonly userId: string;
  readonly email: string;
  readonly tenant: string;
  readonly region: string;
  /** `https://HOST/`, as tokens say it. */
  readonly issuer: string;
  readonly scopes: ReadonlySet<string>;
}

interface Granted {
  readonly access_token: string;
  readonly expires_in: number;
  readonly scope: string;
  readonly user: { readonly user_id: string; readonly email: string | null };
  readonly tenant: { readonly name: string; readonly region: string; readonly issuer: string };
}

/** Whether somebody is signed in; `unknown` until the server was asked. */
export type SessionState =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'none' }
  | { readonly kind: 'open'; readonly session: Session };

const ADDRESS = '/dashboard/session';
/** A token is renewed this long before its end. */
const EARLY_MS = 60_000;
/** After this long without a key or a pointer the page asks for nothing more by itself. */
const IDLE_MS = 25 * 60_000;
/** The application that this dashboard is. */
export const OWN_CLIENT = 'gatehouse-dashboard';
/** The connection of administrators and viewers, which the Management API does not show. */
export const OWN_CONNECTION = 'gatehouse-administrators';
const GRANT = 'http://auth0.com/oauth/grant-type/password-realm';

let state: SessionState = { kind: 'unknown' };
let token = { text: '', renewAt: 0 };
let asking: Promise<void> | null = null;
let lastInput = Date.now();
const listeners = new Set<() => void>();

for (const name of ['keydown', 'pointerdown', 'visibilitychange'] as const) {
  document.addEventListener(name, () => {
    lastInput = Date.now();
  });
}

/** True when nobody has touched the page for long: then it asks for nothing by itself. */
export function isIdle(): boolean {
  return Date.now() - lastInput > IDLE_MS;
}

/** What is known now. */
export function readSession(): SessionState {
  return state;
}

/** Calls the listener at each change; answers how to stop that. */
export function watchSession(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** A token that is good for a while; null when nobody is signed in. */
export async function getToken(): Promise<string | null> {
  if (Date.now() >= token.renewAt && state.kind !== 'none') {
    asking ??= renew().finally(() => {
      asking = null;
    });
    await asking;
  }
  return state.kind === 'open' ? token.text : null;
}

/** Makes the next call ask for a new token: the server did not take the one there is. */
export function dropToken(): void {
  token = { text: '', renewAt: 0 };
}

/** Forgets the session on this side; the server may have ended it already. */
export function forgetSession(): void {
  dropToken();
  change({ kind: 'none' });
}

/** Signs in; throws `SignInRefused` with words for whoever typed. */
export async function signIn(email: string, password: string): Promise<void> {
  const description = await fetch('/.well-known/openid-configuration');
  // The host in the address bar may be another name of the tenant's.
  const { issuer } = (await description.json()) as { issuer: string };
  const answer = await fetch('/oauth/token', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      ...{ grant_type: GRANT, client_id: OWN_CLIENT, realm: OWN_CONNECTION },
      ...{ username: email, password, audience: `${issuer}api/v2/` },
    }),
  });
  const body = (await answer.json()) as { access_token?: string; error?: string; error_description?: string };
  if (!answer.ok || !body.access_token) throw new SignInRefused(wordsOf(answer.status, body.error_description));
  const opened = await fetch(ADDRESS, {
    method: 'POST',
    headers: { ...OWN, authorization: `Bearer ${body.access_token}` },
  });
  if (!opened.ok) throw new SignInRefused(await messageOf(opened));
  take((await opened.json()) as Granted);
}

/** Signs out here and at the server. */
export async function signOut(): Promise<void> {
  await fetch(ADDRESS, { method: 'DELETE', headers: OWN });
  forgetSession();
}

/** The server did not let somebody in; the message is for them. */
class SignInRefused extends Error {
  override readonly name = 'SignInRefused';
}

// From another site a browser asks first before it sends this, and is told no.
const OWN = { 'x-gatehouse-dashboard': '1' };

async function renew(): Promise<void> {
  const answer = await fetch(ADDRESS, { headers: OWN });
  if (answer.status === 401 || answer.status === 403) {
    forgetSession();
    return;
  }
  if (!answer.ok) throw new Error(await messageOf(answer));
  take((await answer.json()) as Granted);
}

function take({ access_token, expires_in, scope, user, tenant }: Granted): void {
  token = { text: access_token, renewAt: Date.now() + expires_in * 1000 - EARLY_MS };
  const session = {
    ...{ userId: user.user_id, email: user.email ?? user.user_id },
    ...{ tenant: tenant.name, region: tenant.region, issuer: tenant.issuer, scopes: new Set(scope.split(' ')) },
  };
  // The same session, with another token: nothing that anybody sees has changed.
  if (state.kind === 'open' && state.session.userId === session.userId && sameScopes(state.session, session)) return;
  change({ kind: 'open', session });
}

function sameScopes(one: Session, other: Session): boolean {
  return one.scopes.size === other.scopes.size && one.scopes.isSubsetOf(other.scopes);
}

function change(next: SessionState): void {
  state = next;
  for (const listener of listeners) listener();
}

async function messageOf(answer: Response): Promise<string> {
  const body = (await answer.json().catch(() => ({}))) as { message?: string };
  return body.message ?? `The server answered ${answer.status}.`;
}

function wordsOf(status: number, description: string | undefined): string {
  if (status === 403 || status === 401) {
    return description === undefined || description === 'Unauthorized'
      ? 'Nobody can sign in here yet: set up the first administrator.'
      : description;
  }
  if (status === 503) return 'The server has too much to do at the moment. Try again in a few seconds.';
  return description ?? `The server answered ${status}.`;
}
