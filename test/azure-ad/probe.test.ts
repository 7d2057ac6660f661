// The steps that `connection test` takes with an Azure AD connection, and what it says when one fails.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type AzureAdOptionsWire, azureAdOptionsOf } from '../../src/connection/azure-ad-options.ts';
import { createAzureAdProbe } from '../../src/directory/azure-ad/probe.ts';
import { createOutgoingAddresses } from '../../src/directory/outgoing-address.ts';
import { Secret } from '../../src/lib/secret.ts';
import { AZURE_CLIENT, AZURE_SECRET, startAzureAdStandIn } from '../support/azure-ad-stand-in.ts';
import { connectionOf } from '../support/directory-login.ts';
import { createTestClock } from '../support/test-clock.ts';

const clock = createTestClock();
const azure = await startAzureAdStandIn(clock);
azure.users.push({ upn: 'sam@example.com', password: 'right', oid: 'oid-of-sam', groups: ['a', 'b'] });
azure.users.push({ upn: 'factor@example.com', password: 'right', oid: 'oid-of-factor', refusal: 50076 });
after(() => azure.close());

const probe = createAzureAdProbe({ clock, addresses: createOutgoingAddresses({ clock, networks: [] }) });

async function tried(changes: Partial<AzureAdOptionsWire>, login: readonly [string, string] | null) {
  const options = azureAdOptionsOf({
    client_id: AZURE_CLIENT,
    client_secret: AZURE_SECRET,
    tenant_domain: 'example.onmicrosoft.com',
    login_url: azure.origin,
    graph_url: azure.origin,
    ...changes,
  });
  const attempt = login && { identifier: login[0], password: new Secret(login[1]) };
  const steps = await probe(connectionOf('waad', options), attempt);
  assert.equal(steps.length, 5);
  assert.ok(!JSON.stringify(steps).includes(AZURE_SECRET));
  return { passed: steps.map((step) => step.passed), words: steps.map((step) => step.words) };
}

test('everything is tried with a user name and a password', async () => {
  const { passed, words } = await tried({ ext_groups: true }, ['sam@example.com', 'right']);
  assert.deepEqual(passed, [true, true, true, true, true]);
  assert.match(words[4] ?? '', /oid-of-sam; 2 groups/);
});

test('without a password only the tenant and the application are tried', async () => {
  assert.deepEqual((await tried({}, null)).passed, [true, true, null, null, null]);
});

test('the step that failed says what to do, and the others are left out', async () => {
  const tenant = await tried({ tenant_domain: 'nowhere.example.com' }, null);
  assert.deepEqual(tenant.passed, [false, null, null, null, null]);
  assert.match(tenant.words[0] ?? '', /tenant_domain.*AADSTS90002/);
  const secret = await tried({ client_secret: 'wrong' }, null);
  assert.match(secret.words[1] ?? '', /client_secret is wrong.*AADSTS7000215/);
  const factor = await tried({}, ['factor@example.com', 'right']);
  assert.match(factor.words[2] ?? '', /second factor.*second_factor is `ignored`.*AADSTS50076/);
  const password = await tried({}, ['sam@example.com', 'wrong']);
  assert.deepEqual(password.passed, [true, true, false, null, null]);
  const unreachable = await tried({ login_url: 'https://169.254.169.254' }, null);
  assert.match(unreachable.words[0] ?? '', /does not connect to/);
});
