// `gatehouse apply FILE`: brings a tenant to what the file says, or tells what that would change.
import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { ConfigurationError } from '../config/load-config.ts';
import { type ApplyGround, type ApplyReport, applyTenantFile } from '../declaration/apply.ts';
import type { Auth0Origin } from '../declaration/auth0-file.ts';
import { describeMember } from '../declaration/difference.ts';
import { readTenantFile, type TenantFile, TenantFileError } from '../declaration/tenant-file.ts';
import type { DefaultDomains } from '../declaration/workspace.ts';
import { createHasher, type Ground } from '../ground.ts';
import { createStores } from '../stores.ts';
import type { TenantDomain } from '../tenant/tenant.ts';
import { type Invocation, show, textFlag } from './command.ts';
import { withGround } from './ground.ts';
import { createApplyAudit } from './operator-audit.ts';
import { getTenant } from './tenant-choice.ts';

/** Opens the database, applies the file and prints what changed. */
export async function apply(invocation: Invocation): Promise<void> {
  const { configuration, args, flags, terminal } = invocation;
  const dryRun = flags['dryRun'] === true;
  const open = (origin: Auth0Origin | null) => openTenantFile(args[0] ?? '', terminal.environment, origin);
  const own = flags['fromAuth0'] === true ? null : open(null);
  await withGround(configuration, async (ground) => {
    const file = own ?? open(await originOf(ground, invocation));
    for (const one of file.leftOut) terminal.note(`left out: ${one}`);
    const report = await applyTo(ground, file, null, { operation: 'gatehouse apply', dryRun });
    show(invocation, jsonOf(report, dryRun), [
      ...describeReport(report, dryRun),
      ...(dryRun ? ['Nothing was written: this was a dry run.'] : []),
    ]);
    for (const warning of report.warnings) terminal.note(`warning: ${warning}`);
  });
}

/** What a file from Auth0 does not say: which tenant of ours it is for. Throws a plain error where nobody said so. */
export async function originOf(ground: Ground, invocation: Invocation): Promise<Auth0Origin> {
  const stores = createStores(ground);
  const name = textFlag(invocation, 'tenant');
  const domain = textFlag(invocation, 'domain');
  if (name !== null && domain !== null) return { tenantName: name, domains: [domain] };
  const tenant = await getTenant(stores, name);
  return { tenantName: tenant.name, domains: domain === null ? tenant.domains.flatMap(ownHost) : [domain] };
}

function ownHost({ host, aliasOf }: TenantDomain): string[] {
  return aliasOf === null ? [host] : [];
}

/** Reads the file; throws a plain error when it is not there or says what cannot be done. */
export function openTenantFile(
  path: string,
  environment: Readonly<Record<string, string | undefined>>,
  fromAuth0: Auth0Origin | null = null,
): TenantFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigurationError(`The file ${path} cannot be read. Name an existing YAML file.`, { cause: error });
  }
  try {
    return readTenantFile(basename(path), text, environment, { folder: dirname(path), fromAuth0 });
  } catch (error) {
    // Auth0's own files do not name their tenant.
    const isAuth0s =
      error instanceof TenantFileError && error.problems.some((one) => / tenant\.name is missing/.test(one));
    if (!isAuth0s || fromAuth0) throw error;
    throw new TenantFileError([...error.problems, 'A file that was exported from Auth0 is applied with --from-auth0.']);
  }
}

/** Applies the file to an open database; `operation` names the command in the tenant's log. */
export async function applyTo(
  ground: Ground,
  file: TenantFile,
  defaultDomains: DefaultDomains | null,
  { operation, ...how }: { readonly operation: string } & Pick<ApplyGround, 'dryRun' | 'refusesPasswords'>,
): Promise<ApplyReport> {
  const { database, clock } = ground;
  const stores = createStores(ground);
  const hasher = createHasher(ground);
  const record = createApplyAudit(ground, operation);
  const report = await applyTenantFile({ database, clock, defaultDomains, stores, hasher, record, ...how }, file);
  return { ...report, warnings: [...report.warnings, ...warningsOf(ground, file)] };
}

/** Of what the file wants and only the configuration of the server can give; that may be another one than is seen here. */
function warningsOf({ configuration: { breachedPasswords: lists } }: Ground, { content }: TenantFile): string[] {
  const isDetecting = content.attackProtection?.breachedPasswordDetection?.enabled ?? false;
  if (!isDetecting || lists.file !== null || lists.baseUrl !== null) return [];
  return [
    'breached passwords are detected by servers that have a list of them: name one in breached_passwords_file or breached_passwords_url.',
  ];
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

/** The report as one JSON value. */
export function jsonOf({ changes, warnings, madeSecrets }: ApplyReport, dryRun: boolean): object {
  const secrets = madeSecrets.map(({ owner, secret }) => ({ owner, secret: secret.reveal() }));
  return { dry_run: dryRun, changes, warnings, made_secrets: secrets };
}
