// Lists of breached passwords for tests: as the file that servers look them up in.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type BreachedFile, openBreachedFile } from '../../src/attack-protection/breached-file.ts';
import { buildBreachedFile } from '../../src/attack-protection/breached-file-builder.ts';

/** The SHA-1 digest by which lists know a password. */
export function sha1Of(password: string): Buffer {
  return createHash('sha1').update(password).digest();
}

/** The text of a list with these passwords, as Have I Been Pwned writes it. */
export function listOf(passwords: readonly string[]): string {
  const lines = passwords.map((password, at) => `${sha1Of(password).toString('hex').toUpperCase()}:${at + 1}`);
  return `${lines.toSorted().join('\r\n')}\r\n`;
}

/** Chunks of a text, each so many bytes long. */
export function chunksOf(text: string, bytes: number): AsyncIterable<Buffer> {
  const all = Buffer.from(text);
  const count = Math.ceil(all.length / bytes);
  return Readable.from(Array.from({ length: count }, (_, at) => all.subarray(at * bytes, (at + 1) * bytes)));
}

/** Opens a file with these passwords, which is gone from the folder already. */
export async function openListOf(...passwords: string[]): Promise<BreachedFile> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-breached-'));
  try {
    const path = join(folder, 'list.bin');
    await buildBreachedFile(chunksOf(listOf(passwords), 1000), path);
    return await openBreachedFile(path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
