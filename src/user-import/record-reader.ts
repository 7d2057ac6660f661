// The records of a file of users, in the order in which they are dealt with: that of the file, or, for big files, by e-mail
// address within large pieces. Called by import-users.ts.
import { createRecordSplitter } from './record-splitter.ts';

/** A record and its number in the file, from 0. */
export interface RawRecord {
  readonly position: number;
  readonly bytes: Buffer;
}

/** What becomes of the order of records. */
export interface RecordOrder {
  /** Bytes of a piece, at least; it is kept in memory. Records are put in order within a piece, never across two. */
  readonly pieceBytes: number;
}

/** Part of the name of every import that is in this order: one that began in another order cannot go on in this one. */
export const BY_ADDRESS = 'by address in pieces of 64 MiB';
/**
 * The indexes by which users are found are then written in one place after the other, which is five times as fast as at
 * random.
 */
export const IN_LARGE_PIECES: RecordOrder = { pieceBytes: 64 * 1024 * 1024 };

/** Reads the file to its end; throws `ImportFileError` when it is no list of users. */
export async function* readRecords(
  file: AsyncIterable<Buffer>,
  order: RecordOrder | null,
): AsyncGenerator<readonly RawRecord[]> {
  const splitter = createRecordSplitter();
  let position = 0;
  let piece: RawRecord[] = [];
  let bytes = 0;
  for await (const part of file) {
    for (const record of splitter.push(part)) {
      piece.push({ position, bytes: record });
      position += 1;
      bytes += record.length;
    }
    if (bytes < (order?.pieceBytes ?? 0)) continue;
    yield order ? byAddress(piece) : piece;
    piece = [];
    bytes = 0;
  }
  yield order ? byAddress(piece) : piece;
  splitter.end();
}

const ADDRESS = Buffer.from('"email"');
const NAME = Buffer.from('"username"');
const QUOTE = 0x22;
const MOST_KEY_BYTES = 64;

/** In the order of addresses, and in that of the file where those are the same. */
function byAddress(records: readonly RawRecord[]): RawRecord[] {
  return records
    .map((record) => ({ key: sortKey(record.bytes), record }))
    .toSorted((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0))
    .map(({ record }) => record);
}

/** What looks like the address of the user, or the user's name: it decides on speed alone, so a look is enough. */
function sortKey(bytes: Buffer): string {
  for (const member of [ADDRESS, NAME]) {
    const at = bytes.indexOf(member);
    if (at === -1) continue;
    const start = bytes.indexOf(QUOTE, at + member.length) + 1;
    const key = bytes.toString('latin1', start, start + MOST_KEY_BYTES);
    const end = key.indexOf('"');
    return (end === -1 ? key : key.slice(0, end)).toLowerCase();
  }
  return '';
}
