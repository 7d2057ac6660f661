// Creates and changes things as `apply` does: by a file with one entry, which passes the same schemas and the same checks.
import type { ApplyReport } from '../../declaration/apply.ts';
import { describeMember } from '../../declaration/difference.ts';
import { exportTenantSection } from '../../declaration/export-tenant-section.ts';
import { checkTenantFile, type FilePath } from '../../declaration/tenant-file.ts';
import { applyTo } from '../apply.ts';
import { type Invocation, show } from '../command.ts';
import type { Entry, Noun, NounWork } from './noun.ts';

/** Applies one entry of a noun to its tenant. */
export async function applyEntry(work: NounWork, noun: Noun, entry: Entry): Promise<ApplyReport> {
  const content = { tenant: exportTenantSection(work.exporting), [noun.sectionOf(entry)]: [entry] };
  return applyTo(work.ground, checkTenantFile(content, memberName), null, {
    operation: `gatehouse ${noun.name}`,
    refusesPasswords: true,
  });
}

/** Of `clients[0].name` only the member is the caller's own. */
export function memberName(path: FilePath): string {
  return (
    path
      .filter((step) => typeof step === 'string')
      .slice(1)
      .join('.') || 'the entry'
  );
}

/** Prints what was done, member by member, and the secrets that were made. */
export function showReport(invocation: Invocation, report: ApplyReport, entry: Entry | null): void {
  const changed = report.changes.filter(({ action }) => action !== 'unchanged');
  const secrets = report.madeSecrets.map(({ owner, secret }) => ({ owner, secret: secret.reveal() }));
  const json = { changes: changed, warnings: report.warnings, made_secrets: secrets, entry };
  show(invocation, json, [
    ...changed.flatMap(({ action, noun, name, members }) => [
      `${action} ${noun} ${name}`,
      ...(action === 'updated' ? members.map((member) => `  ${describeMember(member)}`) : []),
    ]),
    ...(changed.length === 0 ? ['Nothing to change.'] : []),
    ...secrets.map(({ owner, secret }) => `secret of ${owner}: ${secret}`),
  ]);
  for (const warning of report.warnings) invocation.terminal.note(`warning: ${warning}`);
}
