// The ADFS driver conforms by both of its protocols, against a stand-in that answers as Microsoft documents it. ADFS answers
// for every state of an account as for a wrong password.
import { type AdfsOptionsWire, adfsOptionsOf } from '../../src/connection/adfs-options.ts';
import { createAdfsDriver } from '../../src/directory/adfs/adfs-directory.ts';
import { createOutgoingAddresses } from '../../src/directory/outgoing-address.ts';
import { conforms } from '../directory/directory-suite.ts';
import { ADFS_CLIENT, ADFS_SECRET, startAdfsStandIn } from '../support/adfs-stand-in.ts';
import { askDirectory, connectionOf } from '../support/directory-login.ts';
import { createTestClock } from '../support/test-clock.ts';

const IMPATIENT = { connectMs: 2500, operationMs: 2500 };
const GOOD = { name: 'sam@corp.example.test', password: 'Right-Passw0rd' };
const ODD = [
  { name: "o'hara+tag@corp.example.test", password: 'a&b=c%20d+e' },
  { name: 'jürgen@corp.example.test', password: ' <b>pässwörd</b> "quoted" ]]> \\ &amp; ' },
];

const PROTOCOLS: Readonly<Record<string, Omit<AdfsOptionsWire, 'adfs_server'>>> = {
  oauth: { client_id: ADFS_CLIENT, client_secret: ADFS_SECRET },
  'ws-trust': { protocol: 'ws-trust' },
};
for (const [protocol, wire] of Object.entries(PROTOCOLS)) {
  conforms(`adfs by ${protocol}`, {
    isRemote: true,
    skip: false,
    good: GOOD,
    odd: ODD,
    patterns: ['*', 'sam*', '</o:Username>', 'sam@corp.example.test&username=sam'],
    unknown: 'wrong-password',
    states: { locked: null, disabled: null, expired: null, 'must-change': null },
    async start() {
      const clock = createTestClock();
      const adfs = await startAdfsStandIn(clock);
      // What signs assertions is loaded before anybody waits for one.
      await import('../support/signed-xml.ts');
      adfs.users.push(...[GOOD, ...ODD].map((person) => ({ ...person, claims: { upn: person.name } })));
      const addresses = createOutgoingAddresses({ clock, networks: [] });
      const driver = createAdfsDriver({ clock, addresses, limits: IMPATIENT });
      const options = adfsOptionsOf({ adfs_server: adfs.origin, ...wire });
      return {
        ask: (name, password) => askDirectory(driver, connectionOf('adfs', options), name, password),
        passwordsHeard: () =>
          adfs.seen.filter(({ path }) => path.endsWith('/usernamemixed') || path.endsWith('/token/')).length,
        network: {
          stall() {
            adfs.instead = () => {};
          },
          takeDown() {
            adfs.instead = (_, response) => void response.socket?.destroy();
          },
          bringBack() {
            adfs.instead = null;
          },
          advance: (milliseconds) => clock.advance(milliseconds),
        },
        async stop() {
          await driver.close?.();
          await adfs.close();
        },
      };
    },
  });
}
