// Passwords checked against a stand-in of ADFS by the OAuth password grant.
import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { type AdfsOptionsWire, adfsOptionsOf } from '../../src/connection/adfs-options.ts';
import { createAdfsDriver } from '../../src/directory/adfs/adfs-directory.ts';
import { oauthErrorOf } from '../../src/directory/adfs/adfs-error.ts';
import { createAdfsProbe } from '../../src/directory/adfs/probe.ts';
import { createOutgoingAddresses } from '../../src/directory/outgoing-address.ts';
import { Secret } from '../../src/lib/secret.ts';
import { ADFS_CLIENT, ADFS_SECRET, startAdfsStandIn } from '../support/adfs-stand-in.ts';
import { askDirectory, connectionOf } from '../support/directory-login.ts';
import { sendJson } from '../support/https-stand-in.ts';
import { createTestClock } from '../support/test-clock.ts';

const clock = createTestClock();
const adfs = await startAdfsStandIn(clock);
after(() => adfs.close());

const SAM = {
  name: 'sam@corp.example.test',
  password: 'right',
  claims: {
    upn: 'Sam@corp.example.test',
    email: 'sam.user@example.com',
    given_name: 'Sam',
    family_name: 'User',
    primarysid: 'S-1-5-21-1-2-3-1104',
    group: ['Readers', 'Writers'],
  },
};
const BASE: AdfsOptionsWire = { adfs_server: adfs.origin, client_id: ADFS_CLIENT, client_secret: ADFS_SECRET };

const parts = { clock, addresses: createOutgoingAddresses({ clock, networks: [] }) };
let driver = createAdfsDriver(parts);

beforeEach(async () => {
  await driver.close?.();
  driver = createAdfsDriver(parts);
  adfs.users.splice(0);
  adfs.users.push(SAM);
  adfs.seen.splice(0);
  adfs.instead = null;
  adfs.forged = {};
  await adfs.rotateKeys();
});

function logIn(changes: Partial<AdfsOptionsWire> = {}, password = 'right') {
  return askDirectory(driver, connectionOf('adfs', adfsOptionsOf({ ...BASE, ...changes })), SAM.name, password);
}

async function accepted(changes: Partial<AdfsOptionsWire> = {}) {
  const outcome = await logIn(changes);
  assert.equal(outcome.kind, 'accepted', JSON.stringify(outcome));
  return outcome.kind === 'accepted' ? outcome.account : assert.fail();
}

async function refusal(changes: Partial<AdfsOptionsWire> = {}, password = 'right') {
  const outcome = await logIn(changes, password);
  return outcome.kind === 'accepted' ? assert.fail() : outcome.reason;
}

test('the right password is the account of the ID token, named by its upn in lower case', async () => {
  const { identityId, profile, groups } = await accepted();
  assert.equal(identityId, 'sam@corp.example.test');
  assert.equal(groups, null);
  assert.equal(profile?.email, 'Sam@corp.example.test');
  assert.equal(profile?.emailVerified, false);
  const form = adfs.seen.at(-1)?.form ?? assert.fail();
  assert.deepEqual(Object.fromEntries(form), {
    grant_type: 'password',
    client_id: ADFS_CLIENT,
    client_secret: ADFS_SECRET,
    scope: 'openid',
    username: SAM.name,
    password: 'right',
  });
});

test('a claim that never changes can name the user, and another one lists groups', async () => {
  const wanted = { userIdAttribute: 'primarysid', groups_attribute: 'http://schemas.xmlsoap.org/claims/Group' };
  const { identityId, profile, groups } = await accepted(wanted);
  assert.equal(identityId, 'S-1-5-21-1-2-3-1104');
  assert.deepEqual(groups, ['Readers', 'Writers']);
  assert.deepEqual([profile?.email, profile?.givenName, profile?.familyName], ['sam.user@example.com', 'Sam', 'User']);
  assert.equal(profile?.extra['group'], undefined);
  assert.equal(adfs.seen.at(-1)?.form.get('scope'), 'openid allatclaims');
});

test('without the claim that names the user nobody is logged in', async () => {
  assert.equal(await refusal({ userIdAttribute: 'objectguid' }), 'adfs-user-id-missing');
  for (const upn of [['a@b', 'c@d'], '', 'with blank', 'with|bar', undefined]) {
    adfs.forged = { upn };
    assert.equal(await refusal(), 'adfs-user-id-missing');
  }
});

test('a wrong password is one, and what is wrong with the configuration is not', async () => {
  assert.equal(await refusal({}, 'wrong'), 'wrong-password');
  assert.equal(await refusal({ client_id: 'another' }), 'adfs-msis9607-client-unknown');
  assert.equal(await refusal({ client_secret: 'another' }), 'adfs-msis9622-client-secret-wrong');
  const { client_id: _, client_secret: __, ...none } = BASE;
  const outcome = await askDirectory(driver, connectionOf('adfs', adfsOptionsOf(none)), SAM.name, 'right');
  assert.equal(outcome.kind === 'unavailable' && outcome.reason, 'adfs-client-id-missing');
});

test('the token must be of this farm, for this client, of now, and signed by a published key', async () => {
  const now = clock.now() / 1000;
  for (const [forged, reason] of [
    [{ iss: 'https://other.example.test/adfs' }, 'adfs-token-claim-iss'],
    [{ aud: 'another-client' }, 'adfs-token-claim-aud'],
    [{ exp: now - 301 }, 'adfs-token-expired'],
  ] as const) {
    adfs.forged = forged;
    assert.equal(await refusal(), reason);
  }
  adfs.forged = {};
  await adfs.signWithOwnKey();
  assert.equal(await refusal(), 'adfs-token-jws-signature-verification-failed');
});

test('a farm without OpenID Connect is told to be one, and gets no password', async () => {
  adfs.instead = (_, response) => void response.writeHead(404).end();
  assert.equal(await refusal(), 'adfs-description-missing');
  assert.ok(adfs.seen.every(({ method }) => method === 'GET'));
});

test('a description that sends passwords to another host is refused [T-33]', async () => {
  adfs.instead = (_, response) =>
    sendJson(response, 200, {
      issuer: `${adfs.origin}/adfs`,
      jwks_uri: `${adfs.origin}/adfs/discovery/keys`,
      token_endpoint: 'https://elsewhere.example.test/adfs/oauth2/token',
    });
  assert.equal(await refusal(), 'directory-description-unusable');
});

test('every error has a meaning, and what nobody knows is no wrong password [F-18]', () => {
  const meaning = (error: string, text = '') => oauthErrorOf({ error, error_description: text }).meaning.reason;
  assert.equal(meaning('invalid_grant', 'MSIS9659: x'), 'wrong-password');
  assert.equal(meaning('invalid_grant'), 'adfs-error-without-number');
  assert.equal(meaning('invalid_grant', 'MSIS1234: x'), 'adfs-msis1234-not-known-here');
  assert.equal(meaning('unsupported_grant_type', 'MSIS9611: x'), 'adfs-msis9611-grant-not-supported');
  assert.equal(meaning('interaction_required'), 'second-factor-required');
  assert.equal(meaning('access_denied'), 'not-permitted');
  assert.equal(meaning('temporarily_unavailable'), 'adfs-temporarily-unavailable');
  assert.equal(meaning('constructor', 'toString'), 'adfs-error-without-number');
});

test('a probe says of each step how it went', async () => {
  const probe = createAdfsProbe(parts);
  const connection = connectionOf('adfs', adfsOptionsOf(BASE));
  const attempt = { identifier: SAM.name, password: new Secret('right') };
  const told = async (...args: Parameters<typeof probe>) => (await probe(...args)).map(({ passed }) => passed);
  assert.deepEqual(await told(connection, attempt), [true, true, true]);
  assert.deepEqual(await told(connection, null), [true, null, null]);
  assert.deepEqual(await told(connection, { ...attempt, password: new Secret('wrong') }), [true, false, null]);
});
