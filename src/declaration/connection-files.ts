// Files that options of connections name: they are read when the tenant file is applied, and what stands in them is stored,
// so that a server needs no files.
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ConnectionWire } from '../connection/connection-wire.ts';
import type { TenantFile } from './tenant-file.ts';
import { problemAt } from './workspace.ts';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** The options of the file's connections, in order, with `ca` in the place of `ca_file`. */
export function readOptionFiles(file: TenantFile): ConnectionWire['options'][] {
  return (file.content.connections ?? []).map(({ options }, index) => {
    const { ca_file: path, ...others } = options as Record<string, unknown>;
    const place = ['connections', index, 'options'];
    if (typeof path === 'string') {
      if (others['ca'] !== undefined) throw problemAt({ file }, [...place, 'ca_file'], 'Give ca or ca_file, not both.');
      return { ...others, ca: certificatesIn(file, [...place, 'ca_file'], readText(file, place, path)) };
    }
    if (typeof others['ca'] !== 'string') return others;
    return { ...others, ca: certificatesIn(file, [...place, 'ca'], others['ca']) };
  });
}

function readText(file: TenantFile, place: (string | number)[], path: string): string {
  // Security: who may change a connection may not read the server's files.
  if (file.folder === null) {
    throw problemAt({ file }, [...place, 'ca_file'], 'ca_file names a file of the server: give its text in `ca`.');
  }
  const whole = resolve(file.folder, path);
  try {
    return readFileSync(whole, 'utf8');
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw problemAt({ file }, [...place, 'ca_file'], `${whole} cannot be read (${code}).`);
  }
}

/** The certificates of a PEM text and nothing else of it: a private key beside them is not stored. */
function certificatesIn(file: TenantFile, place: (string | number)[], text: string): string {
  const found = text.match(CERTIFICATE) ?? [];
  if (found.length === 0 || !found.every(isCertificate)) {
    throw problemAt({ file }, place, 'There are no PEM certificates in it (-----BEGIN CERTIFICATE-----).');
  }
  return `${found.map((one) => one.replaceAll('\r', '')).join('\n')}\n`;
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
