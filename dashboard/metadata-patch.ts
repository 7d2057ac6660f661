// What to send so that metadata become what somebody typed: the API merges member by member. Called by the page of a user.

type Metadata = Readonly<Record<string, unknown>>;

/** The members that differ; null for each that is gone. */
export function metadataPatch(stored: Metadata, wanted: Metadata): Record<string, unknown> {
  const gone = Object.keys(stored).filter((name) => !Object.hasOwn(wanted, name));
  const changed = Object.entries(wanted).filter(
    ([name, value]) => !Object.hasOwn(stored, name) || JSON.stringify(stored[name]) !== JSON.stringify(value),
  );
  return Object.fromEntries([...gone.map((name): [string, unknown] => [name, null]), ...changed]);
}

/** The object that the text means; null when it means none. */
export function readMetadata(text: string): Metadata | null {
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Metadata) : null;
  } catch {
    return null;
  }
}
