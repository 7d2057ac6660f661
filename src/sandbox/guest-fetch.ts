// Requests of scripts to other servers, on their way out: the sandbox has no network, so its process asks its parent, which
// decides. Called by sandbox-processes.ts and sandbox-program.ts.

/** The answer of the other server, or in words why there is none. */
export type GuestResponse =
  | { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string }
  | { readonly error: string };

/** What a script asks for. Security: its process may be in the hands of the script, so nothing of it is checked yet. */
export interface GuestRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string | null;
}

/** Sends a request of a script; never rejects. */
export type FetchForGuest = (request: GuestRequest) => Promise<GuestResponse>;

/** From the process to its parent. */
export interface AskedRequest {
  readonly fetch: number;
  /** JSON of a `GuestRequest`. */
  readonly request: string;
}

/** The answer to it. */
export interface SentResponse {
  readonly fetched: number;
  /** JSON of a `GuestResponse`. */
  readonly response: string;
}

/** What a script gets where nothing is granted. */
export const NO_HOSTS: GuestResponse = { error: 'the operator grants no host, see sandbox_hosts in the configuration' };

/** The message as a request; null for any other one. */
export function readAsked(message: unknown): { readonly id: number; readonly request: GuestRequest | null } | null {
  if (typeof message !== 'object' || message === null || !('fetch' in message)) return null;
  const { fetch: id, request: text } = message as { readonly fetch: unknown; readonly request?: unknown };
  return typeof id === 'number' ? { id, request: typeof text === 'string' ? readRequest(text) : null } : null;
}

function readRequest(text: string): GuestRequest | null {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof read !== 'object' || read === null) return null;
  const { url, method, headers, body } = read as Partial<Record<keyof GuestRequest, unknown>>;
  if (typeof url !== 'string' || typeof method !== 'string' || !Array.isArray(headers)) return null;
  if (!headers.every(isHeader) || (body !== null && typeof body !== 'string')) return null;
  return { url, method, headers, body };
}

function isHeader(value: unknown): value is readonly [string, string] {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string');
}
