// The Azure AD driver conforms, against a stand-in that answers as Microsoft documents it.
import { azureAdOptionsOf } from '../../src/connection/azure-ad-options.ts';
import { createAzureAdDriver } from '../../src/directory/azure-ad/azure-ad-directory.ts';
import { createOutgoingAddresses } from '../../src/directory/outgoing-address.ts';
import { conforms } from '../directory/directory-suite.ts';
import { AZURE_CLIENT, AZURE_SECRET, startAzureAdStandIn } from '../support/azure-ad-stand-in.ts';
import { askDirectory, connectionOf } from '../support/directory-login.ts';
import { createTestClock } from '../support/test-clock.ts';

const IMPATIENT = { connectMs: 2500, operationMs: 2500 };
const GOOD = { name: 'sam@example.com', password: 'Right-Passw0rd' };
const ODD = [
  { name: "o'hara+tag@example.com", password: 'a&b=c%20d+e' },
  { name: 'jürgen@example.com', password: ' pässwörd "quoted" \\ ' },
];
const refusedFor = (state: string, refusal: number) => ({
  user: { upn: `${state}@example.com`, password: GOOD.password, oid: `oid-of-${state}`, refusal },
  person: { name: `${state}@example.com`, password: GOOD.password },
});
const [LOCKED, DISABLED, EXPIRED, MUST_CHANGE] = [
  refusedFor('locked', 50053),
  refusedFor('disabled', 50057),
  refusedFor('expired', 50055),
  refusedFor('must-change', 50125),
];

conforms('azure-ad', {
  isRemote: true,
  skip: false,
  good: GOOD,
  odd: ODD,
  patterns: ['*', 'sam*', '%', 'sam@example.com\u0000', 'sam@example.com&username=sam'],
  unknown: 'unknown-user',
  states: {
    locked: { ...LOCKED.person, reason: 'locked' },
    disabled: { ...DISABLED.person, reason: 'disabled' },
    expired: { ...EXPIRED.person, reason: 'password-expired' },
    'must-change': { ...MUST_CHANGE.person, reason: 'must-change-password' },
  },
  async start() {
    const clock = createTestClock();
    const azure = await startAzureAdStandIn(clock);
    azure.users.push(
      ...[GOOD, ...ODD].map(({ name, password }, at) => ({ upn: name, password, oid: `oid-${at}` })),
      ...[LOCKED, DISABLED, EXPIRED, MUST_CHANGE].map(({ user }) => user),
    );
    const addresses = createOutgoingAddresses({ clock, networks: [] });
    const driver = createAzureAdDriver({ clock, addresses, limits: IMPATIENT });
    const options = azureAdOptionsOf({
      ...{ client_id: AZURE_CLIENT, client_secret: AZURE_SECRET, tenant_domain: 'example.onmicrosoft.com' },
      ...{ login_url: azure.origin, graph_url: azure.origin },
    });
    return {
      ask: (name, password) => askDirectory(driver, connectionOf('waad', options), name, password),
      passwordsHeard: () => azure.passwords().length,
      network: {
        stall() {
          azure.instead = () => {};
        },
        takeDown() {
          azure.instead = (_, response) => void response.socket?.destroy();
        },
        bringBack() {
          azure.instead = null;
        },
        advance: (milliseconds) => clock.advance(milliseconds),
      },
      async stop() {
        await driver.close?.();
        await azure.close();
      },
    };
  },
});
