// Auth0's own libraries asking for a machine's token, by a secret and by a key, given nothing but the domain.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, before, test } from 'node:test';
import { AuthClient, TokenByClientCredentialsError } from '@auth0/auth0-auth-js';
import { ManagementClient, ManagementError } from 'auth0';
import * as legacy from 'auth0/legacy';
import * as v4 from 'auth0-v4';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { type DevServer, startDevServer } from '../support/dev-server.ts';
import { proving } from '../support/proved-call.ts';
import { trustAuthority } from '../support/trust.ts';

const API = 'https://someapi.com/api';
const MACHINE = { clientId: 'MachineClient0000000000000000000', clientSecret: 'machine-client-secret-0123456789' };
const KEY_MACHINE = 'KeyMachineClient0000000000000000';

const { publicKey, privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const WITH_KEY = { clientId: KEY_MACHINE, clientAssertionSigningKey: privateKey };

let server: DevServer;
before(async () => {
  const environment = { MACHINE_PUBLIC_KEY: publicKey };
  server = await startDevServer({ file: 'test/clients/machines.yaml', environment });
  trustAuthority(server.caPath);
});
after(() => server.stop());

/** The token verifies under the published keys and says this of the machine. */
async function assertTokenOf(clientId: string, scope: string, token: string): Promise<void> {
  const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', server.https));
  const { payload } = await jwtVerify(token, keys, { issuer: `${server.https}/`, audience: API });
  const { sub, azp, gty, scope: claimed } = payload;
  const expected = { sub: `${clientId}@clients`, azp: clientId, gty: 'client-credentials', claimed: scope };
  assert.deepEqual({ sub, azp, gty, claimed }, expected);
}

for (const [name, library, { AuthApiError, AuthenticationClient }] of [
  ['auth0 4', 'auth0 4', v4],
  ['auth0 7, in its legacy part,', 'auth0/legacy', legacy],
] as const) {
  test(`${name} gets a token by the client’s secret`, async () => {
    const client = proving(library, new AuthenticationClient({ domain: server.domain, ...MACHINE }));
    const { status, data } = await client.oauth.clientCredentialsGrant({ audience: API });
    const { access_token: token, ...rest } = data;
    assert.deepEqual(
      { status, ...rest },
      { status: 200, scope: 'read:sample', expires_in: 86_400, token_type: 'Bearer' },
    );
    await assertTokenOf(MACHINE.clientId, 'read:sample', token);
  });

  test(`${name} gets a token by the client’s key, and another one at once`, async () => {
    const client = proving(library, new AuthenticationClient({ domain: server.domain, ...WITH_KEY }));
    for (let i = 0; i < 2; i += 1) {
      const { data } = await client.oauth.clientCredentialsGrant({ audience: API });
      await assertTokenOf(KEY_MACHINE, 'read:sample write:sample', data.access_token);
    }
  });

  test(`${name} understands what a machine is refused`, async () => {
    const wrongSecret = { ...MACHINE, clientSecret: 'wrong' };
    const wrongAlgorithm = { ...WITH_KEY, clientAssertionSigningAlg: 'PS256' };
    for (const [options, audience, status, words] of [
      [wrongSecret, API, 401, 'Unauthorized'],
      [wrongAlgorithm, API, 401, 'Unauthorized'],
      [MACHINE, 'https://nowhere.example', 403, 'Service not found: https://nowhere.example'],
    ] as const) {
      const client = new AuthenticationClient({ domain: server.domain, ...options });
      await assert.rejects(client.oauth.clientCredentialsGrant({ audience }), (error) => {
        assert.ok(error instanceof AuthApiError);
        const { statusCode, error: code, error_description: description } = error;
        assert.deepEqual(
          { statusCode, code, description },
          { statusCode: status, code: 'access_denied', description: words },
        );
        return true;
      });
    }
  });
}

test('auth0-auth-js gets a token by the client’s secret', async () => {
  const client = proving('@auth0/auth0-auth-js', new AuthClient({ domain: server.domain, ...MACHINE }));
  const { accessToken } = await client.getTokenByClientCredentials({ audience: API });
  await assertTokenOf(MACHINE.clientId, 'read:sample', accessToken);
});

test('auth0-auth-js gets a token by the client’s key', async () => {
  const client = proving('@auth0/auth0-auth-js', new AuthClient({ domain: server.domain, ...WITH_KEY }));
  const { accessToken } = await client.getTokenByClientCredentials({ audience: API });
  await assertTokenOf(KEY_MACHINE, 'read:sample write:sample', accessToken);
});

test('auth0-auth-js understands what a machine is refused', async () => {
  const client = new AuthClient({ domain: server.domain, ...MACHINE, clientSecret: 'wrong' });
  await assert.rejects(client.getTokenByClientCredentials({ audience: API }), (error) => {
    assert.ok(error instanceof TokenByClientCredentialsError);
    assert.deepEqual([error.cause?.error, error.cause?.error_description], ['access_denied', 'Unauthorized']);
    return true;
  });
});

for (const [how, options] of [
  ['secret', MACHINE],
  ['key', WITH_KEY],
] as const) {
  test(`auth0 7 gets the token of its management client by the client’s ${how}`, async () => {
    const management = new ManagementClient({ domain: server.domain, ...options, audience: API });
    // It is a token of another API than the Management API, which says so; one that was not given would be another error.
    await assert.rejects(management.roles.list(), (error) => {
      assert.ok(error instanceof ManagementError);
      assert.equal(error.statusCode, 401);
      assert.match(error.message, /Bad audience/);
      return true;
    });
  });
}
