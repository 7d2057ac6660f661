// `gatehouse apply FILE`: brings a tenant to what the file says, or tells what that would change.
import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { createHasher, createStores, type Ground } from '../app.ts';
import { ConfigurationError } from '../config/load-config.ts';
import { type ApplyReport, applyTenantFile } from '../declaration/apply.ts';
import { describeMember } from '../declaration/difference.ts';
import { readTenantFile, type TenantFile } from '../declaration/tenant-file.ts';
import type { DefaultDomains } from '../declaration/workspace.ts';
import { type Invocation, show } from './command.ts';
import { withGround } from './ground.ts';
import { createApplyAudit } from './operator-audit.ts';

/** Opens the database, applies the file and prints what changed. */
export async function apply(invocation: Invocation): Promise<void> {
  const { configuration, args, flags, terminal } = invocation;
  const file = openTenantFile(args[0] ?? '', terminal.environment);
  const dryRun = flags['dryRun'] === true;
  await withGround(configuration, async (ground) => {
    const report = await applyTo(ground, file, null, { operation: 'gatehouse apply', dryRun });
    show(invocation, jsonOf(report, dryRun), [
      ...describeReport(report, dryRun),
      ...(dryRun ? ['Nothing was written: this was a dry run.'] : []),
    ]);
    for (const warning of report.warnings) terminal.note(`warning: ${warning}`);
  });
}

/** Reads the file; throws a plain error when it is not there or says what cannot be done. */
export function openTenantFile(path: string, environment: Readonly<Record<string, string | undefined>>): TenantFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigurationError(`The file ${path} cannot be read. Name an existing YAML file.`, { cause: error });
  }
  return readTenantFile(basename(path), text, environment, dirname(path));
}

/** Applies the file to an open database; `operation` names the command in the tenant's log. */
export async function applyTo(
  ground: Ground,
  file: TenantFile,
  defaultDomains: DefaultDomains | null,
  { operation, dryRun = false }: { readonly operation: string; readonly dryRun?: boolean },
): Promise<ApplyReport> {
  const { database, clock } = ground;
  const stores = createStores(ground);
  const hasher = createHasher(ground);
  const record = createApplyAudit(ground, operation);
  return applyTenantFile({ database, clock, defaultDomains, stores, hasher, dryRun, record }, file);
}

/** What changed, with the members that differ in a dry run, and the secrets that were made: they are shown this once. */
export function describeReport({ changes, madeSecrets }: ApplyReport, withMembers: boolean): string[] {
  return [
    ...changes.flatMap(({ action, noun, name, members }) => [
      `${action.padEnd(9)} ${noun} ${name}`,
      ...(withMembers && action !== 'unchanged'
        ? members.map((member) => `            ${describeMember(member)}`)
        : []),
    ]),
    ...madeSecrets.map(({ owner, secret }) => `secret of ${owner}: ${secret.reveal()}`),
  ];
}

function jsonOf({ changes, warnings, madeSecrets }: ApplyReport, dryRun: boolean): object {
  const secrets = madeSecrets.map(({ owner, secret }) => ({ owner, secret: secret.reveal() }));
  return { dry_run: dryRun, changes, warnings, made_secrets: secrets };
}
