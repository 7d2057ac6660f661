// Finds where the records of a file begin and end, whatever its size: a JSON array of objects, or objects one after the other
// (JSON lines). What is in a record is for JSON.parse to say. Called by record-reader.ts.

/** The file is no list of users; the message says where it goes wrong, and never repeats it. */
export class ImportFileError extends Error {
  override readonly name = 'ImportFileError';
}

export interface RecordSplitter {
  /** The records that end in this part of the file. */
  push(part: Buffer): Buffer[];
  /** Throws `ImportFileError` when the file ends too early. */
  end(): void;
}

/** Longer ones are refused, so that one record cannot fill the memory. */
const MOST_RECORD_BYTES = 1024 * 1024;

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OPEN_LIST, CLOSE_LIST, OPEN_RECORD, CLOSE_RECORD] = [0x5b, 0x5d, 0x7b, 0x7d];
const BYTE_ORDER_MARK = Buffer.from('\u{feff}');

/** What may come between two records. */
type Place =
  /** Nothing but blanks was seen. */
  | 'start'
  /** After `[`: a record or the end. */
  | 'empty-list'
  /** After a comma: a record. */
  | 'list'
  /** After a record of a list: a comma or the end. */
  | 'after-record'
  /** JSON lines: a record or the end of the file. */
  | 'lines'
  /** After `]`. */
  | 'over';

/** Builds one; it throws `ImportFileError` at the first byte that does not belong there. */
export function createRecordSplitter(): RecordSplitter {
  let place: Place = 'start';
  let depth = 0;
  let isInText = false;
  let isEscaped = false;
  /** The beginning of a record whose end has not come yet. */
  let rest: Buffer = Buffer.alloc(0);
  /** Bytes of the file before `rest`. */
  let passed = 0;

  function between(byte: number, at: number): void {
    if (byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)) return;
    if (place === 'start' && byte === OPEN_LIST) place = 'empty-list';
    else if ((place === 'empty-list' || place === 'after-record') && byte === CLOSE_LIST) place = 'over';
    else if (place === 'after-record' && byte === COMMA) place = 'list';
    else if (byte === OPEN_RECORD && place !== 'after-record' && place !== 'over') depth = 1;
    else throw new ImportFileError(`The file is no list of users: byte ${at + 1} is not expected there.`);
  }

  /** Passes over a text, most bytes of a file, in variables of its own: that is four times as fast. */
  function afterText(bytes: Buffer, from: number): number {
    let isNextEscaped = isEscaped;
    for (let at = from; at < bytes.length; at += 1) {
      const byte = bytes[at];
      if (isNextEscaped) isNextEscaped = false;
      else if (byte === BACKSLASH) isNextEscaped = true;
      else if (byte === QUOTE) {
        isInText = false;
        isEscaped = false;
        return at;
      }
    }
    isEscaped = isNextEscaped;
    return bytes.length;
  }

  return {
    push(part) {
      const isFirst = passed === 0 && rest.length === 0;
      const bytes = rest.length === 0 ? part : Buffer.concat([rest, part]);
      const records: Buffer[] = [];
      let at = rest.length;
      if (isFirst && part.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK)) at = BYTE_ORDER_MARK.length;
      let start = 0;
      for (; at < bytes.length; at += 1) {
        if (depth === 0) {
          between(bytes[at] ?? 0, passed + at);
          start = at;
        } else if (isInText) at = afterText(bytes, at);
        else {
          const byte = bytes[at];
          if (byte === QUOTE) isInText = true;
          else if (byte === OPEN_RECORD || byte === OPEN_LIST) depth += 1;
          else if (byte === CLOSE_RECORD || byte === CLOSE_LIST) depth -= 1;
          if (depth > 0) continue;
          place = place === 'start' || place === 'lines' ? 'lines' : 'after-record';
          records.push(bytes.subarray(start, at + 1));
        }
      }
      const kept = depth === 0 ? bytes.length : start;
      rest = bytes.subarray(kept);
      passed += kept;
      if (rest.length > MOST_RECORD_BYTES || records.some((record) => record.length > MOST_RECORD_BYTES)) {
        throw new ImportFileError(`A record near byte ${passed + 1} is longer than ${MOST_RECORD_BYTES} bytes.`);
      }
      return records;
    },
    end() {
      if (depth > 0) throw new ImportFileError('The file ends in the middle of a record.');
      if (place === 'start') throw new ImportFileError('The file is empty.');
      if (place !== 'over' && place !== 'lines') throw new ImportFileError('The file ends before its list does.');
    },
  };
}
