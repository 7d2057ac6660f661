// The sample tenant with machines in it: clients that ask for themselves, by a secret or by a signed assertion.
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { type JWTPayload, SignJWT } from 'jose';
import { API, HS256_API, SAMPLE_TENANT } from './sample-tenant.ts';
import { ISSUER, type TestServer } from './start-server.ts';

export const MACHINE = 'MachineClient0000000000000000000';
export const MACHINE_SECRET = 'machine-client-secret-0123456789';
export const KEY_MACHINE = 'KeyMachineClient0000000000000000';
export const PARTNER = 'PartnerMachine000000000000000000';
const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** An RSA pair, the public half in PEM. */
export function makeKeyPair(bits = 2048) {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: bits });
  return { publicKey, privateKey, pem: publicKey.export({ type: 'spki', format: 'pem' }).toString() };
}

export const FIRST_KEY = makeKeyPair();
export const SECOND_KEY = makeKeyPair();

/** One entry of `credentials`. */
export function publicKeyEntry(pem: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { credential_type: 'public_key', pem, ...more };
}

/** `client_authentication_methods` with these entries. */
export function privateKeyJwt(...credentials: Record<string, unknown>[]): Record<string, unknown> {
  return { private_key_jwt: { credentials } };
}

const SELF = { app_type: 'non_interactive', grant_types: ['client_credentials'] };

/** Two scopes for every machine on the API, one for a user's token, none on the HS256 API. */
export const MACHINE_TENANT = {
  ...SAMPLE_TENANT,
  clients: [
    ...SAMPLE_TENANT.clients,
    { name: 'Machine', client_id: MACHINE, client_secret: MACHINE_SECRET, ...SELF },
    {
      name: 'Key machine',
      client_id: KEY_MACHINE,
      client_authentication_methods: privateKeyJwt(
        publicKeyEntry(FIRST_KEY.pem, { name: 'first' }),
        publicKeyEntry(SECOND_KEY.pem, { name: 'second', alg: 'PS256' }),
      ),
      ...SELF,
    },
    { name: 'Partner', client_id: PARTNER, client_secret: MACHINE_SECRET, is_first_party: false, ...SELF },
  ],
  clientGrants: [
    { client_id: 'Machine', audience: API, scope: ['write:sample', 'read:sample'] },
    { client_id: 'Machine', audience: HS256_API, subject_type: 'user', scope: ['read:legacy'] },
    { client_id: 'Key machine', audience: API, subject_type: 'client', scope: ['read:sample'] },
    { client_id: 'Partner', audience: API, scope: ['read:sample'] },
  ],
};

/** A machine's request. */
export const MACHINE_REQUEST = {
  grant_type: 'client_credentials',
  client_id: MACHINE,
  client_secret: MACHINE_SECRET,
  audience: API,
} as const;

interface AssertionSettings {
  readonly key?: ReturnType<typeof makeKeyPair>['privateKey'] | Uint8Array;
  readonly header?: Record<string, unknown> & { alg?: string };
  /** Claims in place of the right ones; undefined leaves one out. */
  readonly claims?: Record<string, unknown>;
}

/** The claims of a right assertion at the server's time. */
export function assertionClaims(server: TestServer): JWTPayload & { iat: number; exp: number } {
  const iat = Math.floor(server.clock.now() / 1000);
  return { iss: KEY_MACHINE, sub: KEY_MACHINE, aud: ISSUER, jti: randomUUID(), iat, exp: iat + 120 };
}

/** A signed assertion of the key machine: right, but for what the settings say. */
export async function signAssertion(server: TestServer, settings: AssertionSettings = {}): Promise<string> {
  const { key = FIRST_KEY.privateKey, header = {}, claims = {} } = settings;
  return new SignJWT({ ...assertionClaims(server), ...claims })
    .setProtectedHeader({ alg: 'RS256', ...header })
    .sign(key);
}

/** The request that goes with an assertion, as Auth0's libraries send it. */
export function assertionRequest(assertion: string): Record<string, unknown> {
  return {
    grant_type: 'client_credentials',
    client_id: KEY_MACHINE,
    audience: API,
    client_assertion: assertion,
    client_assertion_type: JWT_BEARER,
  };
}
