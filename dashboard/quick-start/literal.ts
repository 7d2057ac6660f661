// Any text as a literal of a language: what would end the literal, be filled in by it, or not be seen is escaped. The
// quick starts of the languages call one each.

// Quotes, backslashes, control characters, line separators, and what has no width, such as marks of text direction.
const SPECIAL = /["\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
// Security: a page ends its script at `</script>`, wherever that stands.
const SPECIAL_IN_SCRIPT = /["\\<\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
// Compilers before Java 18 read sources in whatever encoding the machine prefers.
const SPECIAL_IN_JAVA = /["\\]|[^ -~]/gu;
const SPECIAL_IN_RUBY = /["\\#\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const SPECIAL_IN_PHP = /["\\$\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
// `??/` is another way to write a backslash in C.
const SPECIAL_IN_C = /["\\?\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

// They mean the same in every language here.
const NAMED: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

function quote(value: string, special: RegExp, escape: (character: string) => string): string {
  // Half a surrogate pair is no text, and no compiler would take it.
  return `"${value.toWellFormed().replace(special, (character) => NAMED.get(character) ?? escape(character))}"`;
}

function hex(code: number | undefined, digits: number): string {
  return (code ?? 0).toString(16).padStart(digits, '0');
}

function escapeUnits(character: string): string {
  return Array.from({ length: character.length }, (_, at) => `\\u${hex(character.charCodeAt(at), 4)}`).join('');
}

function escapeCodePoint(character: string): string {
  return character.length === 1 ? escapeUnits(character) : `\\U${hex(character.codePointAt(0), 8)}`;
}

function escapeInBraces(character: string): string {
  return `\\u{${hex(character.codePointAt(0), 1)}}`;
}

/** For JSON, and for C#, which knows all of its escapes. */
export function jsonLiteral(value: string): string {
  return quote(value, SPECIAL, escapeUnits);
}

/** For JavaScript, in a file or within a page. */
export function scriptLiteral(value: string): string {
  return quote(value, SPECIAL_IN_SCRIPT, escapeUnits);
}

/** For Java, whatever the encoding of the source. */
export function javaLiteral(value: string): string {
  return quote(value, SPECIAL_IN_JAVA, escapeUnits);
}

/** For Go and Python. */
export function codePointLiteral(value: string): string {
  return quote(value, SPECIAL, escapeCodePoint);
}

/** For Ruby, which fills in what follows a `#`. */
export function rubyLiteral(value: string): string {
  return quote(value, SPECIAL_IN_RUBY, (character) => (character === '#' ? '\\#' : escapeInBraces(character)));
}

/** For PHP, which fills in what follows a `$`. */
export function phpLiteral(value: string): string {
  return quote(value, SPECIAL_IN_PHP, (character) => (character === '$' ? '\\$' : escapeInBraces(character)));
}

/** For Swift. */
export function swiftLiteral(value: string): string {
  return quote(value, SPECIAL, escapeInBraces);
}

/** For Objective-C, with its `@`. */
export function objectiveCLiteral(value: string): string {
  const inOctal = (character: string) =>
    Array.from(new TextEncoder().encode(character), (byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
  return `@${quote(value, SPECIAL_IN_C, (character) => (character === '?' ? '\\?' : inOctal(character)))}`;
}

/** One word of a POSIX shell. */
export function shellWord(value: string): string {
  return `'${value.toWellFormed().replaceAll("'", `'\\''`)}'`;
}
