// The fields of users that an export takes, by the names that Auth0 gives them. Called by run-job.ts.
import type { ExportField } from './job-settings.ts';

/** The user's values of these fields, by the names they are exported as; what the user does not have is left out. */
export function fieldsOf(
  user: Readonly<Record<string, unknown>>,
  fields: readonly ExportField[],
): Record<string, unknown> {
  const values = fields.map(({ name, exportAs }) => [exportAs, valueAt(user, name)] as const);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined && value !== null));
}

/** `identities[0].connection` goes through members of its own only. */
function valueAt(user: unknown, name: string): unknown {
  let value: unknown = user;
  for (const step of name.split(/[.[\]]+/).filter(Boolean)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}
