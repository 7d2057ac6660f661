// The licences of everything in the released package and of what npm installs beside it. Called by package.ts.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LockedPackages, nameAt } from './runtime-packages.ts';

/** One package with its licence. */
export interface LicensedPackage {
  readonly name: string;
  readonly version: string;
  /** Its identifier at SPDX, or several joined by AND. */
  readonly license: string;
  /** The licence in full, where the package's code is part of ours; null where it comes with the package itself. */
  readonly text: string | null;
}

/** Licences that ask for nothing but to be named: whoever runs or changes Gatehouse owes nobody anything more. */
const ALLOWED_LICENSES: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'MIT-0',
]);

/** Packages that name their licence in the form of 2012, which npm no longer reads. */
const OLD_FORM = new Set(['busboy', 'streamsearch']);

/** What npm installs beside the package. */
export function licensesOfPackages(root: string, packages: LockedPackages): LicensedPackage[] {
  return Object.entries(packages).map(([place, { version, license }]) => {
    const name = nameAt(place);
    return { name, version, license: license ?? licenseInOldForm(root, place, name), text: null };
  });
}

/** What the bundler put into the pages of the dashboard. */
export function licensesOfDashboard(root: string): LicensedPackage[] {
  const text = readFileSync(join(root, 'dist/dashboard/.vite/licenses.json'), 'utf8');
  const entries = JSON.parse(text) as { name: string; version: string; identifier?: string; text?: string }[];
  return entries.map((entry) => ({
    name: entry.name,
    version: entry.version,
    license: entry.identifier ?? 'unknown',
    text: entry.text ?? '',
  }));
}

/** The page of the Management API: one file, with other packages inside of it that its authors name. */
export function licenseOfReferencePage(root: string, packages: LockedPackages): LicensedPackage {
  const place = 'node_modules/rapidoc';
  const { version = 'unknown', license = 'unknown' } = packages[place] ?? {};
  const files = ['LICENSE.txt', 'dist/rapidoc-min.js.LICENSE.txt'];
  const text = files.map((file) => readFileSync(join(root, place, file), 'utf8').trim()).join('\n\n');
  return { name: 'rapidoc', version, license, text };
}

/** Throws for a package whose licence, or one of several that hold together, is none of the allowed ones. */
export function requireAllowed(packages: readonly LicensedPackage[]): void {
  const refused = packages.filter(({ license }) => !license.split(' AND ').every((one) => ALLOWED_LICENSES.has(one)));
  if (refused.length === 0) return;
  const list = refused.map(({ name, version, license }) => `${name} ${version} (${license})`).join(', ');
  throw new Error(`The licences of these packages are not on the list of allowed ones: ${list}.`);
}

/** All of it as a document in Markdown. */
export function printLicenses(inside: readonly LicensedPackage[], beside: readonly LicensedPackage[]): string {
  const rows = beside.map(({ name, version, license }) => `| ${name} | ${version} | ${license} |`);
  const texts = inside.flatMap(({ name, version, license, text }) => [
    `### ${name} ${version} (${license})`,
    '',
    ...['```text', text ?? '', '```', ''],
  ]);
  return [
    '# Licences of others',
    '',
    'Gatehouse itself is under the Apache License 2.0 (LICENSE).',
    '',
    '## Installed beside this package',
    '',
    'Each brings its licence along.',
    '',
    '| package | version | licence |',
    '| --- | --- | --- |',
    ...rows,
    '',
    '## Part of this package',
    '',
    'In the pages of the dashboard and of the Management API.',
    '',
    ...texts,
  ].join('\n');
}

function licenseInOldForm(root: string, place: string, name: string): string {
  if (!OLD_FORM.has(name)) return 'unknown';
  const text = readFileSync(join(root, place, 'package.json'), 'utf8');
  return (JSON.parse(text) as { licenses?: { type: string }[] }).licenses?.[0]?.type ?? 'unknown';
}
