// `client_authentication_methods` of a client: the public keys by which it proves itself.
import type { ClientWire } from '../client/client.ts';
import { type ClientCredential, readPublicKey } from '../client/client-credential.ts';
import { randomAlphanumeric } from '../lib/id.ts';
import type { FilePath } from './tenant-file.ts';
import { problemAt, type Workspace } from './workspace.ts';

/** The credentials that the entry names; a key that is stored already keeps its id. */
export function clientCredentialsOf(
  work: Workspace,
  path: FilePath,
  wire: ClientWire,
  stored: readonly ClientCredential[],
): ClientCredential[] {
  const credentials: ClientCredential[] = [];
  const entries = wire.client_authentication_methods?.private_key_jwt.credentials ?? [];
  for (const [position, entry] of entries.entries()) {
    const here = [...path, 'client_authentication_methods', 'private_key_jwt', 'credentials', position];
    const key = readPublicKey(entry.pem);
    if ('problem' in key) throw problemAt(work, [...here, 'pem'], `pem ${key.problem}`);
    if (credentials.some(({ kid }) => kid === key.kid)) {
      throw problemAt(work, [...here, 'pem'], 'pem is the same key as the one before; name each key once.');
    }
    const expiresAt = entry.expires_at === undefined ? null : Date.parse(entry.expires_at);
    if (Number.isNaN(expiresAt)) throw problemAt(work, [...here, 'expires_at'], 'expires_at is no date that exists.');
    credentials.push({
      id: stored.find(({ kid }) => kid === key.kid)?.id ?? `cred_${randomAlphanumeric(16)}`,
      name: entry.name ?? null,
      kid: key.kid,
      algorithm: entry.alg ?? 'RS256',
      publicKey: key.publicKey,
      expiresAt,
    });
  }
  return credentials;
}
