// What is wrong with a record, in Auth0's codes, and the record itself without anything secret: together an entry of
// `GET /jobs/{id}/errors`. Called by check-record.ts and import-batch.ts.
import type { JobError } from '../job/job-file-store.ts';
import { ImportRecord } from './import-record.ts';

export type RecordProblem = JobError['errors'][number];

/** A problem found by the schema, as the schema library tells it. */
interface SchemaError {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: object;
  readonly message: string;
}

const CODES: Readonly<Record<string, string>> = {
  type: 'INVALID_TYPE',
  minLength: 'MIN_LENGTH',
  maxLength: 'MAX_LENGTH',
  minimum: 'MINIMUM',
  maximum: 'MAXIMUM',
  anyOf: 'ENUM_MISMATCH',
  const: 'ENUM_MISMATCH',
};
const REDACTED = '*****';
/** Members of a custom hash that say how it was made and not what it is. */
const HARMLESS = new Set(['algorithm', 'encoding', 'digest', 'position']);

/** One problem for each place; values are not repeated. */
export function problemsOf(errors: readonly SchemaError[]): RecordProblem[] {
  const problems = new Map<string, RecordProblem>();
  const sorted = errors.toSorted((a, b) => rankOf(a) - rankOf(b));
  for (const one of sorted.flatMap(problemsOfOne)) {
    if (!problems.has(one.path)) problems.set(one.path, one);
  }
  return [...problems.values()];
}

/** A member that does not belong there has other errors too, which say less. */
function rankOf({ keyword }: SchemaError): number {
  return keyword === 'additionalProperties' ? 0 : 1;
}

function problemsOfOne({ keyword, instancePath, params, message }: SchemaError): RecordProblem[] {
  const path = instancePath.split('/').slice(1).join('.');
  const { additionalProperties = [], requiredProperties = [] } = params as Partial<Record<string, string[]>>;
  const inner = (name: string) => (path === '' ? name : `${path}.${name}`);
  switch (keyword) {
    case 'additionalProperties':
      return additionalProperties.map((name) =>
        problem('OBJECT_ADDITIONAL_PROPERTIES', `${inner(name)} is no member of an import.`, inner(name)),
      );
    case 'required':
      return requiredProperties.map((name) => problem('OBJECT_REQUIRED', `${inner(name)} is missing.`, inner(name)));
    case 'anyOf':
    case 'const':
      return [problem('ENUM_MISMATCH', `${path} has a value that is not supported.`, path)];
    case 'pattern':
      return [problem(path === 'email' ? 'FORMAT' : 'PATTERN', `${path} is not in its format.`, path)];
    default:
      return [problem(CODES[keyword] ?? 'NOT_PASSED', `${path || 'The record'} ${message}.`, path)];
  }
}

/** A problem at this member; an empty path is the record as a whole. */
export function problem(code: string, message: string, path = ''): RecordProblem {
  return { code, message, path };
}

/** The entry that tells of it; what is no record at all is told as an empty one. */
export function jobErrorOf(record: unknown, errors: readonly RecordProblem[]): JobError {
  return { user: isObject(record) ? redact(record) : {}, errors };
}

function redact(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, redactMember(name, value)]));
}

/** Security: hashes, and members that nobody knows, may be all there is to know for a login. */
function redactMember(name: string, value: unknown): unknown {
  if (name === 'custom_password_hash') return redactDeeply(value);
  return name === 'password_hash' || !Object.hasOwn(ImportRecord.properties, name) ? REDACTED : value;
}

function redactDeeply(value: unknown): unknown {
  if (!isObject(value)) return REDACTED;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      HARMLESS.has(name) && typeof inner === 'string' ? inner : redactDeeply(inner),
    ]),
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
