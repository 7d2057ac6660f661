// Reading attributes of entries. Their names have no case, and a directory may leave out whatever it likes.
import type { Entry } from 'ldapts';

/** All values of an attribute as text; none when it is not there. */
export function valuesOf(entry: Entry, attribute: string): readonly string[] {
  return rawValuesOf(entry, attribute)
    .map(String)
    .filter((value) => value.trim() !== '');
}

/** The first value of the first of these attributes that has one; null when none has. */
export function firstOf(entry: Entry, ...attributes: readonly (string | null)[]): string | null {
  for (const attribute of attributes) {
    const [value] = attribute === null ? [] : valuesOf(entry, attribute);
    if (value !== undefined) return value;
  }
  return null;
}

/** The first value as bytes; null when there is none. */
export function bytesOf(entry: Entry, attribute: string): Buffer | null {
  const [value] = rawValuesOf(entry, attribute);
  if (value === undefined) return null;
  return typeof value === 'string' ? Buffer.from(value, 'latin1') : value;
}

/** The attributes of these names that have values: one as text, several as a list. */
export function attributesOf(entry: Entry, names: readonly string[]): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const name of names) {
    const values = valuesOf(entry, name);
    if (values.length > 0) found[name] = values.length === 1 ? values[0] : values;
  }
  return found;
}

type RawValue = string | Buffer;
const byLowerCase = new WeakMap<Entry, ReadonlyMap<string, readonly RawValue[]>>();

function rawValuesOf(entry: Entry, attribute: string): readonly RawValue[] {
  let values = byLowerCase.get(entry);
  if (values === undefined) {
    // The first of two that differ in case only is the one that counts.
    const pairs = Object.entries(entry).map(([name, value]) => [name.toLowerCase(), [value].flat()] as const);
    values = new Map(pairs.toReversed());
    byLowerCase.set(entry, values);
  }
  return values.get(attribute.toLowerCase()) ?? [];
}
