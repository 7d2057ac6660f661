// What a schema found wrong, in words for the person who wrote the file.
import type { TSchema } from 'typebox';

export interface Problem {
  readonly path: readonly (string | number)[];
  readonly words: string;
}

interface SchemaError {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: object;
  readonly message: string;
}

/** One sentence for each place that is wrong; the content stands `at` this place. Values are not repeated: they may be secrets. */
export function explainProblems(
  schema: TSchema,
  content: unknown,
  errors: readonly SchemaError[],
  at: Problem['path'] = [],
): Problem[] {
  const problems = new Map<string, Problem>();
  const extras = new Set(
    errors
      .filter((error) => error.keyword === 'additionalProperties')
      .flatMap((error) => extrasOf(error).map((name) => `${error.instancePath}/${name}`)),
  );
  for (const error of errors) {
    if (extras.has(error.instancePath)) continue;
    for (const problem of explain(schema, content, error, at)) {
      const place = problem.path.join('/');
      if (!problems.has(place)) problems.set(place, problem);
    }
  }
  return [...problems.values()];
}

function extrasOf(error: SchemaError): string[] {
  return (error.params as { additionalProperties: string[] }).additionalProperties;
}

function explain(schema: TSchema, content: unknown, error: SchemaError, at: Problem['path']): Problem[] {
  const inner = pathOf(error.instancePath);
  const path = [...at, ...inner];
  const here = nameOf(path);
  switch (error.keyword) {
    case 'additionalProperties':
      return extrasOf(error).map((name) => ({
        path: [...path, name],
        words: `${nameOf([...path, name])} is not supported by this version of Gatehouse; leave it out.`,
      }));
    case 'required':
      return (error.params as { requiredProperties: string[] }).requiredProperties.map((name) => ({
        path: [...path, name],
        words: `${nameOf([...path, name])} is missing.`,
      }));
    case 'const':
    case 'anyOf': {
      const choices = choicesAt(schema, inner);
      if (choices.length === 0) return [{ path, words: `${here} has a form that is not understood.` }];
      return [
        { path, words: `${here} has a value that this version does not support; it can be: ${choices.join(', ')}.` },
      ];
    }
    default:
      return [{ path, words: content === null ? 'The file is empty.' : `${here} ${error.message}.` }];
  }
}

/** The literal values that are allowed at this place. */
function choicesAt(schema: TSchema, path: readonly (string | number)[]): string[] {
  let node: unknown = schema;
  for (const step of path) {
    const { properties, items } = (node ?? {}) as { properties?: Record<string, unknown>; items?: unknown };
    node = typeof step === 'number' ? items : properties?.[step];
  }
  const literal = (node ?? {}) as { const?: string; anyOf?: { const?: string }[] };
  return (literal.anyOf ?? [literal]).flatMap((one) => (one.const === undefined ? [] : [one.const]));
}

function pathOf(pointer: string): (string | number)[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}

/** `clients[0].name`. */
function nameOf(path: readonly (string | number)[]): string {
  const name = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('');
  return name.replace(/^\./, '') || 'The file';
}
