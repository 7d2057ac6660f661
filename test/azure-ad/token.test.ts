// The whole way: the request of the article with an Azure AD connection as the default directory.
import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { decodeJwt } from 'jose';
import { AZURE_CLIENT, AZURE_SECRET, startAzureAdStandIn } from '../support/azure-ad-stand-in.ts';
import { sendJson } from '../support/https-stand-in.ts';
import { SAMPLE_TENANT, SEED_REQUEST } from '../support/sample-tenant.ts';
import { HOST, startServer } from '../support/start-server.ts';

interface Tokens {
  readonly access_token: string;
  readonly id_token: string;
}

const GROUPS = 'https://example.com/groups';
const OID = '11112222-3333-4444-5555-666677778888';

const server = await startServer();
const azure = await startAzureAdStandIn(server.clock);
after(() => Promise.all([server.close(), azure.close()]));

const options = {
  client_id: AZURE_CLIENT,
  client_secret: AZURE_SECRET,
  tenant_domain: 'example.onmicrosoft.com',
  login_url: azure.origin,
  graph_url: azure.origin,
  ext_groups: true,
  groups_claim: GROUPS,
};
const connection = { name: 'azure', strategy: 'waad', enabled_clients: ['CLI'], options };
await server.apply({
  ...SAMPLE_TENANT,
  tenant: { ...SAMPLE_TENANT.tenant, default_directory: 'azure' },
  connections: [connection],
});

const claims = { given_name: 'Sam', family_name: 'User', email: 'sam@example.com' };
beforeEach(() => {
  azure.instead = null;
  azure.users.splice(0);
  const sam = { upn: 'sam@example.com', password: 'right', oid: OID, name: 'Sam User', claims, groups: ['Readers'] };
  azure.users.push(sam, { ...sam, upn: 'factor@example.com', oid: 'another', refusal: 50076 });
});

const ask = (username: string, password: string, scope = 'openid profile email read:sample') =>
  server.token({ ...SEED_REQUEST, username, password, scope });

test('a password that Azure AD takes is a token for the user of the oid, with profile and groups', async () => {
  const response = await ask('sam@example.com', 'right');
  assert.equal(response.statusCode, 200, response.body);
  const { access_token: accessToken, id_token: idToken } = response.json<Tokens>();
  const payload = decodeJwt(accessToken);
  assert.equal(payload.sub, `waad|${OID}`);
  assert.deepEqual(payload[GROUPS], ['Readers']);
  const { name, given_name, family_name, email, email_verified } = decodeJwt(idToken);
  assert.deepEqual(
    { name, given_name, family_name, email, email_verified },
    { name: 'Sam User', ...claims, email_verified: false },
  );
  const userinfo = await server.app.server.inject({
    url: '/userinfo',
    headers: { host: HOST, authorization: `Bearer ${accessToken}` },
  });
  const { sub, email: told } = userinfo.json<{ sub: string; email: string }>();
  assert.deepEqual([sub, told], [`waad|${OID}`, 'sam@example.com']);
});

test('an e-mail address that another connection has too is another user [T-15]', async () => {
  azure.users.push({ upn: 'user@example.com', password: 'right', oid: 'oid-of-a-namesake' });
  const { access_token: token } = (await ask('user@example.com', 'right')).json<Tokens>();
  assert.equal(decodeJwt(token).sub, 'waad|oid-of-a-namesake');
});

test('every refusal is the one answer, and the log has the reason', async () => {
  for (const [username, password, reason] of [
    ['sam@example.com', 'wrong', 'wrong-password'],
    ['nobody@example.com', 'wrong', 'unknown-user'],
    ['factor@example.com', 'right', 'second-factor-required'],
  ] as const) {
    const response = await ask(username, password);
    assert.deepEqual([response.statusCode, response.json<{ error: string }>().error], [403, 'invalid_grant']);
    const [event] = await server.logs();
    assert.equal(event?.details.error?.reason, reason);
    assert.equal(event?.type, reason === 'unknown-user' ? 'fu' : 'fp');
  }
});

test('an outage is 503 and no wrong password [F-18]', async () => {
  azure.instead = (_, response) => sendJson(response, 503, {}, { 'retry-after': '17' });
  const response = await ask('sam@example.com', 'right');
  assert.deepEqual([response.statusCode, response.headers['retry-after']], [503, '17']);
  assert.equal(response.json<{ error: string }>().error, 'temporarily_unavailable');
  const [event] = await server.logs();
  assert.deepEqual([event?.type, event?.details.error?.reason], ['fc', 'directory-http-error']);
});

test('while Azure AD is left alone, refusals are one event a minute, which counts them', async () => {
  assert.equal((await ask('sam@example.com', 'right')).statusCode, 200);
  azure.instead = (_, response) => void response.socket?.destroy();
  const written = async () =>
    (await server.logs())
      .filter(({ details }) => details.error?.reason === 'directory-breaker-open')
      .map(({ type, details }) => [type, details['turned_away']]);
  for (let failure = 0; failure < 5; failure += 1) await ask('sam@example.com', 'right');
  for (let refused = 0; refused < 4; refused += 1) {
    assert.equal((await ask('sam@example.com', 'right')).statusCode, 503);
  }
  assert.deepEqual(await written(), [['fc', 1]]);
  server.clock.advance(60_000);
  // One is let through to see, and opens the breaker again.
  await ask('sam@example.com', 'right');
  await ask('sam@example.com', 'right');
  assert.deepEqual(await written(), [
    ['fc', 4],
    ['fc', 1],
  ]);
});
