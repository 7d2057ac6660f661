// `gatehouse user hashes`: how many users still have which kind of hash.
import { UnusableHash } from '../../directory/database/imported-hash/imported-hash.ts';
import { kindOfHash } from '../../directory/database/password-hash.ts';
import type { TenantId } from '../../tenant/tenant.ts';
import { createUserExportStore, type UserExportStore } from '../../user-import/user-export-store.ts';
import { type Invocation, show } from '../command.ts';
import { alignedTable } from '../table.ts';
import { listDatabases } from './database-choice.ts';
import { withTenant } from './verbs.ts';

const PAGE = 1000;

/** Counts the hashes of every database, or of that of `--connection`; the most frequent kind comes first. */
export async function countHashes(invocation: Invocation): Promise<void> {
  await withTenant(invocation, async (work) => {
    const accounts = createUserExportStore(work.ground.database.sql);
    const rows: { connection: string; kind: string; users: number }[] = [];
    for (const { id, name } of await listDatabases(work, invocation)) {
      const counts = await countKinds(accounts, work.tenant.id, id);
      const sorted = [...counts].toSorted(([, one], [, other]) => other - one);
      rows.push(...sorted.map(([kind, users]) => ({ connection: name, kind, users })));
    }
    const cells = rows.map(({ connection, kind, users }) => [connection, kind, String(users)]);
    show(
      invocation,
      rows,
      cells.length === 0 ? ['There is no user.'] : alignedTable(['connection', 'hash', 'users'], cells),
    );
  });
}

async function countKinds(
  accounts: UserExportStore,
  tenantId: TenantId,
  connectionId: string,
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  let last: string | null = null;
  for (;;) {
    const page: Awaited<ReturnType<UserExportStore['listAccounts']>> = await accounts.listAccounts(
      tenantId,
      connectionId,
      last,
      PAGE,
    );
    for (const { passwordHash } of page) {
      const kind = passwordHash === null ? 'no password' : describe(passwordHash);
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
    }
    if (page.length < PAGE) return counts;
    last = page.at(-1)?.identityId ?? null;
  }
}

function describe(passwordHash: string): string {
  try {
    return kindOfHash(passwordHash);
  } catch (error) {
    if (error instanceof UnusableHash) return 'cannot be checked';
    throw error;
  }
}
