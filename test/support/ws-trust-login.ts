// Logins by WS-Trust against a stand-in of ADFS, which each test of a file finds as new.
import assert from 'node:assert/strict';
import { after, beforeEach } from 'node:test';
import { type AdfsOptionsWire, adfsOptionsOf } from '../../src/connection/adfs-options.ts';
import { createAdfsDriver } from '../../src/directory/adfs/adfs-directory.ts';
import { createOutgoingAddresses } from '../../src/directory/outgoing-address.ts';
import { type AdfsUser, startAdfsStandIn } from './adfs-stand-in.ts';
import { askDirectory, connectionOf } from './directory-login.ts';
import { createTestClock } from './test-clock.ts';

export const SAM: AdfsUser = {
  name: 'CORP\\sam',
  password: 'right',
  claims: {
    upn: 'sam@corp.example.test',
    email: 'sam.user@example.com',
    given_name: 'Sam',
    family_name: 'User & Co',
    group: ['Readers', 'Writers <all>'],
  },
};
export const ADMIN: AdfsUser = { name: 'CORP\\admin', password: 'other', claims: { upn: 'admin@corp.example.test' } };

/** Starts the stand-in for the tests of one file. */
export async function openWsTrust() {
  const clock = createTestClock();
  const adfs = await startAdfsStandIn(clock);
  const parts = { clock, addresses: createOutgoingAddresses({ clock, networks: [] }) };
  const base: AdfsOptionsWire = { adfs_server: adfs.origin, protocol: 'ws-trust', groups_attribute: 'group' };
  let driver = createAdfsDriver(parts);

  after(() => adfs.close());
  beforeEach(async () => {
    await driver.close?.();
    driver = createAdfsDriver(parts);
    adfs.users.splice(0);
    adfs.users.push(SAM, ADMIN);
    adfs.seen.splice(0);
    adfs.instead = null;
    adfs.forgery = {};
    await adfs.rotateKeys();
  });

  function logIn(changes: Partial<AdfsOptionsWire>, password: string, name: string) {
    return askDirectory(driver, connectionOf('adfs', adfsOptionsOf({ ...base, ...changes })), name, password);
  }
  return {
    adfs,
    clock,
    accepted: async (changes: Partial<AdfsOptionsWire> = {}, password = 'right', name = SAM.name) => {
      const outcome = await logIn(changes, password, name);
      assert.equal(outcome.kind, 'accepted', JSON.stringify(outcome));
      return outcome.kind === 'accepted' ? outcome.account : assert.fail();
    },
    refusal: async (changes: Partial<AdfsOptionsWire> = {}, password = 'right') => {
      const outcome = await logIn(changes, password, SAM.name);
      assert.notEqual(outcome.kind, 'accepted', JSON.stringify(outcome));
      return outcome.kind === 'accepted' ? '' : outcome.reason;
    },
  };
}
