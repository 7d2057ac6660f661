// A search text in Lucene's query syntax, as the `q` parameters of Auth0's Management API take it, read into a tree. Nothing
// is known here of what there is to search.
import { cutLucene, type Lexeme, LuceneProblem, type Pieces, type TextRange } from './lucene-lexer.ts';

/** The tree of a search text. */
export type LuceneQuery =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly LuceneQuery[] }
  | { readonly kind: 'not'; readonly part: LuceneQuery }
  | { readonly kind: 'everything' }
  | { readonly kind: 'exists'; readonly field: string }
  /** Null where no field was named. */
  | { readonly kind: 'match'; readonly field: string | null; readonly pieces: Pieces }
  | { readonly kind: 'range'; readonly field: string | null; readonly range: TextRange };

export type LuceneReading =
  | { readonly kind: 'query'; readonly query: LuceneQuery }
  | { readonly kind: 'problem'; readonly sentence: string };

/** Security: what a search may cost to read and to run. */
const LONGEST_BYTES = 1024;
const DEEPEST = 10;
const MOST_TERMS = 50;

/**
 * Reads the text; a blank one means everything. AND binds closer than OR, and words that stand side by side are alternatives,
 * of which those with + must be met and those with - or NOT must not.
 */
export function readLucene(text: string): LuceneReading {
  try {
    if (Buffer.byteLength(text) > LONGEST_BYTES) {
      throw new LuceneProblem(`A search text has at most ${LONGEST_BYTES} bytes.`);
    }
    if (!text.isWellFormed() || /(?!\s)\p{Cc}/u.test(text)) {
      throw new LuceneProblem('A search text must be well-formed and without control characters.');
    }
    const lexemes = cutLucene(text);
    return { kind: 'query', query: lexemes.length === 0 ? { kind: 'everything' } : readTree(lexemes) };
  } catch (error) {
    if (error instanceof LuceneProblem) return { kind: 'problem', sentence: error.message };
    throw error;
  }
}

function readTree(lexemes: readonly Lexeme[]): LuceneQuery {
  let next = 0;
  let terms = 0;

  function take(...kinds: Lexeme['kind'][]): Lexeme | null {
    const lexeme = lexemes[next];
    if (!lexeme || !kinds.includes(lexeme.kind)) return null;
    next += 1;
    return lexeme;
  }

  function refuse(expected: string): never {
    const lexeme = lexemes[next];
    throw new LuceneProblem(
      lexeme ? `At character ${lexeme.at + 1}: ${expected} is expected here.` : `At the end ${expected} is missing.`,
    );
  }

  /** Alternatives side by side, up to a closing bracket or the end. */
  function readAlternatives(field: string | null, depth: number): LuceneQuery {
    const required: LuceneQuery[] = [];
    const optional: LuceneQuery[] = [];
    while (next < lexemes.length && lexemes[next]?.kind !== ')') {
      const isRequired = take('+') !== null;
      const part = readOr(field, depth);
      if (isRequired || part.kind === 'not') required.push(part);
      else optional.push(part);
    }
    if (required.length + optional.length === 0) refuse('a search term');
    const isOptionalNeeded = optional.length > 0 && required.every((part) => part.kind === 'not');
    return join('and', isOptionalNeeded ? [join('or', optional), ...required] : required);
  }

  function readOr(field: string | null, depth: number): LuceneQuery {
    const parts = [readAnd(field, depth)];
    while (take('or')) parts.push(readAnd(field, depth));
    return join('or', parts);
  }

  function readAnd(field: string | null, depth: number): LuceneQuery {
    const parts = [readSigned(field, depth)];
    while (take('and')) parts.push(readSigned(field, depth));
    return join('and', parts);
  }

  function readSigned(field: string | null, depth: number): LuceneQuery {
    if (take('not')) return { kind: 'not', part: readOne(field, depth) };
    // Beside AND and OR it says what is so anyway.
    take('+');
    return readOne(field, depth);
  }

  function readOne(field: string | null, depth: number): LuceneQuery {
    if (take('(')) {
      if (depth === DEEPEST) throw new LuceneProblem(`Brackets may be ${DEEPEST} deep at most.`);
      const inside = readAlternatives(field, depth + 1);
      if (!take(')')) refuse('a closing bracket');
      return inside;
    }
    const named = take('field');
    if (named?.kind === 'field') {
      const isGroup = lexemes[next]?.kind === '(';
      return isGroup ? readOne(named.name, depth) : readTerm(named.name);
    }
    return readTerm(field);
  }

  function readTerm(field: string | null): LuceneQuery {
    const lexeme = take('term', 'range') ?? refuse('a search term');
    terms += 1;
    if (terms > MOST_TERMS) throw new LuceneProblem(`A search has at most ${MOST_TERMS} terms.`);
    if (lexeme.kind === 'range') return { kind: 'range', field, range: lexeme.range };
    const pieces = lexeme.kind === 'term' ? lexeme.pieces : [];
    const isStar = pieces.length === 2 && pieces.join('') === '';
    if (field === '_exists_') return { kind: 'exists', field: pieces.join('*') };
    if (!isStar) return { kind: 'match', field, pieces };
    return field === null || field === '*' ? { kind: 'everything' } : { kind: 'exists', field };
  }

  const query = readAlternatives(null, 0);
  if (next < lexemes.length) refuse('a search term');
  return query;
}

function join(kind: 'and' | 'or', parts: readonly LuceneQuery[]): LuceneQuery {
  const [only, ...others] = parts;
  return only && others.length === 0 ? only : { kind, parts };
}
