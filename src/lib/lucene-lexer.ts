// Cuts a search text in Lucene's query syntax into words, for lucene.ts. What this server does not understand of the syntax
// is refused instead of being searched for literally.

/** A text between wildcards: `a*b` is ['a', 'b'], and a text without a wildcard is one piece. */
export type Pieces = readonly string[];

/** One end of a range. */
export interface RangeEnd {
  readonly text: string;
  readonly inclusive: boolean;
}

/** A range; null is an open end. */
export interface TextRange {
  readonly from: RangeEnd | null;
  readonly to: RangeEnd | null;
}

export type Lexeme =
  | { readonly kind: '(' | ')' | 'and' | 'or' | 'not' | '+'; readonly at: number }
  | { readonly kind: 'field'; readonly name: string; readonly at: number }
  | { readonly kind: 'term'; readonly pieces: Pieces; readonly at: number }
  | { readonly kind: 'range'; readonly range: TextRange; readonly at: number };

/** What is wrong with a search text; the message is one sentence for whoever wrote it. */
export class LuceneProblem extends Error {
  override readonly name = 'LuceneProblem';
}

const WORDS: ReadonlyMap<string, 'and' | 'or' | 'not'> = new Map([
  ['AND', 'and'],
  ['&&', 'and'],
  ['OR', 'or'],
  ['||', 'or'],
  ['NOT', 'not'],
]);
const SIGNS: ReadonlyMap<string, '(' | ')' | 'not' | '+'> = new Map([
  ['(', '('],
  [')', ')'],
  ['+', '+'],
  ['-', 'not'],
  ['!', 'not'],
]);
const ENDS_TERM = /[\s()[\]{}":]/;
const REFUSED_IN_TERM = /[~^?]/;
/** A wildcard at the beginning has to look at every value: it must at least say something of it. */
const LEAST_INFIX = 3;

/** The words of the text in their order; throws `LuceneProblem`. */
export function cutLucene(text: string): Lexeme[] {
  const lexemes: Lexeme[] = [];
  let at = 0;

  function refuse(sentence: string, position = at): never {
    throw new LuceneProblem(`At character ${position + 1}: ${sentence}`);
  }

  /** The character that a backslash makes an ordinary one. */
  function readEscaped(): string {
    const character = text[at + 1];
    if (character === undefined) refuse('a backslash must be followed by the character that it stands for.');
    at += 2;
    return character;
  }

  function readPhrase(): string {
    const start = at;
    let phrase = '';
    at += 1;
    while (text[at] !== '"') {
      if (at >= text.length) refuse('the quotation mark is never closed.', start);
      if (text[at] === '\\') phrase += readEscaped();
      else phrase += text[at++];
    }
    at += 1;
    if (phrase === '') refuse('there is nothing between the quotation marks.', start);
    return phrase;
  }

  function readPieces(): Pieces {
    const pieces = [''];
    const add = (characters: string) => pieces.push((pieces.pop() ?? '') + characters);
    if (text[at] === '/') refuse('regular expressions are not supported; put the value in quotation marks.');
    while (at < text.length && !ENDS_TERM.test(text[at] ?? '')) {
      if (REFUSED_IN_TERM.test(text[at] ?? '')) {
        refuse(`${text[at]} has no meaning here; write \\${text[at]} to search for it.`);
      }
      if (text[at] === '\\') add(readEscaped());
      else if (text[at] === '*') {
        if (pieces.length === 1 || pieces.at(-1) !== '') pieces.push('');
        at += 1;
      } else add(text[at++] ?? '');
    }
    return pieces;
  }

  function readTerm(): void {
    const start = at;
    if (text[at] === '"') {
      lexemes.push({ kind: 'term', pieces: [readPhrase()], at: start });
      return;
    }
    const pieces = readPieces();
    if (at === start) refuse(`${text[at]} is not expected here; put the value in quotation marks.`);
    const word = WORDS.get(text.slice(start, at));
    if (text[at] === ':') {
      at += 1;
      lexemes.push({ kind: 'field', name: pieces.join('*'), at: start });
      readValue();
    } else if (word) {
      lexemes.push({ kind: word, at: start });
    } else {
      checkInfix(pieces, start);
      lexemes.push({ kind: 'term', pieces, at: start });
    }
  }

  function checkInfix(pieces: Pieces, start: number): void {
    const isStarAlone = pieces.length === 2 && pieces.join('') === '';
    if (pieces[0] !== '' || isStarAlone || pieces.some((piece) => [...piece].length >= LEAST_INFIX)) return;
    refuse(`a value that begins with * must have ${LEAST_INFIX} other characters in a row.`, start);
  }

  /** Right after the colon + - ! are ordinary characters, as in a phone number. */
  function readValue(): void {
    const start = at;
    if (text[at] === '[' || text[at] === '{') {
      lexemes.push({ kind: 'range', range: readRange(), at: start });
    } else if (text[at] === '"') {
      readTerm();
    } else if (text[at] !== '(') {
      const pieces = readPieces();
      if (at === start || text[at] === ':')
        refuse('a value is missing; one with a colon needs quotation marks.', start);
      checkInfix(pieces, start);
      lexemes.push({ kind: 'term', pieces, at: start });
    }
  }

  function readRange(): TextRange {
    const start = at;
    const fromInclusive = text[at++] === '[';
    const from = readEnd();
    skipSpaces();
    if (!/^TO\s/.test(text.slice(at))) refuse('a range is written [FROM TO UNTIL].', start);
    at += 2;
    const to = readEnd();
    skipSpaces();
    const closing = text[at++];
    if (closing !== ']' && closing !== '}') refuse('the range is never closed.', start);
    return {
      from: from === '*' ? null : { text: from, inclusive: fromInclusive },
      to: to === '*' ? null : { text: to, inclusive: closing === ']' },
    };
  }

  function readEnd(): string {
    skipSpaces();
    if (text[at] === '"') return readPhrase();
    const start = at;
    let end = '';
    while (at < text.length && !/[\s[\]{}"]/.test(text[at] ?? '')) {
      if (text[at] === '\\') end += readEscaped();
      else end += text[at++];
    }
    if (end === '') refuse('a range needs two ends; * is an open one.', start);
    return end;
  }

  function skipSpaces(): void {
    while (/\s/.test(text[at] ?? '')) at += 1;
  }

  for (skipSpaces(); at < text.length; skipSpaces()) {
    const sign = SIGNS.get(text[at] ?? '');
    if (sign) lexemes.push({ kind: sign, at: at++ });
    else readTerm();
  }
  return lexemes;
}
