// How many wrong passwords of one account a directory is told of. A directory that counts them itself locks the account,
// everywhere and for everybody, so a server that passes on whatever strangers type would be a way to lock out anybody. The
// account is counted by the directory's own id: however its name is spelled, from all sources, on all nodes.
import type { Caller } from '../lib/caller.ts';
import type { SteadyTime } from '../lib/steady-clock.ts';
import type { GroupCommit } from '../storage/group-commit.ts';
import type { TenantId } from '../tenant/tenant.ts';
import { type Counter, waitOf } from './attempt-counter.ts';
import { attemptKeysOf, identifierKeyOf, type KeyedHash } from './attempt-keys.ts';
import type { AttemptEnd } from './attempt-store.ts';
import type { KnownSourceStore } from './known-source-store.ts';
import { createSourceMemory } from './source-memory.ts';
import type { TakePlaces } from './take-places.ts';

interface Parts {
  readonly knownSources: KnownSourceStore;
  readonly takePlaces: TakePlaces;
  readonly groupCommit: GroupCommit;
  readonly steadyTime: SteadyTime;
  readonly keyedHash: KeyedHash;
}

/** A password is to be tried at a directory. */
export interface BudgetedBind {
  readonly tenantId: TenantId;
  readonly connectionId: string;
  /** The account's stable id in the directory. */
  readonly accountId: string;
  /** By which an operator knows the account. */
  readonly userId: string;
  readonly clientId: string;
  readonly ip: string;
  readonly caller: Caller;
  /** Wrong passwords that are passed on within `windowMs`. */
  readonly limit: number;
  readonly windowMs: number;
}

/** One password may be tried. It ends once, and what that means for the budget is written when the promise resolves. */
export interface BindPlace {
  ended(how: AttemptEnd): Promise<void>;
}

export interface BindBudget {
  /**
   * A place for one password, after a wait when as many are under way as are left; null when all are used up and nobody
   * knows the source. Throws `TurnedAway` when the wait took too long, or the caller went.
   */
  reserve(bind: BudgetedBind): Promise<BindPlace | null>;
}

/** Builds it. */
export function createBindBudget({ knownSources, takePlaces, groupCommit, steadyTime, keyedHash }: Parts): BindBudget {
  const remember = createSourceMemory(knownSources, steadyTime);
  return {
    async reserve(bind) {
      const { tenantId, caller } = bind;
      const counter = counterOf(keyedHash, bind);
      const source = sourceOf(keyedHash, bind);
      try {
        const taken = await takePlaces(tenantId, [counter], caller, async (states) => {
          const now = steadyTime.now();
          if (waitOf(counter, states.get(counter.key), now) === 0) return [counter];
          if (await knownSources.isKnown(tenantId, source, now)) return [];
          throw new UsedUp();
        });
        return {
          async ended(how) {
            const known = how === 'succeeded' ? remember(tenantId, source, counter.identifierKey) : [];
            const effects = [...taken.end(how, bind.userId), ...known];
            if (effects.length > 0) await groupCommit.commit(effects);
          },
        };
      } catch (error) {
        if (error instanceof UsedUp) return null;
        throw error;
      }
    },
  };
}

class UsedUp extends Error {}

/** Where somebody logged in to the account from: known also when the name was spelled in another way. */
function sourceOf(hash: KeyedHash, bind: BudgetedBind): string {
  return `b${attemptKeysOf(hash, { ...bind, identifier: bind.accountId }).source}`;
}

function counterOf(hash: KeyedHash, { tenantId, connectionId, accountId, limit, windowMs }: BudgetedBind) {
  const key = identifierKeyOf(hash, tenantId, connectionId, accountId);
  return {
    key: `b${key}`,
    kind: 'bind',
    identifierKey: key,
    address: null,
    unit: 1,
    capacity: limit,
    drains: false,
    chargesSuccess: false,
    // Directories forget wrong passwords at a right one, too.
    resets: true,
    blocksForMs: windowMs,
    forgetsAfterMs: windowMs,
  } satisfies Counter;
}
