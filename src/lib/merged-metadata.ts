// How metadata changes: member by member, as Auth0's PATCH does it. Called where clients and users are changed.

/** Metadata as the change wants it: its own members count, null removes one, the others stay. */
export function mergedMetadata<T>(
  stored: Readonly<Record<string, T>>,
  change: Readonly<Record<string, T | null>>,
): Record<string, T> {
  const merged = new Map<string, T | null>([...Object.entries(stored), ...Object.entries(change)]);
  return Object.fromEntries([...merged].filter((entry): entry is [string, T] => entry[1] !== null));
}
