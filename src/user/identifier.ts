// The canonical form of what people type as their name: one function for creating an account and for looking it up, so
// that two spellings either always or never mean the same person.

/**
 * The canonical form of an e-mail address or user name: Unicode compatibility forms folded (NFKC), letter case folded one
 * code point at a time, and outer spaces trimmed. Letters that only look alike stay different.
 */
export function canonicalIdentifier(typed: string): string {
  const folded = foldCase(typed.toWellFormed().normalize('NFKC')).normalize('NFKC');
  // Trimmed last: normalising turns other blanks, such as the no-break space, into spaces.
  return folded.replace(/^ +| +$/g, '');
}

/**
 * Simple case folding. A code point whose lower case is several code points stays as it is, and no upper-casing takes
 * part: it would merge the dotless with the dotted i (the Django account take-over of 2019).
 */
function foldCase(text: string): string {
  let folded = '';
  for (const character of text) {
    const lower = character.toLowerCase();
    const single = String.fromCodePoint(lower.codePointAt(0) ?? 0) === lower;
    // Both lower-case sigmas are one letter.
    folded += character === 'ς' ? 'σ' : single ? lower : character;
  }
  return folded;
}
