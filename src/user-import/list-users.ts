// Goes through the users of a tenant, or the accounts of a connection, page by page. Called by exports.
import type { TenantId } from '../tenant/tenant.ts';
import type { StoredUser, UserStore } from '../user/user-store.ts';
import type { ExportedAccount, UserExportStore } from './user-export-store.ts';

const PAGE = 500;

/** An account and the user whose it is. */
export interface AccountOfUser extends ExportedAccount {
  readonly stored: StoredUser;
}

/** Pages of at most so many users of the tenant in all; null for no bound. */
export async function* listUsers(
  users: UserStore,
  tenantId: TenantId,
  limit: number | null = null,
): AsyncGenerator<readonly StoredUser[]> {
  yield* inPages(limit, (last: StoredUser | undefined, most) =>
    users.listAfter(tenantId, last?.user.userId ?? null, most),
  );
}

/** The same for the accounts of one connection. */
export async function* listAccounts(
  { users, accounts }: { readonly users: UserStore; readonly accounts: UserExportStore },
  tenantId: TenantId,
  connectionId: string,
  limit: number | null = null,
): AsyncGenerator<readonly AccountOfUser[]> {
  const pages = inPages(limit, (last: ExportedAccount | undefined, most) =>
    accounts.listAccounts(tenantId, connectionId, last?.identityId ?? null, most),
  );
  for await (const page of pages) {
    const ids = [...new Set(page.map(({ userId }) => userId))];
    const stored = new Map((await users.listByIds(tenantId, ids)).map((one) => [one.user.userId as string, one]));
    yield page.flatMap((account) => {
      // A user who was deleted meanwhile is none.
      const user = stored.get(account.userId);
      return user ? [{ ...account, stored: user }] : [];
    });
  }
}

async function* inPages<T>(
  limit: number | null,
  read: (last: T | undefined, most: number) => Promise<T[]>,
): AsyncGenerator<readonly T[]> {
  let last: T | undefined;
  for (let left = limit ?? Infinity; left > 0; ) {
    const most = Math.min(PAGE, left);
    const page = await read(last, most);
    if (page.length > 0) yield page;
    if (page.length < most) return;
    last = page.at(-1);
    left -= page.length;
  }
}
