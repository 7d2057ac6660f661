// The signing keys of the sample tenant, as the tests of their life cycle look at them.
import type { JSONWebKeySet } from 'jose';
import type { App } from '../../src/app.ts';
import type { KeyRecord, SigningKeyStatus } from '../../src/key/key.ts';
import { sampleTenantOf } from './change-tenant.ts';
import { HOST, type TestServer } from './start-server.ts';

/** The kids of this status and algorithm, oldest first. */
export async function kidsOf(server: TestServer, status: SigningKeyStatus, algorithm = 'RS256'): Promise<string[]> {
  return (await recordsOf(server))
    .filter((key) => key.status === status && key.algorithm === algorithm)
    .map((key) => key.kid);
}

/** The only kid of this status and algorithm; throws when there are none or several. */
export async function kidOf(server: TestServer, status: SigningKeyStatus, algorithm = 'RS256'): Promise<string> {
  const [kid, second] = await kidsOf(server, status, algorithm);
  if (kid === undefined || second !== undefined) throw new Error(`Not exactly one ${status} ${algorithm} key.`);
  return kid;
}

/** Every key of the sample tenant. */
export async function recordsOf(server: TestServer): Promise<KeyRecord[]> {
  return server.app.keyRotation.listKeys((await sampleTenantOf(server)).id);
}

/** The published key set, as this node answers it. */
export async function keySetOf(app: App): Promise<JSONWebKeySet> {
  const answer = await app.server.inject({ method: 'GET', url: '/.well-known/jwks.json', headers: { host: HOST } });
  return answer.json();
}

/** The kids of the published key set. */
export async function publishedKids(app: App): Promise<string[]> {
  return (await keySetOf(app)).keys.map((key) => String(key.kid));
}
