// The driver of our own database conforms. Blocked users are the login's to refuse, not the driver's; who is locked out for
// wrong passwords is the guard's.
import assert from 'node:assert/strict';
import { toConnection } from '../../src/connection/read-connection.ts';
import { createDatabaseDriver } from '../../src/directory/database/database-directory.ts';
import { createRefusalFloor } from '../../src/directory/database/refusal-floor.ts';
import { createUserMove } from '../../src/directory/database/user-move.ts';
import { createOriginDriver } from '../../src/directory/origin/origin-driver.ts';
import { createOutgoingAddresses } from '../../src/directory/outgoing-address.ts';
import { createHasher } from '../../src/ground.ts';
import { FairLine } from '../../src/lib/fair-line.ts';
import { createSandbox } from '../../src/sandbox/sandbox-runs.ts';
import { createConfigurationCache } from '../../src/storage/configuration-cache.ts';
import { createStores } from '../../src/stores.ts';
import { createCountedHasher } from '../support/counted-hasher.ts';
import { askDirectory } from '../support/directory-login.ts';
import { SAMPLE_TENANT } from '../support/sample-tenant.ts';
import { startServer } from '../support/start-server.ts';
import { conforms } from './directory-suite.ts';

const CONNECTION = 'Username-Password-Authentication';
const GOOD = { name: 'good@example.com', password: 'Good-Passw0rd' };
const ODD = [
  { name: 'o%27hara+tag@example.com', password: ' blanks around ' },
  { name: 'jürgen@example.com', password: 'pässwörd "quoted" \\ back\tslash' },
  { name: '漢字@example.com', password: '🦉'.repeat(20) },
];

conforms('database', {
  isRemote: false,
  skip: false,
  good: GOOD,
  odd: ODD,
  patterns: ['%', '_', "' or '1'='1", 'good%', '*', 'good\u200b@example.com'],
  unknown: 'unknown-user',
  states: { locked: null, disabled: null, expired: null, 'must-change': null },
  async start() {
    const users = [GOOD, ...ODD].map(({ name, password }) => ({ email: name, connection: CONNECTION, password }));
    const server = await startServer({ tenant: { ...SAMPLE_TENANT, users } });
    const { database, clock } = server.ground;
    const stores = createStores(server.ground);
    const { tenants, connections, credentials } = stores;
    const hasher = createCountedHasher();
    const counted = hasher.wrap(createHasher(server.ground));
    const sandbox = createSandbox({ most: 1, budgetMs: 1000, clock, fetch: null });
    const driver = createDatabaseDriver({
      ...{ database, credentials, clock, hasher: counted },
      line: new FairLine({ slots: 2, budgetMs: 10_000, clock }),
      floor: createRefusalFloor(counted, clock),
      cache: createConfigurationCache(database.sql, clock),
      origins: createOriginDriver({ clock, sandbox, addresses: createOutgoingAddresses({ clock, networks: [] }) }),
      moveUser: createUserMove({ ...stores, database, clock }),
    });
    const tenant = (await tenants.findByName('acme')) ?? assert.fail();
    const stored = (await connections.list(tenant.id)).find(({ name }) => name === CONNECTION) ?? assert.fail();
    const connection = toConnection(stored);
    assert.ok(connection.strategy === 'auth0');
    return {
      ask: (name, password) => askDirectory(driver, connection, name, password, tenant.id),
      // Whoever is there costs a check; the directory is the hasher.
      passwordsHeard: () => null,
      network: null,
      stop: () => server.close(),
    };
  },
});
