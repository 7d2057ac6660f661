// Makes the file of breached-file.ts from a list of SHA-1 hashes in ascending order, such as Have I Been Pwned gives away. One
// pass over lists of any length, in little memory. Called by the command `breached-passwords build`.
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import {
  BUCKET_BYTES,
  BUCKETS,
  type Bucket,
  DATA_OFFSET,
  ENTRY_BYTES,
  headOf,
  MOST_IN_BUCKET,
  UnusableBreachedFile,
} from './breached-file.ts';

const HASH_DIGITS = 40;
const DIGEST_BYTES = HASH_DIGITS / 2;
const LONGEST_LINE = 1024;
const [LINE_FEED, CARRIAGE_RETURN, COLON] = [0x0a, 0x0d, 0x3a];
const NO_DIGIT = 0xff;
const DIGIT_VALUES = new Uint8Array(256).fill(NO_DIGIT);
for (let value = 0; value < 16; value += 1) {
  const digit = value.toString(16);
  DIGIT_VALUES[digit.charCodeAt(0)] = value;
  DIGIT_VALUES[digit.toUpperCase().charCodeAt(0)] = value;
}

/**
 * Reads lines of a hash, or of a hash, a colon and a number, and writes the file beside its name first, so that an interrupted
 * build leaves what was there. Resolves to how many digests the file has; throws `UnusableBreachedFile` for a list that cannot
 * be used. `onRead` is told how many bytes were read.
 */
export async function buildBreachedFile(
  list: AsyncIterable<Buffer>,
  path: string,
  onRead: (bytes: number) => void = () => {},
): Promise<number> {
  const unfinished = `${path}.part`;
  const file = await open(unfinished, 'w');
  try {
    const count = await write(list, file, onRead);
    await file.sync();
    await file.close();
    await rename(unfinished, path);
    return count;
  } catch (error) {
    await file.close();
    await rm(unfinished, { force: true });
    throw error;
  }
}

async function write(list: AsyncIterable<Buffer>, file: FileHandle, onRead: (bytes: number) => void): Promise<number> {
  const sorter = createSorter();
  let position = DATA_OFFSET;
  const writeFinished = async () => {
    const bytes = Buffer.concat(sorter.takeFinished());
    if (bytes.length > 0) await file.write(bytes, 0, bytes.length, position);
    position += bytes.length;
  };
  let rest = Buffer.alloc(0);
  for await (const chunk of list) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, start)) {
      sorter.add(bytes.subarray(start, bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : end));
      start = end + 1;
    }
    rest = Buffer.from(bytes.subarray(start));
    if (rest.length > LONGEST_LINE) sorter.add(rest);
    await writeFinished();
    onRead(chunk.length);
  }
  sorter.add(rest);
  const buckets = sorter.end();
  await writeFinished();
  await file.write(headOf(buckets), 0, DATA_OFFSET, 0);
  return buckets.reduce((sum, { count }) => sum + count, 0);
}

/** Sorts lines that come in order into buckets. */
function createSorter() {
  const buckets: Bucket[] = [];
  const bucket = Buffer.alloc(MOST_IN_BUCKET * ENTRY_BYTES);
  let used = 0;
  let lines = 0;
  let finished: Buffer[] = [];
  let [digest, previous] = [Buffer.alloc(DIGEST_BYTES), Buffer.alloc(DIGEST_BYTES)];

  /** Ends the bucket that is under way, and leaves those empty that were not begun. */
  function finishBefore(number: number): void {
    while (buckets.length < number) {
      const bytes = Buffer.from(bucket.subarray(0, used));
      buckets.push({ count: used / ENTRY_BYTES, crc: crc32(bytes) });
      finished.push(bytes);
      used = 0;
    }
  }

  return {
    add(line: Buffer): void {
      lines += 1;
      if (line.length === 0) return;
      readDigest(line, digest, lines);
      if (digest.compare(previous) < 0) {
        throw new UnusableBreachedFile(
          `Line ${lines} belongs before the one above it: sort the hashes, with \`LC_ALL=C sort\`.`,
        );
      }
      finishBefore(digest.readUIntBE(0, BUCKET_BYTES));
      const isRepeated =
        used > 0 && bucket.compare(digest, BUCKET_BYTES, BUCKET_BYTES + ENTRY_BYTES, used - ENTRY_BYTES, used) === 0;
      if (!isRepeated) {
        if (used === bucket.length) throw new UnusableBreachedFile('The list is longer than the file can be.');
        used += digest.copy(bucket, used, BUCKET_BYTES, BUCKET_BYTES + ENTRY_BYTES);
      }
      [digest, previous] = [previous, digest];
    },
    /** The bytes of the buckets that are complete, once. */
    takeFinished(): Buffer[] {
      const taken = finished;
      finished = [];
      return taken;
    },
    /** Every bucket there is. */
    end(): readonly Bucket[] {
      finishBefore(BUCKETS);
      return buckets;
    },
  };
}

/** Reads the hash at the beginning of a line. */
function readDigest(line: Buffer, digest: Buffer, number: number): void {
  if (line.length < HASH_DIGITS || (line.length > HASH_DIGITS && line[HASH_DIGITS] !== COLON)) throw noHash(number);
  for (let at = 0; at < DIGEST_BYTES; at += 1) {
    const high = DIGIT_VALUES[line[2 * at] ?? 0] ?? NO_DIGIT;
    const low = DIGIT_VALUES[line[2 * at + 1] ?? 0] ?? NO_DIGIT;
    if (high === NO_DIGIT || low === NO_DIGIT) throw noHash(number);
    digest[at] = 16 * high + low;
  }
}

/** Security: the line itself is not repeated; people take lists of passwords for lists of hashes. */
function noHash(line: number): UnusableBreachedFile {
  return new UnusableBreachedFile(`Line ${line} is no SHA-1 hash of 40 hexadecimal digits.`);
}
