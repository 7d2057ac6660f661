// Checks the query and the body of a request against the schemas of its endpoint, in the words of Auth0's refusals. Values are
// not repeated: they may be secrets.
import type { TObject, TSchema } from 'typebox';
import { Settings } from 'typebox/system';
import Value from 'typebox/value';
import { type ApiError, apiRefusals } from '../error/api-error.ts';

// Otherwise the library stops at the eighth problem, and a union alone makes several.
Settings.Set({ maxErrors: 1000 });

interface SchemaError {
  readonly keyword: string;
  readonly schemaPath: string;
  readonly instancePath: string;
  readonly params: object;
  readonly message: string;
}

type Refuse = (words: string) => ApiError;

/** The query with its numbers and truth values read; throws `ApiError`. */
export function checkQuery(schema: TObject | undefined, query: Readonly<Record<string, unknown>>): unknown {
  const known = schema?.properties ?? {};
  // PostgreSQL takes no zero character, and nothing that is looked for has one.
  const [broken] = Object.keys(query).filter((name) =>
    [query[name]].flat().some((value) => /\p{Cc}/u.test(String(value))),
  );
  if (broken !== undefined)
    throw apiRefusals.invalidQuery(`'Control characters are not allowed' on property ${cut(broken)}.`);
  const read = Object.fromEntries(
    Object.entries(query).map(([name, value]) => {
      const type = (known as Record<string, { type?: string }>)[name]?.type;
      if (type === 'array') return [name, [value].flat()];
      if (typeof value !== 'string') throw apiRefusals.invalidQuery(`'${cut(name)} is given more than once'.`);
      return [name, readValue(type, value)];
    }),
  );
  if (!schema) {
    const [extra] = Object.keys(read);
    if (extra !== undefined) throw apiRefusals.invalidQuery(`'Additional properties not allowed: ${cut(extra)}'.`);
    return read;
  }
  check(schema, read, apiRefusals.invalidQuery);
  return read;
}

/** Throws `ApiError` for a body that the schema does not describe. */
export function checkBody(schema: TSchema, body: unknown): void {
  check(schema, body, apiRefusals.invalidBody);
  refuseControlCharacters(body, []);
}

function readValue(type: string | undefined, value: string): unknown {
  if (type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true';
  if (type === 'integer' && /^\d{1,9}$/.test(value)) return Number(value);
  return value;
}

function check(schema: TSchema, value: unknown, refuse: Refuse): void {
  if (Value.Check(schema, value)) return;
  const errors = withoutNull(Value.Errors(schema, value));
  // What is closest to the root says most: of a union every branch complains further down.
  const [first] = errors.toSorted((a, b) => rank(a) - rank(b) || depthOf(a) - depthOf(b));
  throw refuse(first ? describe(schema, first) : "'The value has a form that is not understood'.");
}

/** Of a member that may be null too, what is wrong is what its other form says. */
function withoutNull(errors: readonly SchemaError[]): SchemaError[] {
  const isNull = ({ keyword, params }: SchemaError) => keyword === 'type' && 'type' in params && params.type === 'null';
  const nullable = new Set(errors.filter(isNull).map(({ schemaPath }) => schemaPath.replace(/\/anyOf\/\d+$/, '')));
  return errors.filter((error) => !isNull(error) && !nullable.has(error.schemaPath));
}

/** A member that is not known says more than what is missing beside it. */
function rank({ keyword }: SchemaError): number {
  return keyword === 'additionalProperties' ? 0 : 1;
}

function depthOf({ instancePath }: SchemaError): number {
  return instancePath.split('/').length;
}

function describe(schema: TSchema, { keyword, instancePath, params, message }: SchemaError): string {
  const place = instancePath
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const on = place.length === 0 ? '' : ` on property ${cut(place.join('.'))}`;
  switch (keyword) {
    case 'additionalProperties': {
      const { additionalProperties: names } = params as { additionalProperties: string[] };
      return `'Additional properties not allowed: ${names.map(cut).join(',')}'${on}.`;
    }
    case 'required': {
      const { requiredProperties: names } = params as { requiredProperties: string[] };
      return `'Missing required property: ${names.join(',')}'${on}.`;
    }
    case 'const':
    case 'enum':
    case 'anyOf': {
      const choices = choicesAt(schema, place);
      const words =
        choices.length === 0 ? 'The value has no form that is allowed' : `Allowed values: ${choices.join(', ')}`;
      return `'${words}'${on}.`;
    }
    default:
      return `'Value ${message}'${on}.`;
  }
}

/** The literal values that are allowed at this place. */
function choicesAt(schema: TSchema, path: readonly string[]): string[] {
  let node: SchemaNode = schema;
  for (const step of path) {
    const inner: SchemaNode = node.items ?? node.properties?.[step] ?? {};
    const forms: readonly SchemaNode[] = inner.anyOf?.filter(({ type }) => type !== 'null') ?? [];
    node = forms.length === 1 && forms[0] ? forms[0] : inner;
  }
  return (node.anyOf ?? [node]).flatMap((one) => (one.const === undefined ? [] : [JSON.stringify(one.const)]));
}

/** What is looked at of a schema, to find the place of a value in it. */
interface SchemaNode {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly const?: unknown;
}

// What may have several lines: keys, certificates, code, pages, and what customers keep for themselves.
const MANY_LINES = new Set([
  ...['pem', 'ca', 'cert', 'fedMetadataXml', 'script', 'code', 'body', 'html', 'template', 'description', 'value'],
  ...['user_metadata', 'app_metadata', 'client_metadata', 'customScripts', 'password', 'signing_secret'],
]);

/** Security: settings come back in headers, mails and logs, where a line break would begin something new. */
function refuseControlCharacters(value: unknown, path: readonly string[]): void {
  if (typeof value === 'string') {
    const isBroken = path.some((step) => MANY_LINES.has(step)) ? /\0/.test(value) : /[\p{Cc}\u2028\u2029]/u.test(value);
    if (isBroken) {
      throw apiRefusals.invalidBody(`'Control characters are not allowed' on property ${cut(path.join('.'))}.`);
    }
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    if (path.some((step) => step.endsWith('_metadata'))) continue;
    if (/\p{Cc}/u.test(name)) throw apiRefusals.invalidBody("'Control characters are not allowed in names'.");
    refuseControlCharacters(member, [...path, name]);
  }
}

const LONGEST_NAME = 100;

function cut(name: string): string {
  return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}...` : name;
}
