// What the files of one noun folder may import from each other, told by their suffixes (client.ts, client-store.ts,
// client-api.ts and behaviour such as client-authentication.ts), and that no imports run in a circle.

import { posix } from 'node:path';
import { isApi, NOUN_RUNGS, placeOf } from './import-ladder.ts';
import { type Import, importsOf, isTest, type SourceFile, type Violation } from './source-file.ts';

type Graph = Map<string, Import[]>;

/** Checks siblings in the noun folders of src/. */
export function checkNounFolders(files: SourceFile[]): Violation[] {
  const graph: Graph = new Map(files.filter((file) => !isTest(file.path)).map((file) => [file.path, importsOf(file)]));
  return [...graph].flatMap(([path, imports]) => {
    if (!NOUN_RUNGS.includes(placeOf(path)?.rung ?? -1) || isApi(path)) return [];
    return imports.flatMap(({ specifier, target, typeOnly }) => {
      if (target === null || !areSiblings(path, target)) return [];
      const rule = brokenRule(path, target, typeOnly, graph);
      return rule === null ? [] : [{ file: path, found: `imports ${specifier}`, rule }];
    });
  });
}

function brokenRule(path: string, target: string, typeOnly: boolean, graph: Graph): string | null {
  const targetIsStore = target.endsWith('-store.ts');
  if (isRecord(path, graph)) {
    const rule = 'a noun file (x.ts) imports no sibling, save the types of plain values';
    return typeOnly && !targetIsStore ? null : rule;
  }
  if (path.endsWith('-store.ts') && !typeOnly) {
    // The records of the folder import nothing beside them, so a store stays rows in, rows out.
    const standsAlone = !(graph.get(target) ?? []).some((i) => !i.typeOnly && isIn(i, posix.dirname(target)));
    if (targetIsStore || !standsAlone)
      return 'an x-store.ts imports x.ts and plain values of its folder, nothing that acts';
  }
  return null;
}

/** client/client.ts, and every x.ts that has an x-store.ts beside it. */
function isRecord(path: string, graph: Graph): boolean {
  const stem = path.slice(0, -'.ts'.length);
  return posix.basename(stem) === posix.basename(posix.dirname(path)) || graph.has(`${stem}-store.ts`);
}

function areSiblings(path: string, target: string): boolean {
  return posix.dirname(path) === posix.dirname(target);
}

function isIn(item: Import, folder: string): boolean {
  return item.target !== null && posix.dirname(item.target) === folder;
}

/** Finds imports that run in a circle at run time; each circle is reported once. */
export function checkCircles(files: SourceFile[]): Violation[] {
  const graph: Graph = new Map(files.map((file) => [file.path, importsOf(file)]));
  const done = new Set<string>();
  const violations: Violation[] = [];
  const visit = (path: string, trail: string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) {
      const circle = [...trail.slice(start), path].join(' -> ');
      violations.push({ file: path, found: `imports itself: ${circle}`, rule: 'imports run one way' });
      return;
    }
    if (done.has(path)) return;
    for (const { target, typeOnly, lazy } of graph.get(path) ?? []) {
      if (target !== null && !typeOnly && !lazy) visit(target, [...trail, path]);
    }
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  return violations;
}
