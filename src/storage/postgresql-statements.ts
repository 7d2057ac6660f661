// Statements of the token path on PostgreSQL: each connection parses and plans a text once and keeps it under a name, which
// halves what the server does for it. Called by postgresql.ts.
import { hash } from 'node:crypto';
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import type { RunStatement } from './direct-statement.ts';

/** So many texts are kept by each connection; others are run without a name, and so are long ones: each would be kept, too. */
const MOST_TEXTS = 500;
const LONGEST_TEXT = 8192;
/**
 * The server knows nothing of the name, or something else by it, because a balancer in between gives each statement another
 * connection; or the tables have changed since. Nothing was run.
 */
const NOT_KEPT: ReadonlySet<unknown> = new Set(['26000', '42P05', '0A000']);

interface NamedQuery {
  readonly name: string | undefined;
  readonly text: string;
  readonly values: readonly unknown[];
}

type Ask = (query: NamedQuery) => Promise<{ readonly rows: unknown[] }>;

/** Builds it over the pool; `tell` sees every text with the milliseconds that it took. */
export function createKeptStatements(
  pool: PostgresPool,
  tell: (text: string, milliseconds: number) => void,
): RunStatement {
  const names = new Map<string, string>();
  let isKeeping = true;

  function nameOf(text: string): string | undefined {
    const name = names.get(text);
    if (name !== undefined || names.size >= MOST_TEXTS || text.length > LONGEST_TEXT) return name;
    const made = hash('sha256', text, 'base64url');
    names.set(text, made);
    return made;
  }

  async function runOn(client: PostgresPoolClient, text: string, values: readonly unknown[]): Promise<unknown[]> {
    const ask = client.query.bind(client) as unknown as Ask;
    if (isKeeping) {
      try {
        return (await ask({ name: nameOf(text), text, values })).rows;
      } catch (error) {
        if (!NOT_KEPT.has((error as { code?: unknown }).code)) throw error;
        isKeeping = false;
      }
    }
    return (await ask({ name: undefined, text, values })).rows;
  }

  return async (text, values) => {
    const client = await pool.connect();
    const startedAt = performance.now();
    try {
      return await runOn(client, text, values);
    } finally {
      client.release();
      tell(text, performance.now() - startedAt);
    }
  };
}
