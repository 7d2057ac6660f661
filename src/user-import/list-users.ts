// The users of a tenant page by page, as exports read them. Whoever calls it has a connection of its own, or is a command.
import type { TenantId } from '../tenant/tenant.ts';
import type { StoredAccount, StoredUser, UserStore } from '../user/user-store.ts';

const PAGE = 500;

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
  users: UserStore,
  tenantId: TenantId,
  connectionId: string,
  limit: number | null = null,
): AsyncGenerator<readonly StoredAccount[]> {
  yield* inPages(limit, (last: StoredAccount | undefined, most) =>
    users.listOfConnection(tenantId, connectionId, last?.identityId ?? null, most),
  );
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
