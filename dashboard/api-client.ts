// Calls the Management API with the token of the session, and the hooks by which pages read from it and change it.
import {
  keepPreviousData,
  QueryClient,
  type QueryKey,
  type UseQueryResult,
  useMutation,
  useQuery,
} from '@tanstack/react-query';
import { dropToken, forgetSession, getToken, isIdle } from './session.ts';

/** The API refused; the message is its own. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  readonly status: number;
  readonly errorCode: string | null;
  /** By which the request can be looked up (`gatehouse explain`). */
  readonly requestId: string | null;
  /** The member of the body that was refused, such as `scopes.0.value`; null when the API named none. */
  readonly property: string | null;

  constructor(
    status: number,
    message: string,
    errorCode: string | null,
    requestId: string | null,
    property: string | null = null,
  ) {
    super(message);
    this.status = status;
    this.errorCode = errorCode;
    this.requestId = requestId;
    this.property = property;
  }
}

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

/** Calls the API: `path` begins behind `/api/v2`; a body that is form data is sent as that, any other as JSON. */
export async function callApi<T>(method: Method, path: string, body?: unknown): Promise<T> {
  const answer = (await attempt(method, path, body)) ?? (await attempt(method, path, body));
  if (!answer) {
    forgetSession();
    throw new ApiFailure(401, 'Your session has ended. Sign in again.', null, null);
  }
  const text = await answer.text();
  if (answer.ok) return (text === '' ? undefined : JSON.parse(text)) as T;
  throw failureOf(answer, text);
}

/** Null when the token was not taken: the next attempt gets another one. */
async function attempt(method: Method, path: string, body: unknown): Promise<Response | null> {
  const token = await getToken();
  if (token === null) return null;
  const isForm = body instanceof FormData;
  const answer = await fetch(`/api/v2${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
  });
  if (answer.status !== 401) return answer;
  dropToken();
  return null;
}

function failureOf(answer: Response, text: string): ApiFailure {
  const requestId = answer.headers.get('x-auth0-requestid');
  try {
    const { message, errorCode } = JSON.parse(text) as { message?: string; errorCode?: string };
    const property = /' on property (\S+?)\.?$/.exec(message ?? '')?.[1] ?? null;
    return new ApiFailure(answer.status, readable(message ?? text), errorCode ?? null, requestId, property);
  } catch {
    return new ApiFailure(answer.status, `The server answered ${answer.status}.`, null, requestId);
  }
}

/** The API says first what kind of error it is; people need the rest. */
function readable(message: string): string {
  return message
    .replace(/^(Payload|Query|Path) validation error: /, '')
    .replace(/^'(.*)'(?: on property \S+)?\.?$/s, '$1');
}

/** True when a question that failed so many times before is to be asked again. */
export function isWorthAsking(failures: number, error: Error): boolean {
  return failures < 2 && !(error instanceof ApiFailure && error.status < 500);
}

/** Everything that pages have read. A refusal is not asked for again, an outage is. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5000,
      retry: isWorthAsking,
    },
  },
});

interface ReadOptions {
  /** Milliseconds between two readings; none when left out. Nobody who is idle reads again. */
  readonly everyMs?: number;
  /** False leaves it for later. */
  readonly enabled?: boolean;
  /** True for a list of which another page is asked for: it shows what it had until the answer is there. */
  readonly isList?: boolean;
}

/** Reads from the API. */
export function useApi<T>(
  path: string,
  { everyMs, enabled = true, isList = false }: ReadOptions = {},
): UseQueryResult<T> {
  return useQuery({
    queryKey: keyOf(path),
    // An answer without a body is one, too.
    queryFn: async () => (await callApi<T | null>('GET', path)) ?? (null as T),
    enabled,
    ...(isList ? { placeholderData: keepPreviousData } : {}),
    ...(everyMs === undefined ? {} : { refetchInterval: () => (isIdle() ? false : everyMs) }),
  });
}

/** `/clients/abc?x=1` is read again when `/clients` changes. */
function keyOf(path: string): QueryKey {
  const [place = '', query = ''] = path.split('?');
  return [...place.split('/').filter(Boolean), ...(query === '' ? [] : [query])];
}

interface Change {
  readonly method: Exclude<Method, 'GET'>;
  readonly path: string;
  readonly body?: unknown;
}

/** Reads again what pages show of these first parts of paths, such as `clients`. */
export async function readAgain(...nouns: readonly string[]): Promise<void> {
  await Promise.all(nouns.map((noun) => queries.invalidateQueries({ queryKey: [noun] })));
}

/**
 * Changes something by the API; everything that was read below the same first part of the path, and below `also`, is read
 * again afterwards.
 */
export function useChange<T = unknown>(also: readonly string[] = []) {
  return useMutation<T, Error, Change>({
    mutationFn: ({ method, path, body }) => callApi<T>(method, path, body),
    onSuccess: async (_result, { path }) => {
      const [, noun = ''] = path.split(/[/?]/);
      await readAgain(noun, ...also);
    },
  });
}
