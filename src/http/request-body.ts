// Reads the parameters of a request body: JSON or form, parsed strictly, each known parameter one string, or for the few that
// are objects their JSON. Refuses what two parsers could read in two ways, before anything is looked up.
import { createScanner } from 'jsonc-parser';
import { refusals } from '../error/oauth-error.ts';

/** The most bytes a body of an authentication endpoint may have. */
export const LARGEST_BODY = 64 * 1024;
const DEEPEST_JSON = 32;
const MOST_JSON_KEYS = 1000;
const MOST_FORM_PARAMETERS = 100;
const NO_OBJECTS: ReadonlySet<string> = new Set();

// The scanner's token kinds; its own names for them exist at compile time only.
const OPEN = new Set([1, 3]);
const CLOSE = new Set([2, 4]);
const COLON = 6;
const STRING = 10;
const END = 17;

const UTF8 = new TextDecoder('utf-8', { fatal: true });
const MEDIA_TYPE = /^(application\/json|application\/x-www-form-urlencoded) *(?:; *charset=(?:utf-8|"utf-8") *)?$/i;

interface RawBody {
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
  readonly bytes: Buffer;
}

/**
 * The known parameters that have a value; null, empty and missing are the same (RFC 6749 3.2). Unknown ones are ignored.
 * Those of `objects` may be objects too, and then come as JSON.
 * Throws the refusal for another media type, an encoded or malformed body, and a known parameter that is repeated or no
 * string.
 */
export function readParameters(
  body: RawBody,
  known: ReadonlySet<string>,
  objects: ReadonlySet<string> = NO_OBJECTS,
): Map<string, string> {
  const mediaType = MEDIA_TYPE.exec(body.contentType ?? '')?.[1]?.toLowerCase();
  if (mediaType === undefined || (body.contentEncoding ?? 'identity') !== 'identity') {
    throw refusals.unsupportedMediaType();
  }
  const text = decodeUtf8(body.bytes);
  return mediaType === 'application/json' ? readJson(text, known, objects) : readForm(text, known);
}

function decodeUtf8(bytes: Buffer): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    throw refusals.malformedBody('The body is not valid UTF-8');
  }
}

function readForm(text: string, known: ReadonlySet<string>): Map<string, string> {
  const parameters = new Map<string, string>();
  if (text.split('&').length > MOST_FORM_PARAMETERS) throw refusals.malformedBody('The body has too many parameters');
  const seen = new Set<string>();
  for (const [name, value] of new URLSearchParams(text)) {
    if (!known.has(name)) continue;
    if (seen.has(name)) throw refusals.repeatedParameter(name);
    seen.add(name);
    // The parser puts U+FFFD for bytes that are no UTF-8: two different passwords would become one.
    if (value.includes('\uFFFD') && !/%EF%BF%BD|\uFFFD/i.test(text)) {
      throw refusals.malformedBody('The body is not valid UTF-8');
    }
    if (value !== '') parameters.set(name, value);
  }
  return parameters;
}

function readJson(text: string, known: ReadonlySet<string>, objects: ReadonlySet<string>): Map<string, string> {
  const isFlat = !text.includes('[') && text.indexOf('{') === text.lastIndexOf('{');
  if (!isFlat) checkJsonShape(text, known);
  let object: unknown;
  try {
    object = JSON.parse(text);
  } catch {
    throw refusals.malformedBody('The body is not valid JSON');
  }
  if (typeof object !== 'object' || object === null || Array.isArray(object)) {
    throw refusals.malformedBody('The body must be a JSON object');
  }
  if (isFlat && !isWhollyRead(text, object)) checkJsonShape(text, known);
  const parameters = new Map<string, string>();
  // Own members only, into a Map: `__proto__` and `constructor` are names like any other, and unknown ones.
  for (const [name, value] of Object.entries(object)) {
    if (!known.has(name) || value === null || value === '') continue;
    if (typeof value === 'string') parameters.set(name, value);
    else if (typeof value === 'object' && objects.has(name)) parameters.set(name, JSON.stringify(value));
    else throw refusals.malformedParameter(name);
  }
  return parameters;
}

/**
 * True when every member that was written is one that was read, and there are not too many: no closer look is needed, which
 * would cost more than all the rest of reading a body. Texts with quotation marks in them may look like more members.
 */
function isWhollyRead(text: string, object: object): boolean {
  const written = text.match(/"[ \t\n\r]*:/g)?.length ?? 0;
  return written <= MOST_JSON_KEYS && written === Object.keys(object).length;
}

/**
 * Walks the tokens without recursion: JSON.parse would build anything, however deep, and keep the last of two equal keys.
 */
function checkJsonShape(text: string, known: ReadonlySet<string>): void {
  const scanner = createScanner(text, true);
  const seen = new Set<string>();
  let depth = 0;
  let keys = 0;
  let previous = '';
  for (let token = scanner.scan(); token !== END; token = scanner.scan()) {
    if (OPEN.has(token)) depth += 1;
    if (CLOSE.has(token)) depth -= 1;
    if (depth > DEEPEST_JSON) throw refusals.malformedBody('The body is nested too deeply');
    if (token === COLON) {
      keys += 1;
      if (keys > MOST_JSON_KEYS) throw refusals.malformedBody('The body has too many members');
      if (depth === 1 && known.has(previous) && seen.has(previous)) throw refusals.repeatedParameter(previous);
      if (depth === 1) seen.add(previous);
    }
    if (token === STRING) previous = scanner.getTokenValue();
  }
}
