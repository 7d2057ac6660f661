// `fields` and `include_fields`: which members of the answer the caller wants to see.
import Type from 'typebox';

/** The query members. */
export const FIELDS_QUERY = {
  fields: Type.Optional(Type.String({ maxLength: 2048, description: 'Names of members, separated by commas.' })),
  include_fields: Type.Optional(
    Type.Boolean({ description: 'True (default) answers only these members, false all the others.' }),
  ),
};

/** What a request says of members. */
export interface FieldsQuery {
  readonly fields?: string;
  readonly include_fields?: boolean;
}

/** Takes from a value what the request does not want to see; a member inside another one goes by its dotted name. */
export function fieldFilter({ fields, include_fields: isIncluded = true }: FieldsQuery): (value: object) => object {
  if (fields === undefined || fields === '') return (value) => value;
  const names = new Set(fields.split(',').map((name) => name.trim().split('.')[0] ?? ''));
  return (value) => Object.fromEntries(Object.entries(value).filter(([name]) => names.has(name) === isIncluded));
}
