// Between the options of a connection, as the API has them, and the values of its form.
import { type OptionField, type OptionValues, type StrategyForm, textOf } from './option-field.ts';
import { fieldsOf } from './strategy-form.ts';

/** What the form shows of these options, null for none yet. Secrets are empty: nobody is shown them. */
export function valuesOf(form: StrategyForm, options: OptionValues | null): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const field of fieldsOf(form)) write(values, field.name, valueOf(field, options));
  return values;
}

/**
 * The options as the form wants them: only what applies, and what is not as it would be anyway.
 * Options without a field stay.
 */
export function optionsOf(form: StrategyForm, values: OptionValues, stored: OptionValues): Record<string, unknown> {
  const fields = fieldsOf(form);
  const known = new Set(fields.map(({ name }) => name.split('.', 1)[0]));
  const options = Object.fromEntries(Object.entries(stored).filter(([name]) => !known.has(name)));
  for (const field of fields.filter((one) => applies(one, values))) {
    const value = optionOf(field, read(values, field.name));
    if (value !== undefined) write(options, field.name, value);
  }
  return options;
}

/** What is missing, by field. `stored` are the options that are there already, null for a new connection. */
export function missingIn(
  form: StrategyForm,
  values: OptionValues,
  stored: OptionValues | null,
): Record<string, string> {
  const missing = fieldsOf(form).filter(
    (field) =>
      field.required === true &&
      applies(field, values) &&
      !isSecretStored(field, stored) &&
      optionOf(field, read(values, field.name)) === undefined,
  );
  return Object.fromEntries(missing.map(({ name, label }) => [name, `“${label}” is missing.`]));
}

/** True when the field has an effect beside the other values. */
export function applies({ applies: test }: OptionField, values: OptionValues): boolean {
  return test?.(values) ?? true;
}

/** True when the server has this secret for certain; it does not tell of those that may be left out. */
export function isSecretStored(field: OptionField, stored: OptionValues | null): boolean {
  return field.kind === 'secret' && stored !== null && (field.isStored?.(stored) ?? false);
}

function valueOf(field: OptionField, options: OptionValues | null): unknown {
  const stored = options === null ? undefined : read(options, field.name);
  switch (field.kind) {
    case 'switch':
      return stored ?? field.standard;
    case 'choice':
      return (options && field.derived?.(options)) ?? stored ?? field.standard;
    case 'number':
      return stored === undefined ? '' : Number(stored);
    case 'lines':
      return Array.isArray(stored) ? stored.join('\n') : '';
    case 'text':
    case 'long':
      return typeof stored === 'string' ? stored : '';
    case 'secret':
      return '';
  }
}

/** Undefined leaves the option out. */
function optionOf(field: OptionField, value: unknown): unknown {
  switch (field.kind) {
    case 'switch':
      return value === field.standard ? undefined : value;
    case 'choice':
      return field.derived || value === field.standard ? undefined : value;
    case 'number':
      return value === '' || value === field.standard ? undefined : value;
    case 'lines': {
      const lines = textOf(value)
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '');
      return lines.length === 0 ? undefined : lines;
    }
    case 'text':
    case 'long':
      return textOf(value) || undefined;
    // A password may begin or end with a blank.
    case 'secret':
      return value === '' ? undefined : value;
  }
}

function read(values: OptionValues, path: string): unknown {
  return path.split('.').reduce<unknown>((at, name) => (at as OptionValues | undefined)?.[name], values);
}

function write(values: Record<string, unknown>, path: string, value: unknown): void {
  const [first = '', ...rest] = path.split('.');
  if (rest.length === 0) {
    values[first] = value;
    return;
  }
  const inner: Record<string, unknown> = { ...(values[first] as object | undefined) };
  write(inner, rest.join('.'), value);
  values[first] = inner;
}
