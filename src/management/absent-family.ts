// Endpoints of what Auth0 has and this version has not: lists that are empty, settings that stay as they are, writes that are
// refused. Used by empty-families.ts and by the *-api files of such nouns, so that Auth0's tools read what they look for and
// nobody is told that something was stored which has no effect.
import Type, { type TObject } from 'typebox';
import { apiRefusals } from '../error/api-error.ts';
import { type Documented, type Endpoint, endpoint } from './endpoint.ts';
import { CHECKPOINT_QUERY, countedReply, listReply, PAGE_QUERY, type PageQuery } from './pagination.ts';

/** How a list is asked for, and what an empty one looks like. */
export interface EmptyList {
  readonly query: TObject;
  answer(query: PageQuery): unknown;
}

const { page, per_page, from, take } = CHECKPOINT_QUERY;

/** A list that is walked by page, with and without totals. */
export function paged(plural: string, filters: readonly string[] = []): EmptyList {
  return {
    query: queryOf({ ...PAGE_QUERY, ...filterQuery(filters) }),
    answer: (query) => listReply(query, plural, [], String, Object),
  };
}

/** A list that is walked by page or by checkpoint. */
export function pagedOrWalked(plural: string, filters: readonly string[] = []): EmptyList {
  return { ...paged(plural), query: queryOf({ ...CHECKPOINT_QUERY, ...filterQuery(filters) }) };
}

/** A list that is walked by checkpoint. */
export function walked(plural: string, filters: readonly string[] = []): EmptyList {
  return wrapped(plural, filters, { from, take });
}

/** A list whose answer always says which page it is. */
export function counted(plural: string): EmptyList {
  return {
    query: queryOf({ page, per_page }),
    answer: (query) => countedReply(query, plural, [], 0),
  };
}

/** A bare array that comes as a whole. */
export function bare(filters: readonly string[] = []): EmptyList {
  return { query: queryOf(filterQuery(filters)), answer: () => [] };
}

/** An object around a list that comes as a whole. */
export function wrapped(
  plural: string,
  filters: readonly string[] = [],
  members: TObject['properties'] = {},
): EmptyList {
  return { query: queryOf({ ...members, ...filterQuery(filters) }), answer: () => ({ [plural]: [] }) };
}

function filterQuery(names: readonly string[]): TObject['properties'] {
  return Object.fromEntries(names.map((name) => [name, Type.Optional(Type.String({ maxLength: 2048 }))]));
}

function queryOf(properties: TObject['properties']): TObject {
  return Type.Object(properties, { additionalProperties: false });
}

interface Place {
  readonly path: string;
  readonly tag: string;
  readonly params?: Readonly<Record<string, Documented>>;
}

/** GET of a list of things that cannot be made. */
export function emptyListEndpoint(
  place: Place & { readonly lacks: string; readonly scopes: readonly string[]; readonly list: EmptyList },
): Endpoint {
  const { path, tag, lacks, scopes, list } = place;
  return endpoint({
    ...{ method: 'GET', path, tag, scopes, status: 200 },
    summary: `List nothing: this version has no ${lacks}`,
    query: list.query,
    handle: async ({ query }) => list.answer(query),
  });
}

/** GET of settings that cannot be changed, and a write that takes what GET answers or a part of it. */
export function fixedSettingsEndpoints(
  place: Place & {
    readonly method: 'PATCH' | 'PUT';
    /** What the settings are about, as in "has no login pages". */
    readonly lacks: string;
    readonly scopes: string;
    readonly value: object;
  },
): Endpoint[] {
  const { path, tag, method, lacks, scopes, value } = place;
  const params = place.params ? { params: place.params } : {};
  return [
    endpoint({
      ...{ method: 'GET', path, tag, ...params, scopes: [`read:${scopes}`], status: 200 },
      summary: `Show what stays as it is: this version has no ${lacks}`,
      handle: async () => value,
    }),
    endpoint({
      ...{ method, path, tag, ...params, scopes: [`update:${scopes}`], status: 200 },
      summary: `Accepts what GET answers: this version has no ${lacks}`,
      body: Type.Unknown(),
      example: { body: value },
      async handle({ body }) {
        requireSame(value, body, lacks);
        return value;
      },
    }),
  ];
}

/** A write that is refused, whatever it holds. */
export function refusedEndpoint(
  place: Place & { readonly method: Endpoint['method']; readonly scopes: readonly string[]; readonly lacks: string },
): Endpoint {
  const { path, tag, method, params, scopes, lacks } = place;
  return endpoint({
    ...{ method, path, tag, ...(params ? { params } : {}), scopes, status: 400 },
    summary: `Refused: this version has no ${lacks}`,
    async handle() {
      throw notInThisVersion(lacks);
    },
  });
}

/** The refusal of what this version does not have; a client error, since Auth0's clients would try a server error again. */
export function notInThisVersion(lacks: string) {
  return apiRefusals.badRequest(`This version of Gatehouse has no ${lacks}.`, 'operation_not_supported');
}

/** Throws `ApiError` for a body that says anything else than the value does. */
function requireSame(value: unknown, body: unknown, lacks: string): void {
  const path = differenceOf(value, body, []);
  if (path === null) return;
  const on = path.length === 0 ? '' : ` on property ${path.join('.').slice(0, 100)}`;
  throw apiRefusals.invalidBody(`'This version of Gatehouse has no ${lacks}: only what GET answers is accepted'${on}.`);
}

/** Where the body says something else than the value; null where it says the same or less. */
function differenceOf(value: unknown, body: unknown, path: readonly string[]): readonly string[] | null {
  if (Array.isArray(value) || Array.isArray(body) || !isObject(value) || !isObject(body)) {
    return JSON.stringify(value) === JSON.stringify(body) ? null : path;
  }
  for (const [name, member] of Object.entries(body)) {
    const place = [...path, name];
    const difference = Object.hasOwn(value, name) ? differenceOf(value[name], member, place) : place;
    if (difference !== null) return difference;
  }
  return null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
