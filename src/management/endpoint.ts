// One endpoint of the Management API as its *-api file declares it: where it is, who may call it, what goes in and what comes
// out. The same declaration checks the request, types the handler, and prints the OpenAPI document.
import type { Static, TObject, TSchema } from 'typebox';
import type { Actor } from '../log/administrative-event.ts';
import type { Tenant } from '../tenant/tenant.ts';

/** Whoever shows a token. */
export interface Caller {
  readonly clientId: string;
  /** Null for a client that acts for itself. */
  readonly userId: string | null;
  /** What the token may do now: less than it says when something was taken away since. */
  readonly scopes: ReadonlySet<string>;
}

/** A checked request. */
export interface Call<Query = unknown, Body = unknown> {
  readonly tenant: Tenant;
  /** The issuer of the host that was called. */
  readonly issuer: string;
  readonly caller: Caller;
  /** The caller as the audit log names it. */
  readonly actor: Actor;
  /** Path parameters by name, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly body: Body;
  /** The body as bytes and its media type, for an endpoint that takes no JSON. */
  readonly raw: { readonly bytes: Buffer; readonly contentType: string };
}

/** A path parameter, or a member of the query, in the printed document. */
export interface Documented {
  readonly description: string;
  readonly example: string;
}

/** What a handler answers where there is nothing to tell, and the status of success has a body otherwise. */
export const NO_CONTENT = Symbol('no content');

interface Declaration<Query, Body> {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Under `/api/v2`, with parameters in braces: `/clients/{id}`. */
  readonly path: string;
  /** The noun by which the document groups endpoints. */
  readonly tag: string;
  readonly summary: string;
  /** Any of them opens the endpoint; empty for one that needs no token. */
  readonly scopes: readonly string[];
  readonly params?: Readonly<Record<string, Documented>>;
  readonly query?: Query;
  readonly body?: Body;
  /** True where the body may be left out. */
  readonly isBodyOptional?: boolean;
  /** The media type of a body that is no JSON. */
  readonly mediaType?: string;
  /** A body, and a query, that work. */
  readonly example?: { readonly body?: unknown; readonly query?: Readonly<Record<string, string>> };
  /** The status of success; that of the refusal for what this version never does. */
  readonly status: number;
  /** True where success may also be 204. */
  readonly isEmptyPossible?: boolean;
  /** What success answers; nothing for 204. */
  readonly answer?: TSchema;
  /** Most bytes of the body; 256 KiB when left out. */
  readonly largestBody?: number;
}

/** An endpoint. */
export interface Endpoint extends Declaration<TObject, TSchema> {
  /** Answers the call: a value that becomes JSON, or nothing for 204. Throws `ApiError`. */
  handle(call: Call<never, never>): Promise<unknown>;
}

/** Checks a declaration's types against its handler. */
export function endpoint<Query extends TObject, Body extends TSchema>(
  declared: Declaration<Query, Body> & {
    handle(call: Call<Static<Query>, Static<Body>>): Promise<unknown>;
  },
): Endpoint {
  return declared;
}
