// The secret by which an HS256 API checks its tokens. The API shows one only when it makes an API, so a later one is made
// here and sent.
import { showSecretOnce } from './parts/secret-once.tsx';

const BYTES = 48;

/** A new secret of 64 letters, digits, `-` and `_`. */
export function newSigningSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(BYTES));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_');
}

/** Shows it, once; resolves when it is kept. */
export function showSigningSecret(apiName: string, secret: string): Promise<void> {
  return showSecretOnce({
    title: `The signing secret of ${apiName}`,
    secret,
    words: 'The API checks tokens with it: put it where the API keeps its secrets.',
  });
}
