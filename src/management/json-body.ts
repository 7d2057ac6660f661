// Reads a JSON body strictly: UTF-8, a bounded depth and number of members, and no member twice, since two parsers would read
// that in two ways.
import { createScanner } from 'jsonc-parser';
import { apiRefusals } from '../error/api-error.ts';

const DEEPEST = 32;
const MOST_MEMBERS = 20_000;

// The scanner's token kinds; its own names for them exist at compile time only.
const OPEN_OBJECT = 1;
const CLOSE_OBJECT = 2;
const OPEN_ARRAY = 3;
const CLOSE_ARRAY = 4;
const COLON = 6;
const STRING = 10;
const END = 17;

/** The value; throws `ApiError` for another media type and for what is no such JSON. */
export function readJsonBody(
  contentType: string | undefined,
  contentEncoding: string | undefined,
  bytes: Buffer,
): unknown {
  if (!/^application\/json *(?:;|$)/i.test(contentType ?? '') || (contentEncoding ?? 'identity') !== 'identity') {
    throw apiRefusals.unsupportedMediaType();
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw apiRefusals.invalidBody("'The body is not valid UTF-8'.");
  }
  checkShape(text);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw apiRefusals.invalidBody("'The body is not valid JSON'.");
  }
}

/** Walks the tokens without recursion. */
function checkShape(text: string): void {
  const scanner = createScanner(text, true);
  const open: Set<string>[] = [];
  let members = 0;
  let previous = '';
  for (let token = scanner.scan(); token !== END; token = scanner.scan()) {
    if (token === OPEN_OBJECT || token === OPEN_ARRAY) open.push(new Set());
    if (token === CLOSE_OBJECT || token === CLOSE_ARRAY) open.pop();
    if (open.length > DEEPEST) throw apiRefusals.invalidBody("'The body is nested too deeply'.");
    if (token === COLON) {
      members += 1;
      if (members > MOST_MEMBERS) throw apiRefusals.invalidBody("'The body has too many members'.");
      const names = open.at(-1);
      if (names?.has(previous)) throw apiRefusals.invalidBody("'A member is given twice'.");
      names?.add(previous);
    }
    if (token === STRING) previous = scanner.getTokenValue();
  }
}
