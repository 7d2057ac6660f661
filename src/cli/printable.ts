// Text of strangers on its way to a terminal.

/** The text with marks in place of everything that a terminal would obey. Security: names and addresses come from strangers. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\u{fffd}');
}
