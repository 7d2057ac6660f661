// Builds JWTs byte by byte, as an attacker would: any header, any payload, any signature.
import { createHmac, type KeyObject, randomBytes, sign } from 'node:crypto';
import type { SigningKey } from '../../src/key/key.ts';
import { sampleTenantOf } from './change-tenant.ts';
import { API, PUBLIC_CLIENT, USER_ID } from './sample-tenant.ts';
import { ISSUER, type TestServer } from './start-server.ts';

type Json = Record<string, unknown>;

const encode = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** `header.payload.signature`, the signature made of the first two parts. Texts are taken as they are. */
export function forgeJwt(header: Json | string, payload: Json | string, signature: (input: Buffer) => Buffer): string {
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${signature(Buffer.from(input)).toString('base64url')}`;
}

/** Signs as RS256, RS384 or RS512 do. */
export const rsa =
  (key: KeyObject, bits = 256) =>
  (input: Buffer) =>
    sign(`sha${bits}`, input, key);

/** Signs as PS256, PS384 or PS512 do. */
export const rsaPss =
  (key: KeyObject, bits = 256) =>
  (input: Buffer) =>
    sign(`sha${bits}`, input, { key, padding: 6, saltLength: bits / 8 });

/** Signs as HS256, HS384 or HS512 do. */
export const hmac =
  (key: string | Buffer, bits = 256) =>
  (input: Buffer) =>
    createHmac(`sha${bits}`, key).update(input).digest();

/** Signs as ES256, ES384 or ES512 do. */
export const ecdsa =
  (key: KeyObject, bits = 256) =>
  (input: Buffer) =>
    sign(`sha${bits}`, input, { key, dsaEncoding: 'ieee-p1363' });

/** Signs as EdDSA does. */
export const edDsa = (key: KeyObject) => (input: Buffer) => sign(null, input, key);

/** No signature at all. */
export const unsigned = () => Buffer.alloc(0);

/** A signature of nobody. */
export const garbage = () => randomBytes(256);

/** The claims of a token that opens userinfo. */
export function userinfoClaims(server: TestServer, change: Json = {}): Json {
  const now = Math.floor(server.clock.now() / 1000);
  return {
    iss: ISSUER,
    sub: USER_ID,
    aud: [API, `${ISSUER}userinfo`],
    iat: now,
    exp: now + 3600,
    scope: 'openid profile',
    gty: 'password',
    azp: PUBLIC_CLIENT,
    ...change,
  };
}

/** The key that signs the sample tenant's tokens now, private half included. */
export async function currentKeyOf(server: TestServer): Promise<SigningKey> {
  const [current] = await server.app.stores.keys.list((await sampleTenantOf(server)).id);
  if (!current) throw new Error('The tenant has no key.');
  return current;
}
