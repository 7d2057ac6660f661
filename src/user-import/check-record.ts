// Reads one record: is it a user that this connection can have, and a password that can be checked? Nothing here asks the
// database. Called by import-users.ts for every record.
import { isUtf8 } from 'node:buffer';
import Compile from 'typebox/compile';
import { customHashText } from '../directory/database/imported-hash/custom-hash.ts';
import { UnusableHash } from '../directory/database/imported-hash/imported-hash.ts';
import { kindOfHash } from '../directory/database/password-hash.ts';
import type { JobError } from '../job/job-file-store.ts';
import { canonicalIdentifier } from '../user/identifier.ts';
import { ImportRecord } from './import-record.ts';
import { jobErrorOf, problem, problemsOf, type RecordProblem } from './record-problem.ts';

/** A user who may come in, as far as the record alone can tell. */
export interface CheckedRecord {
  readonly record: ImportRecord;
  /** The canonical names by which the user will log in. */
  readonly names: readonly string[];
  /** As it will be stored, and its kind; null for a user without a password. */
  readonly password: { readonly hash: string; readonly kind: string } | null;
}

const schema = Compile(ImportRecord);

/** The checked record, or what is wrong with it. */
export function checkRecord(bytes: Buffer, requiresUsername: boolean): CheckedRecord | JobError {
  if (!isUtf8(bytes)) return jobErrorOf(null, [problem('INVALID_TYPE', 'The record is not in UTF-8.')]);
  let record: unknown;
  try {
    record = JSON.parse(bytes.toString());
  } catch {
    return jobErrorOf(null, [problem('INVALID_TYPE', 'The record is no JSON.')]);
  }
  if (isWithSecondFactor(record)) return jobErrorOf(record, [NO_SECOND_FACTOR]);
  if (!schema.Check(record)) return jobErrorOf(record, problemsOf(schema.Errors(record)));
  const wrong = problemOfSense(record, requiresUsername);
  if (wrong) return jobErrorOf(record, [wrong]);
  try {
    return { record, names: namesOf(record), password: passwordOf(record) };
  } catch (error) {
    if (!(error instanceof UnusableHash)) throw error;
    const member = record.custom_password_hash ? 'custom_password_hash' : 'password_hash';
    const path = [member, error.path].filter(Boolean).join('.');
    return jobErrorOf(record, [problem('NOT_PASSED', error.message, path)]);
  }
}

// Security: somebody who had a second factor elsewhere must not come in with the password alone.
const NO_SECOND_FACTOR = problem(
  'MFA_FACTORS_FAILED',
  'Second factors cannot be imported, and without theirs the user could log in by password alone.',
  'mfa_factors',
);

function isWithSecondFactor(record: unknown): boolean {
  return typeof record === 'object' && record !== null && Object.hasOwn(record, 'mfa_factors');
}

/** What the schema cannot say. */
function problemOfSense(record: ImportRecord, requiresUsername: boolean): RecordProblem | null {
  const { email, username, password_hash, custom_password_hash } = record;
  if (email === undefined && username === undefined) {
    return problem('OBJECT_REQUIRED', 'A user needs an email or a username.', 'email');
  }
  if (username !== undefined && !requiresUsername) {
    return problem('NOT_PASSED', 'The connection has no user names (`requires_username`).', 'username');
  }
  if (password_hash !== undefined && custom_password_hash !== undefined) {
    return problem('NOT_PASSED', 'A user has either a password_hash or a custom_password_hash.', 'password_hash');
  }
  for (const [name, value] of Object.entries(record)) {
    // One database takes no text with NUL, and no name has one.
    if (typeof value === 'string' && value.includes('\0')) return problem('PATTERN', `${name} holds NUL.`, name);
  }
  return null;
}

function namesOf({ email, username }: ImportRecord): string[] {
  const names = [email, username].filter((name) => name !== undefined).map(canonicalIdentifier);
  return [...new Set(names)];
}

function passwordOf({ password_hash, custom_password_hash }: ImportRecord): CheckedRecord['password'] {
  const hash = custom_password_hash ? customHashText(custom_password_hash) : password_hash;
  return hash === undefined ? null : { hash, kind: kindOfHash(hash) };
}
