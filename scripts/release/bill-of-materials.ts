// The list of what a release is made of, in CycloneDX: what npm says of the packages that it installs, and those whose code is
// in the package already. Without a time and a number of its own, so that the same sources make the same release.
import { spawnSync } from 'node:child_process';
import { npmCommand } from '../launch/npm.mjs';
import type { LicensedPackage } from './license-list.ts';

interface Component {
  readonly name: string;
  licenses?: readonly object[];
  readonly [member: string]: unknown;
}

interface BillOfMaterials {
  serialNumber?: string;
  readonly metadata: { timestamp?: string; component: { name: string; type: string } };
  readonly components: Component[];
}

/** The document for the package in this folder, which has its npm-shrinkwrap.json; throws with what npm says. */
export function printBillOfMaterials(
  folder: string,
  name: string,
  inside: readonly LicensedPackage[],
  beside: readonly LicensedPackage[],
): string {
  const [npm = 'npm', ...first] = npmCommand(process.execPath, process.env);
  const args = [...first, 'sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev', '--package-lock-only'];
  const { status, stdout, stderr } = spawnSync(npm, args, { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`npm could not list the packages.\n${stderr}`);
  const bill = JSON.parse(stdout) as BillOfMaterials;
  delete bill.serialNumber;
  delete bill.metadata.timestamp;
  // npm names it after the folder that it lies in.
  bill.metadata.component.name = name;
  bill.metadata.component.type = 'application';
  const licenses = new Map(beside.map((one) => [one.name, licensesOf(one)]));
  for (const component of bill.components) component.licenses ??= licenses.get(component.name) ?? [];
  bill.components.push(...inside.map(bundledComponent));
  return `${JSON.stringify(bill, null, 2)}\n`;
}

function bundledComponent(one: LicensedPackage): Component {
  const { name, version } = one;
  return {
    'bom-ref': `bundled:${name}@${version}`,
    type: 'library',
    name,
    version,
    scope: 'required',
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
    properties: [{ name: 'gatehouse:bundled', value: 'true' }],
    licenses: licensesOf(one),
  };
}

function licensesOf({ license }: LicensedPackage): readonly object[] {
  return [license.includes(' AND ') ? { expression: license } : { license: { id: license } }];
}
