// Lets the HTTP clients of this process trust a development server's certificate authority, besides those they trust.
import { readFileSync } from 'node:fs';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';

/** Call it before the first connection. */
export function trustAuthority(caPath: string): void {
  setDefaultCACertificates([...getCACertificates('default'), readFileSync(caPath, 'utf8')]);
}
