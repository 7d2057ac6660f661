// The directories of every kind, with what each stands on. Called by app.ts.

import type { KeyedHash } from './attack-protection/attempt-keys.ts';
import { createBindBudget } from './attack-protection/bind-budget.ts';
import type { TakePlaces } from './attack-protection/take-places.ts';
import { createActiveDirectoryDriver } from './directory/active-directory/active-directory-directory.ts';
import { createAdfsDriver } from './directory/adfs/adfs-directory.ts';
import { createAzureAdDriver } from './directory/azure-ad/azure-ad-directory.ts';
import { createDatabaseDriver } from './directory/database/database-directory.ts';
import type { PasswordHasher } from './directory/database/password-hash.ts';
import type { RefusalFloor } from './directory/database/refusal-floor.ts';
import { createUserMove } from './directory/database/user-move.ts';
import { createDirectoryRegistry, type DirectoryDrivers } from './directory/directory-registry.ts';
import { createLdapDriver } from './directory/ldap/ldap-directory.ts';
import { createOriginDriver } from './directory/origin/origin-driver.ts';
import { createOutgoingAddresses } from './directory/outgoing-address.ts';
import type { Clock } from './lib/clock.ts';
import type { FairLine } from './lib/fair-line.ts';
import type { SteadyTime } from './lib/steady-clock.ts';
import type { Sandbox } from './sandbox/sandbox-runs.ts';
import type { ConfigurationCache } from './storage/configuration-cache.ts';
import type { Database } from './storage/database.ts';
import type { GroupCommit } from './storage/group-commit.ts';
import type { Stores } from './stores.ts';

interface Parts {
  readonly database: Database;
  readonly stores: Stores;
  readonly hasher: PasswordHasher;
  readonly line: FairLine;
  readonly floor: RefusalFloor;
  readonly cache: ConfigurationCache;
  readonly clock: Clock;
  readonly takePlaces: TakePlaces;
  readonly groupCommit: GroupCommit;
  readonly steadyTime: SteadyTime;
  readonly keyedHash: KeyedHash;
  /** Where the custom scripts of databases run. */
  readonly sandbox: Sandbox;
  /** See `Configuration.privateNetworks`. */
  readonly privateNetworks: readonly string[];
  /** Drivers that take the place of ours. */
  readonly replaced: DirectoryDrivers;
}

/** Builds the registry over the drivers. */
export function createDirectories(parts: Parts) {
  const { database, stores, hasher, line, floor, cache, clock } = parts;
  const { takePlaces, groupCommit, steadyTime, keyedHash } = parts;
  const outgoing = { clock, addresses: createOutgoingAddresses({ clock, networks: parts.privateNetworks }) };
  return createDirectoryRegistry({
    auth0: createDatabaseDriver({
      ...{ database, hasher, line, floor, cache, clock },
      credentials: stores.credentials,
      origins: createOriginDriver({ ...outgoing, sandbox: parts.sandbox }),
      moveUser: createUserMove({ ...stores, database, clock }),
    }),
    ldap: createLdapDriver(outgoing),
    ad: createActiveDirectoryDriver({
      ...outgoing,
      bindBudget: createBindBudget({
        ...{ takePlaces, groupCommit, steadyTime, keyedHash },
        knownSources: stores.knownSources,
      }),
    }),
    waad: createAzureAdDriver(outgoing),
    adfs: createAdfsDriver(outgoing),
    ...parts.replaced,
  });
}
