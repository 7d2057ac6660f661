// Passwords checked against a stand-in of Azure AD that speaks as Microsoft documents it.
import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { type AzureAdOptionsWire, azureAdOptionsOf } from '../../src/connection/azure-ad-options.ts';
import { createAzureAdDriver } from '../../src/directory/azure-ad/azure-ad-directory.ts';
import { createOutgoingAddresses } from '../../src/directory/outgoing-address.ts';
import { AZURE_CLIENT, AZURE_SECRET, startAzureAdStandIn } from '../support/azure-ad-stand-in.ts';
import { askDirectory, connectionOf } from '../support/directory-login.ts';
import { sendJson } from '../support/https-stand-in.ts';
import { createTestClock } from '../support/test-clock.ts';

const clock = createTestClock();
const azure = await startAzureAdStandIn(clock);
after(() => azure.close());

const SAM = {
  upn: 'sam@example.com',
  password: 'right',
  oid: '11112222-3333-4444-5555-666677778888',
  name: 'Sam User',
  claims: { given_name: 'Sam', family_name: 'User', email: 'sam.user@example.com' },
};
const BASE: AzureAdOptionsWire = {
  client_id: AZURE_CLIENT,
  client_secret: AZURE_SECRET,
  tenant_domain: 'example.onmicrosoft.com',
  login_url: azure.origin,
  graph_url: azure.origin,
};

let driver = newDriver();

function newDriver() {
  return createAzureAdDriver({ clock, addresses: createOutgoingAddresses({ clock, networks: [] }) });
}

beforeEach(async () => {
  await driver.close?.();
  driver = newDriver();
  azure.users.splice(0);
  azure.users.push(SAM);
  azure.seen.splice(0);
  azure.instead = null;
  azure.forged = {};
  azure.rotateKeys();
});

function logIn(changes: Partial<AzureAdOptionsWire> = {}, password = 'right', name = SAM.upn) {
  return askDirectory(driver, connectionOf('waad', azureAdOptionsOf({ ...BASE, ...changes })), name, password);
}

async function accepted(changes: Partial<AzureAdOptionsWire> = {}, name = SAM.upn) {
  const outcome = await logIn(changes, 'right', name);
  assert.equal(outcome.kind, 'accepted', JSON.stringify(outcome));
  return outcome.kind === 'accepted' ? outcome.account : assert.fail();
}

async function refusal(changes: Partial<AzureAdOptionsWire> = {}, password = 'right', name = SAM.upn) {
  const outcome = await logIn(changes, password, name);
  assert.notEqual(outcome.kind, 'accepted');
  return outcome.kind === 'accepted' ? assert.fail() : outcome.reason;
}

test('the right password is the account of the token, named by its oid', async () => {
  const { identityId, profile, groups } = await accepted();
  assert.equal(identityId, SAM.oid);
  assert.equal(groups, null);
  assert.deepEqual(profile, {
    email: 'sam.user@example.com',
    emailVerified: false,
    username: null,
    name: 'Sam User',
    givenName: 'Sam',
    familyName: 'User',
    nickname: null,
    picture: null,
    phoneNumber: null,
    extra: { upn: 'sam@example.com', oid: SAM.oid, tenantid: azure.tenantId },
  });
});

test('the request is the one that Microsoft documents', async () => {
  await accepted();
  const { path, form, headers } = azure.seen.at(-1) ?? assert.fail();
  assert.equal(path, `/${azure.tenantId}/oauth2/v2.0/token`);
  assert.equal(headers['content-type'], 'application/x-www-form-urlencoded');
  assert.deepEqual(Object.fromEntries(form), {
    client_id: AZURE_CLIENT,
    client_secret: AZURE_SECRET,
    grant_type: 'password',
    username: 'sam@example.com',
    password: 'right',
    scope: 'openid profile email',
  });
});

test('the old endpoint is asked for a token for the application itself, whose signature is checked', async () => {
  const { identityId, profile } = await accepted({ identity_api: 'azure-active-directory-v1.0' });
  assert.equal(identityId, SAM.oid);
  assert.equal(profile?.extra['upn'], 'sam@example.com');
  const { path, form } = azure.seen.at(-1) ?? assert.fail();
  assert.equal(path, `/${azure.tenantId}/oauth2/token`);
  assert.equal(form.get('resource'), AZURE_CLIENT);
});

test('the sub of the application takes the place of the oid where an option says so', async () => {
  assert.equal((await accepted({ userid_attribute: 'sub' })).identityId, `pairwise-${SAM.oid}`);
});

test('an e-mail address counts as verified only where an option says so', async () => {
  const always = { should_trust_email_verified_connection: 'always_set_emails_as_verified' } as const;
  assert.equal((await accepted(always)).profile?.emailVerified, true);
  assert.equal((await accepted()).profile?.emailVerified, false);
});

test('a wrong password and an unknown user are told apart in the log', async () => {
  assert.equal(await refusal({}, 'wrong'), 'wrong-password');
  assert.equal(await refusal({}, 'right', 'nobody@example.com'), 'unknown-user');
});

test('groups come from Graph by name, page by page, at most as many as the options say', async () => {
  const names = Array.from({ length: 250 }, (_, index) => `group ${index}`);
  azure.users.push({ ...SAM, upn: 'many@example.com', groups: names, nestedGroups: ['nested'] });
  const groupsOf = async (more: Partial<AzureAdOptionsWire>) =>
    (await accepted({ ext_groups: true, ...more }, 'many@example.com')).groups;
  assert.deepEqual(await groupsOf({}), names.slice(0, 50));
  assert.deepEqual(await groupsOf({ max_groups_to_retrieve: '220' }), names.slice(0, 220));
  assert.deepEqual(await groupsOf({ max_groups_to_retrieve: 2000, ext_nested_groups: true }), [...names, 'nested']);
  const old = { identity_api: 'azure-active-directory-v1.0', max_groups_to_retrieve: 2000 } as const;
  assert.deepEqual(await groupsOf(old), names);
});

test('groups that the token lists are taken from it, and their ids from Graph when there were too many', async () => {
  const claims = { groups: ['id-of-a', 'id-of-b'] };
  const overage = {
    _claim_names: { groups: 'src1' },
    _claim_sources: { src1: { endpoint: 'https://elsewhere.test/' } },
  };
  azure.users.push({ ...SAM, upn: 'few@example.com', claims });
  azure.users.push({ ...SAM, upn: 'many@example.com', claims: overage, groups: ['a', 'b', 'c'] });
  azure.users.push({ ...SAM, upn: 'none@example.com' });
  assert.deepEqual((await accepted({ ext_groups: true }, 'few@example.com')).groups, ['id-of-a', 'id-of-b']);
  assert.deepEqual((await accepted({ ext_groups: true }, 'many@example.com')).groups, [
    'id-of-a',
    'id-of-b',
    'id-of-c',
  ]);
  assert.deepEqual((await accepted({ ext_groups: true }, 'none@example.com')).groups, []);
});

test('without groups nobody logs in who was to have some', async () => {
  const others = (path: string) => path.startsWith('/v1.0/');
  const forbid = azureInFrontOf(others, 403, { error: { code: 'Authorization_RequestDenied' } });
  assert.equal(await forbid({ ext_groups: true }), 'azure-ad-graph-refused-403');
  const astray = azureInFrontOf(others, 200, {
    value: [],
    '@odata.nextLink': 'https://elsewhere.example.test/v1.0/me',
  });
  assert.equal(await astray({ ext_groups: true }), 'azure-ad-graph-answer-unusable');
});

/** Logs in while requests for some paths are answered like this and the others as always. */
function azureInFrontOf(isMeant: (path: string) => boolean, status: number, body: unknown) {
  return async (changes: Partial<AzureAdOptionsWire>) => {
    const real = azure.itself;
    azure.instead = (request, response) =>
      isMeant(request.path) ? sendJson(response, status, body) : real(request, response);
    return refusal(changes);
  };
}

test('further attributes come from Graph where an option says so', async () => {
  const attributes = { jobTitle: 'Gatekeeper', department: '', mobilePhone: '+1 555 0100', businessPhones: ['1'] };
  azure.users.push({ ...SAM, upn: 'job@example.com', attributes });
  const { profile } = await accepted({ ext_profile: true }, 'job@example.com');
  assert.deepEqual(profile?.extra, {
    upn: 'job@example.com',
    oid: SAM.oid,
    tenantid: azure.tenantId,
    jobTitle: 'Gatekeeper',
    mobilePhone: '+1 555 0100',
    businessPhones: ['1'],
  });
});

test('the token must be of this tenant, for this application, of now, and signed by a published key', async () => {
  const now = clock.now() / 1000;
  for (const [forged, reason] of [
    [{ iss: `${azure.origin}/another/v2.0` }, 'azure-ad-token-claim-iss'],
    [{ aud: '99990000-aaaa-2222-bbbb-3333cccc4444' }, 'azure-ad-token-claim-aud'],
    [{ exp: now - 301, iat: now - 302 }, 'azure-ad-token-expired'],
    [{ iat: now - 700 }, 'azure-ad-token-expired'],
    [{ nbf: now + 400 }, 'azure-ad-token-claim-nbf'],
    [{ oid: '' }, 'azure-ad-token-without-user-id'],
    [{ oid: 7 }, 'azure-ad-token-without-user-id'],
  ] as const) {
    azure.forged = forged;
    assert.equal(await refusal(), reason);
  }
  azure.forged = {};
  azure.signWithOwnKey();
  assert.equal(await refusal(), 'azure-ad-token-jws-signature-verification-failed');
});

test('an unknown key is looked up once more, and no more than every half a minute', async () => {
  await accepted();
  assert.equal(azure.keyFetches(), 1);
  clock.advance(31_000);
  azure.rotateKeys();
  await accepted();
  assert.equal(azure.keyFetches(), 2);
  azure.rotateKeys();
  assert.equal(await refusal(), 'azure-ad-token-unknown-key');
  assert.equal(azure.keyFetches(), 2);
  clock.advance(31_000);
  await accepted();
});

test('what the tenant demands beyond the password refuses, unless an option lets it pass', async () => {
  for (const [code, passes] of [
    ...([50072, 50074, 50076, 50079, 53003] as const).map((one) => [one, true] as const),
    ...([50078, 50158, 53004, 53010] as const).map((one) => [one, false] as const),
  ]) {
    const name = `factor-${code}@example.com`;
    const oid = `oid-${code}`;
    azure.users.push({
      ...SAM,
      oid,
      upn: name,
      refusal: code,
      groups: ['a'],
      attributes: { mail: 'mail@example.com' },
    });
    assert.equal(await refusal({}, 'right', name), 'second-factor-required');
    const ignored = { second_factor: 'ignored', ext_groups: true } as const;
    if (!passes) {
      assert.equal(await refusal(ignored, 'right', name), 'second-factor-required');
      continue;
    }
    const { identityId, profile, groups } = await accepted(ignored, name);
    assert.deepEqual([identityId, profile?.email, groups], [oid, 'mail@example.com', ['a']]);
    assert.equal(await refusal(ignored, 'wrong', name), 'wrong-password');
  }
});

test('without a token nobody is taken for somebody else', async () => {
  const upn = 'factor@example.com';
  const ignored = { second_factor: 'ignored' } as const;
  const one = { ...SAM, upn, refusal: 50076 };
  azure.users.push({ ...one, attributes: { userPrincipalName: 'other@example.com' } });
  assert.equal(await refusal(ignored, 'right', upn), 'azure-ad-user-not-certain');
  azure.users.splice(-1, 1, { ...one, attributes: { accountEnabled: false } });
  assert.equal(await refusal(ignored, 'right', upn), 'azure-ad-user-not-certain');
  const reason = 'azure-ad-second-factor-ignored-needs-client-secret-and-oid';
  assert.equal(await refusal({ ...ignored, userid_attribute: 'sub' }, 'right', upn), reason);
});

test('what is wrong with the configuration is never a wrong password', async () => {
  assert.equal(await refusal({ client_secret: 'another' }), 'azure-ad-7000215-client-secret-wrong');
  assert.equal(await refusal({ tenant_domain: 'nowhere.example.com' }), 'azure-ad-90002-tenant-unknown');
  const other = { client_id: '99990000-aaaa-2222-bbbb-3333cccc4444' };
  assert.equal(await refusal(other), 'azure-ad-700016-application-unknown');
  const outcome = await logIn(other);
  assert.equal(outcome.kind === 'unavailable' && outcome.directoryFailed, true);
});

test('the password goes nowhere when the tenant says nothing of itself', async () => {
  await refusal({ tenant_domain: 'nowhere.example.com' });
  assert.deepEqual(azure.passwords(), []);
});
