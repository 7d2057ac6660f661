// How the architecture rules see the code: files as text, with comments and strings blanked out where they would
// mislead, and the imports of each file. Text is enough here, and TypeScript 7 offers no compiler interface.

import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

/** A file of the checkout; `path` starts at its root, with forward slashes. */
export type SourceFile = { path: string; text: string };

/** One broken rule: the file, what it does, and the rule that forbids it. */
export type Violation = { file: string; found: string; rule: string };

export type Import = {
  specifier: string;
  /** The imported file of this checkout; null for a package or a built-in module. */
  target: string | null;
  /** Gone at run time: `import type` or `export type`. */
  typeOnly: boolean;
  /** A call of import(): loaded when that line runs. */
  lazy: boolean;
};

const NOT_OURS = new Set(['node_modules', '.git', '.gatehouse', '.bench', 'dist', 'coverage']);

/** Every file below a folder of the checkout (all of it when `folder` is ''), without what is installed or built. */
export function readFiles(root: string, folder: string): SourceFile[] {
  const files: SourceFile[] = [];
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    if (NOT_OURS.has(entry.name)) continue;
    const path = posix.join(folder, entry.name);
    if (entry.isDirectory()) files.push(...readFiles(root, path));
    else if (entry.isFile()) files.push({ path, text: readFileSync(join(root, path), 'utf8') });
  }
  return files;
}

/** A violation as one line for a person. */
export function describeViolation({ file, found, rule }: Violation): string {
  return `${file}: ${found} (${rule})`;
}

export function isTest(path: string): boolean {
  return path.endsWith('.test.ts');
}

/** All imports and re-exports of a file, in no particular order. */
export function importsOf(file: SourceFile): Import[] {
  const code = blank(file.text).withStrings;
  const found: Import[] = [];
  const add = (specifier: string | undefined, typeOnly: boolean, lazy: boolean): void => {
    if (specifier === undefined) return;
    const target = specifier.startsWith('.') ? posix.join(posix.dirname(file.path), specifier) : null;
    found.push({ specifier, target, typeOnly, lazy });
  };
  // `import { type X }` still loads the module at run time: only `import type` counts as types.
  for (const match of code.matchAll(/^[ \t]*import\s+(type\s+)?[\w$\s{},*]+?\s*from\s*(['"])(.+?)\2/gm)) {
    add(match[3], match[1] !== undefined, false);
  }
  for (const match of code.matchAll(
    /^[ \t]*export\s+(type\s+)?(?:\*(?:\s+as\s+[\w$]+)?|\{[^}]*\})\s*from\s*(['"])(.+?)\2/gm,
  )) {
    add(match[3], match[1] !== undefined, false);
  }
  for (const match of code.matchAll(/^[ \t]*import\s*(['"])(.+?)\1/gm)) add(match[2], false, false);
  for (const match of code.matchAll(/\bimport\s*\(\s*(['"])(.+?)\1/g)) add(match[2], false, true);
  return found;
}

/**
 * The text with comments, template texts and regular expressions replaced by spaces (`withStrings`), and also with the
 * contents of strings replaced by underscores (`bare`). Lengths and line numbers stay as they were.
 */
export function blank(text: string): { withStrings: string; bare: string } {
  const withStrings = text.split('');
  const bare = [...withStrings];
  const erase = (from: number, to: number, keepStrings = false): void => {
    for (let at = from; at < to; at += 1) {
      if (text[at] === '\n') continue;
      bare[at] = keepStrings ? '_' : ' ';
      if (!keepStrings) withStrings[at] = ' ';
    }
  };
  // Open template literals; each entry counts the braces open inside its current ${...}.
  const templates: number[] = [];
  let at = 0;
  while (at < text.length) {
    const end = endOfToken(text, at, templates);
    const first = text[at];
    if (text.startsWith('//', at) || text.startsWith('/*', at)) erase(at, end.to);
    else if (end.kind === 'template') erase(first === '`' ? at + 1 : at, end.to);
    else if (first === "'" || first === '"') erase(at + 1, end.to - 1, true);
    else if (end.kind === 'regex') erase(at + 1, end.to - 1);
    at = end.to;
  }
  return { withStrings: withStrings.join(''), bare: bare.join('') };
}

type Token = { to: number; kind: 'code' | 'template' | 'regex' };

function endOfToken(text: string, at: number, templates: number[]): Token {
  const first = text[at];
  if (text.startsWith('//', at)) return { to: endOr(text.indexOf('\n', at), text), kind: 'code' };
  if (text.startsWith('/*', at)) return { to: endOr(text.indexOf('*/', at + 2), text, 2), kind: 'code' };
  if (first === "'" || first === '"') return { to: endOfString(text, at, first), kind: 'code' };
  if (first === '`') return endOfTemplateText(text, at + 1, templates);
  if (first === '/' && startsRegex(text, at)) return { to: endOfRegex(text, at), kind: 'regex' };
  const depth = templates.at(-1);
  if (depth !== undefined && first === '{') templates[templates.length - 1] = depth + 1;
  if (depth !== undefined && first === '}') {
    if (depth === 0) {
      templates.pop();
      return endOfTemplateText(text, at + 1, templates);
    }
    templates[templates.length - 1] = depth - 1;
  }
  return { to: at + 1, kind: 'code' };
}

function endOr(index: number, text: string, add = 0): number {
  return index < 0 ? text.length : index + add;
}

function endOfString(text: string, start: number, quote: string): number {
  let at = start + 1;
  while (at < text.length && text[at] !== quote && text[at] !== '\n') at += text[at] === '\\' ? 2 : 1;
  return Math.min(at + 1, text.length);
}

/** Ends at the closing backtick or just behind the next `${`, which is remembered as open. */
function endOfTemplateText(text: string, start: number, templates: number[]): Token {
  let at = start;
  while (at < text.length && text[at] !== '`') {
    if (text.startsWith('${', at)) {
      templates.push(0);
      return { to: at + 2, kind: 'template' };
    }
    at += text[at] === '\\' ? 2 : 1;
  }
  return { to: Math.min(at + 1, text.length), kind: 'template' };
}

/** A slash begins a regular expression where a value may begin; elsewhere it divides. */
function startsRegex(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - 30), at).trimEnd();
  if (before === '' || /[(,=:[!&|?{;+\-*%<>~^]$/.test(before)) return true;
  return /\b(return|typeof|case|in|of|delete|void|throw|await|yield|else|do)$/.test(before);
}

function endOfRegex(text: string, start: number): number {
  let inClass = false;
  for (let at = start + 1; at < text.length && text[at] !== '\n'; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '[') inClass = true;
    else if (text[at] === ']') inClass = false;
    else if (text[at] === '/' && !inClass) return at + 1;
  }
  return start + 1;
}
