// Databases of a file from Auth0 whose users are to move in at their logins: the tenant that they leave becomes their source,
// in the place of scripts and of whatever else knew their passwords there. Called by tenant-file.ts.
import type { UserSourceWire } from '../connection/user-source.ts';
import type { Problem } from './schema-problem.ts';

type Json = Record<string, unknown>;

/** The tenant that users leave, by the names of the databases that they are in. */
export type MovingDatabases = ReadonlyMap<string, NonNullable<UserSourceWire['upstream']>>;

/** What of a database's options says where its users are. */
const OF_SOURCES = ['customScripts', 'configuration', 'bareConfiguration', 'enabledDatabaseCustomization'] as const;

/**
 * The content with these databases set to let their users move in, and what was taken out for that. Names that the file does
 * not have are problems.
 */
export function withMovingDatabases(
  content: unknown,
  moving: MovingDatabases,
): { readonly content: unknown; readonly leftOut: readonly Problem[]; readonly problems: readonly Problem[] } {
  if (moving.size === 0) return { content, leftOut: [], problems: [] };
  const { databases = [] } = (content ?? {}) as { databases?: (Json & { name?: unknown; options?: Json | null })[] };
  const leftOut: Problem[] = [];
  const changed = databases.map((database, index) => {
    const upstream = moving.get(String(database.name));
    if (!upstream) return database;
    const options = Object.fromEntries(
      Object.entries(database.options ?? {}).filter(([name]) => !OF_SOURCES.includes(name as never)),
    );
    if (database.options?.['enabledDatabaseCustomization'] === true) {
      const path = ['databases', index, 'options', 'customScripts'];
      leftOut.push({
        path,
        words: `The scripts of ${String(database.name)} stay behind: ${upstream.issuer} runs them.`,
      });
    }
    return { ...database, options: { ...options, import_mode: true, upstream } };
  });
  const names = databases.map(({ name }) => String(name));
  const problems = [...moving.keys()]
    .filter((name) => !names.includes(name))
    .map((name) => ({
      path: ['databases'],
      words: `The file has no database ${name}. It has: ${names.join(', ') || 'none'}.`,
    }));
  return { content: { ...(content as Json), databases: changed }, leftOut, problems };
}
