// The canonical form of what people type as their name: one function for creating an account and for looking it up, so
// that two spellings either always or never mean the same person.
import { foldCase } from '../lib/fold-case.ts';

/**
 * The canonical form of an e-mail address or user name: Unicode compatibility forms folded (NFKC), letter case folded one
 * code point at a time, and outer spaces trimmed. Letters that only look alike stay different.
 */
export function canonicalIdentifier(typed: string): string {
  const folded = foldCase(typed.toWellFormed().normalize('NFKC')).normalize('NFKC');
  // Trimmed last: normalising turns other blanks, such as the no-break space, into spaces.
  return folded.replace(/^ +| +$/g, '');
}
