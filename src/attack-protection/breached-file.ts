// A list of breached passwords as a file: parts of SHA-1 digests, sorted, looked up with one short read. Made by
// breached-file-builder.ts and opened once when a server starts.
//
//   8 bytes      GHBREACH
//   u32, u32     version, bytes kept of each digest
//   u64          how many digests there are
//   32 bytes     SHA-256 of what stands before it and of the index
//   65536 x 8    the index: for each first two bytes of a digest how many begin so, and the CRC-32 of these
//   n x 5        bytes three to seven of every digest
//
// Seven bytes of a digest are kept: among a billion breached ones, one password in 72 million is taken for breached that is not.
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

/** Bytes of a digest that choose its bucket, and bytes that are kept of it there. */
export const BUCKET_BYTES = 2;
export const ENTRY_BYTES = 5;
export const BUCKETS = 2 ** (8 * BUCKET_BYTES);

const MAGIC = 'GHBREACH';
const VERSION = 1;
const CHECKED_BYTES = 24;
const HEADER_BYTES = CHECKED_BYTES + 32;
const INDEX_ENTRY_BYTES = 8;
/** Where the buckets begin. */
export const DATA_OFFSET = HEADER_BYTES + BUCKETS * INDEX_ENTRY_BYTES;
/** A list of 68 billion digests has as many in each bucket. */
export const MOST_IN_BUCKET = 2 ** 20;

/** A file that is none of these, is damaged, or cannot be read; the message says so to the operator. */
export class UnusableBreachedFile extends Error {
  override readonly name = 'UnusableBreachedFile';
}

/** What the index says of one bucket. */
export interface Bucket {
  readonly count: number;
  readonly crc: number;
}

/** An open file. */
export interface BreachedFile {
  /** How many digests it has. */
  readonly count: number;
  /** True when the digest stands in it; throws when what was read is damaged. */
  has(digest: Buffer): Promise<boolean>;
  close(): Promise<void>;
}

/** The header and the index of a file with these buckets. */
export function headOf(buckets: readonly Bucket[]): Buffer {
  const head = Buffer.alloc(DATA_OFFSET);
  head.write(MAGIC, 'latin1');
  head.writeUInt32BE(VERSION, 8);
  head.writeUInt32BE(BUCKET_BYTES + ENTRY_BYTES, 12);
  head.writeBigUInt64BE(BigInt(buckets.reduce((sum, { count }) => sum + count, 0)), 16);
  for (const [number, { count, crc }] of buckets.entries()) {
    head.writeUInt32BE(count, HEADER_BYTES + number * INDEX_ENTRY_BYTES);
    head.writeUInt32BE(crc, HEADER_BYTES + number * INDEX_ENTRY_BYTES + 4);
  }
  checksumOf(head).copy(head, CHECKED_BYTES);
  return head;
}

/** Opens a file and reads its index; throws `UnusableBreachedFile`. */
export async function openBreachedFile(path: string): Promise<BreachedFile> {
  const file = await open(path).catch((error: unknown) => {
    throw new UnusableBreachedFile(`The list of breached passwords ${path} cannot be read.`, { cause: error });
  });
  try {
    return await readIndex(file, path);
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function readIndex(file: FileHandle, path: string): Promise<BreachedFile> {
  const head = Buffer.alloc(DATA_OFFSET);
  const { bytesRead } = await file.read(head, 0, DATA_OFFSET, 0);
  if (head.toString('latin1', 0, MAGIC.length) !== MAGIC) {
    throw new UnusableBreachedFile(
      `${path} is no list of breached passwords: make one with \`gatehouse breached-passwords build\`.`,
    );
  }
  if (head.readUInt32BE(8) !== VERSION || head.readUInt32BE(12) !== BUCKET_BYTES + ENTRY_BYTES) {
    throw new UnusableBreachedFile(`${path} was made by another version: build it again.`);
  }
  const damaged = () => new UnusableBreachedFile(`${path} is damaged or was cut short: build it again.`);
  const isWhole = bytesRead === DATA_OFFSET && checksumOf(head).equals(head.subarray(CHECKED_BYTES, HEADER_BYTES));
  if (!isWhole) throw damaged();
  // Where each bucket begins, in entries; one more than there are buckets.
  const starts = new Float64Array(BUCKETS + 1);
  for (let number = 0; number < BUCKETS; number += 1) {
    const count = head.readUInt32BE(HEADER_BYTES + number * INDEX_ENTRY_BYTES);
    if (count > MOST_IN_BUCKET) throw damaged();
    starts[number + 1] = (starts[number] ?? 0) + count;
  }
  const count = starts[BUCKETS] ?? 0;
  if ((await file.stat()).size !== DATA_OFFSET + count * ENTRY_BYTES) throw damaged();
  return {
    count,
    async has(digest) {
      const number = digest.readUIntBE(0, BUCKET_BYTES);
      const start = starts[number] ?? 0;
      const bytes = ((starts[number + 1] ?? 0) - start) * ENTRY_BYTES;
      const bucket = Buffer.allocUnsafe(bytes);
      const read = await file.read(bucket, 0, bytes, DATA_OFFSET + start * ENTRY_BYTES);
      const crc = head.readUInt32BE(HEADER_BYTES + number * INDEX_ENTRY_BYTES + 4);
      if (read.bytesRead !== bytes || crc32(bucket) !== crc) throw damaged();
      return isIn(bucket, digest.readUIntBE(BUCKET_BYTES, ENTRY_BYTES));
    },
    close: () => file.close(),
  };
}

/** Binary search. */
function isIn(bucket: Buffer, wanted: number): boolean {
  let [low, high] = [0, bucket.length / ENTRY_BYTES];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const found = bucket.readUIntBE(middle * ENTRY_BYTES, ENTRY_BYTES);
    if (found === wanted) return true;
    if (found < wanted) low = middle + 1;
    else high = middle;
  }
  return false;
}

function checksumOf(head: Buffer): Buffer {
  return createHash('sha256').update(head.subarray(0, CHECKED_BYTES)).update(head.subarray(HEADER_BYTES)).digest();
}
