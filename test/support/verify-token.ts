// Verifies tokens as a resource server or a client does: with nothing but the published keys or the shared secret.
import { createLocalJWKSet, type JSONWebKeySet, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose';
import { get } from './injected-request.ts';
import { ISSUER, type TestServer } from './start-server.ts';

/** The claims of an RS256 token that verifies under the published keys; throws when it does not. */
export async function verifyWithPublishedKeys(
  server: TestServer,
  token: string,
  options: JWTVerifyOptions = {},
): Promise<JWTPayload> {
  const keys = (await get(server, '/.well-known/jwks.json')).json<JSONWebKeySet>();
  const { payload } = await jwtVerify(token, createLocalJWKSet(keys), {
    algorithms: ['RS256'],
    issuer: ISSUER,
    currentDate: new Date(server.clock.now()),
    ...options,
  });
  return payload;
}

/** The claims of an HS256 token that verifies under this secret; throws when it does not. */
export async function verifyWithSecret(server: TestServer, token: string, secret: string): Promise<JWTPayload> {
  const { payload } = await jwtVerify(token, Buffer.from(secret, 'utf8'), {
    algorithms: ['HS256'],
    issuer: ISSUER,
    currentDate: new Date(server.clock.now()),
  });
  return payload;
}
