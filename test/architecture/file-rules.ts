// Rules about one file at a time: its name, its length, its first lines, the names it declares, and what no committed
// file may hold.

import { posix } from 'node:path';
import { blank, type SourceFile, type Violation } from './source-file.ts';

const DRAWERS = new Set(['index', 'helper', 'helpers', 'util', 'utils', 'common', 'misc', 'shared', 'types']);
const EMPTY_SUFFIX = /(Service|Manager|Impl|Base)$/;
const KEBAB_CASE = /^[a-z0-9]+(-[a-z0-9]+)*$/;

// The vocabulary of the domain: a file of lib/ named by one of these belongs into that noun's folder.
const DOMAIN_WORDS = new Set([
  ...['tenant', 'client', 'application', 'resource', 'server', 'connection', 'realm', 'directory', 'user', 'identity'],
  ...['profile', 'credential', 'password', 'grant', 'login', 'token', 'claim', 'claims', 'scope', 'audience', 'key'],
  ...['rule', 'action', 'role', 'permission', 'attack', 'ticket', 'job', 'mfa', 'oauth', 'oidc', 'ldap', 'log'],
]);

/** Names of files and folders of src/. */
export function checkNames(files: SourceFile[]): Violation[] {
  return files.flatMap((file) => {
    const found: string[] = [];
    const parts = file.path.split('/').slice(1);
    const name = (parts.pop() ?? '').replace(/(\.test|\.d)?\.\w+$/, '');
    if (!file.path.endsWith('.ts')) found.push('is not TypeScript: src/ holds .ts files only');
    for (const part of [...parts, name]) {
      if (!KEBAB_CASE.test(part)) found.push(`${part} is not kebab-case`);
      if (DRAWERS.has(part)) found.push(`${part} is a drawer: name what is in it`);
    }
    if (/-(service|manager|impl|base)$/.test(name)) found.push(`${name} ends in a word that says nothing`);
    if (file.path.startsWith('src/lib/')) {
      for (const word of name.split('-')) {
        if (DOMAIN_WORDS.has(word)) found.push(`${word} is a word of the domain, which lib/ knows nothing of`);
      }
    }
    return found.map((what) => ({ file: file.path, found: what, rule: 'file names' }));
  });
}

/** Names of the classes, interfaces, types and functions that a file declares. */
export function checkDeclarations(files: SourceFile[]): Violation[] {
  return files.flatMap((file) => {
    const { bare } = blank(file.text);
    return [...bare.matchAll(/\b(class|interface|type|function)\s+([A-Za-z_$][\w$]*)/g)].flatMap(
      ([, kind, name = '']) => {
        const found: string[] = [];
        if (EMPTY_SUFFIX.test(name)) found.push(`${kind} ${name} ends in a word that says nothing`);
        if (kind === 'interface' && /^I[A-Z][a-z]/.test(name)) found.push(`interface ${name} has the prefix I`);
        return found.map((what) => ({ file: file.path, found: what, rule: 'names of declarations' }));
      },
    );
  });
}

/** Files over the limit have found a second purpose; migrations are exempt, being history that is never edited. */
export function checkLengths(files: SourceFile[], limit: number): Violation[] {
  return files.flatMap((file) => {
    const lines = file.text.split('\n').length - (file.text.endsWith('\n') ? 1 : 0);
    if (lines <= limit || file.path.startsWith('src/storage/migrations/')) return [];
    return [{ file: file.path, found: `has ${lines} lines`, rule: `at most ${limit}: split it by purpose` }];
  });
}

/** Every file says first what it is and who calls it. */
export function checkOpenings(files: SourceFile[]): Violation[] {
  return files.flatMap((file) => {
    if (/^(#!.*\n)?(\/\/|\/\*)/.test(file.text)) return [];
    const rule = 'a file opens with one to four lines of comment: what it is and who calls it';
    return [{ file: file.path, found: 'opens without a comment', rule }];
  });
}

type ForbiddenText = { pattern: RegExp; where: RegExp; found: string; rule: string };

const CODE = /^(src|test|scripts|examples|dashboard)\/.*\.(ts|tsx|mjs|js)$/;

// Written in pieces, so that this file does not break its own rules.
const FORBIDDEN_TEXTS: readonly ForbiddenText[] = [
  {
    pattern: new RegExp(`\\b(${['TO', 'FIX'].map((part, i) => part + ['DO', 'ME'][i]).join('|')})\\b`),
    where: CODE,
    found: 'holds a to-do',
    rule: 'finish it, or say in docs/ what is missing',
  },
  {
    pattern: new RegExp(['@ts-', '(ignore|nocheck)\\b'].join('')),
    where: CODE,
    found: 'silences the compiler',
    rule: 'say the type, or use a checked cast',
  },
  {
    pattern: new RegExp(['\\b(test|it|describe)', '\\.(skip|only|todo)\\b|\\b(skip|only|todo): true'].join('')),
    where: /^(test|src)\/.*\.test\.ts$/,
    found: 'switches tests off',
    rule: 'a test runs or is deleted; one that needs a program which may be missing names it in its skip option',
  },
  {
    pattern: new RegExp(['(^|[\\s\'"`(=:])/', '(work|home/[a-z][\\w-]*|Users/[A-Za-z][\\w-]*)/'].join('')),
    where: /./,
    found: "names a path of somebody's machine",
    rule: 'paths start at the checkout',
  },
  {
    pattern: new RegExp(['registry\\.', '(npmjs\\.org|yarnpkg\\.com|npmmirror\\.com)|"resolved": *"http'].join('')),
    where: /./,
    found: 'names a package registry',
    rule: "npm's own settings decide which registry is asked, so that mirrors work",
  },
];

/** What no committed file may hold; `files` are all files of the checkout. */
export function checkTexts(files: SourceFile[]): Violation[] {
  return files.flatMap((file) =>
    FORBIDDEN_TEXTS.filter(({ where }) => where.test(file.path)).flatMap(({ pattern, found, rule }) => {
      const line = file.text.split('\n').findIndex((text) => pattern.test(text));
      return line < 0 ? [] : [{ file: `${posix.normalize(file.path)}:${line + 1}`, found, rule }];
    }),
  );
}
