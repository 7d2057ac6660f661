// Letter case folded the same way in every script, for comparing what people wrote: simple case folding, one code point at a
// time.

const ASCII = /^[\0-\x7f]*$/;

/**
 * The text in lower case. A code point whose lower case is several code points stays as it is, and no upper-casing takes
 * part: it would merge the dotless with the dotted i (the Django account take-over of 2019).
 */
export function foldCase(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  let folded = '';
  for (const character of text) {
    const lower = character.toLowerCase();
    const single = String.fromCodePoint(lower.codePointAt(0) ?? 0) === lower;
    // Both lower-case sigmas are one letter.
    folded += character === 'ς' ? 'σ' : single ? lower : character;
  }
  return folded;
}

/** The form in which texts are stored and looked for so that letter case and ways to write an accent make no difference. */
export function searchKey(text: string): string {
  return foldCase(text.toWellFormed().normalize('NFC'));
}
