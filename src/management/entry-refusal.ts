// What is wrong with an entry of a tenant file, told to somebody who sent no file but one body of the Management API.
import type { FilePath, TenantFileError } from '../declaration/tenant-file.ts';
import { type ApiError, apiRefusals } from '../error/api-error.ts';

/** Names a place for a `TenantFileError`: of `clients[0].name` only the member is the caller's own. */
export function memberName(path: FilePath): string {
  const [, ...members] = path.filter((step) => typeof step === 'string');
  return members.join('.');
}

/** The refusal that tells of the first problem. */
export function refusalOfEntry({ problems }: TenantFileError): ApiError {
  const [first = ''] = problems;
  const [, member = '', words = first] = /^([^\s:]*): (.*)$/s.exec(first) ?? [];
  // The place in a file, of which the caller has none.
  const own = words.replace(/^(?:[a-zA-Z]+\[0\]|tenant|attackProtection)\./, '');
  return apiRefusals.invalidBody(`'${own}'${member === '' ? '' : ` on property ${member}`}.`);
}
