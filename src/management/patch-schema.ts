// The schema of a PATCH body from that of the whole thing, and how such a body changes the thing: members that it leaves out
// stay, and null takes a member back to its default.
import Type, { type TObject, type TSchema } from 'typebox';

/** Every member optional and nullable, but those that never change. */
export function patchOf(schema: TObject, without: readonly string[] = []): TObject {
  const members = Object.entries(schema.properties)
    .filter(([name]) => !without.includes(name))
    .map(([name, member]): [string, TSchema] => [name, Type.Optional(Type.Union([member, Type.Null()]))]);
  return Type.Object(Object.fromEntries(members), { additionalProperties: false, minProperties: 1 });
}

/** The thing as the body wants it. */
export function patched<T extends object>(thing: T, body: Readonly<Record<string, unknown>>): T {
  const changed = new Map<string, unknown>([...Object.entries(thing), ...Object.entries(body)]);
  return Object.fromEntries([...changed].filter(([, value]) => value !== null)) as T;
}
