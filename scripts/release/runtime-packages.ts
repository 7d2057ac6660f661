// The packages that the released program needs, read from the lock file: for its npm-shrinkwrap, so that who installs it gets
// the versions that were tested, and for the list of licences. Called by package.ts.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** An entry of package-lock.json, as far as it is read here. */
interface LockedPackage {
  readonly version: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** Locked packages by where npm puts them, such as `node_modules/fastify`. */
export type LockedPackages = Readonly<Record<string, LockedPackage>>;

/** Reads the lock file of the checkout. */
export function readLock(root: string): LockedPackages {
  const text = readFileSync(join(root, 'package-lock.json'), 'utf8');
  return (JSON.parse(text) as { packages: LockedPackages }).packages;
}

/** The packages of these names, and everything that they need in turn, in the order of their places. */
export function packagesOf(lock: LockedPackages, names: readonly string[]): LockedPackages {
  const found = new Map<string, LockedPackage>();
  const waiting = names.map((name) => ({ name, from: '' }));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const place = placeOf(lock, next.name, next.from);
    const entry = place === null ? undefined : lock[place];
    // A peer that its package does without.
    if (place === null || entry === undefined || found.has(place)) continue;
    found.set(place, entry);
    const { dependencies, optionalDependencies, peerDependencies } = entry;
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
      waiting.push({ name, from: place });
    }
  }
  return Object.fromEntries([...found].toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** Where a package finds another, as Node.js looks for it: beside its own packages, then further up. */
function placeOf(lock: LockedPackages, name: string, from: string): string | null {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const place = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    if (lock[place] !== undefined) return place;
    if (folder === '') return null;
  }
}

/** The name of a package by its place. */
export function nameAt(place: string): string {
  return place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
}
