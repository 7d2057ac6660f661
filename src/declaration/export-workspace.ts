// What the parts of one export share: where they read, and what they could not or should not write.
import { issuerOf, type Tenant } from '../tenant/tenant.ts';
import type { FilePath } from './tenant-file.ts';
import type { ApplyStores } from './workspace.ts';

/** A remark that is printed above a place of the file. */
interface ExportNote {
  readonly path: FilePath;
  readonly words: string;
}

/** What the parts of one export share. */
export interface ExportWork {
  readonly stores: ApplyStores;
  readonly tenant: Tenant;
  /** True writes client secrets, API secrets and password hashes in the clear. */
  readonly withSecrets: boolean;
  readonly notes: ExportNote[];
}

/** The issuer by which the export calls the server's own APIs: that of the tenant's first domain. */
export function issuerOfExport({ tenant }: Pick<ExportWork, 'tenant'>): string {
  const [domain] = tenant.domains;
  if (!domain) throw new Error('A tenant without a domain.');
  return issuerOf(domain);
}

/** The entry without members that say nothing: null, empty text, empty lists and empty objects. */
export function withoutEmpty<T extends object>(entry: T): { [K in keyof T]?: NonNullable<T[K]> } {
  const kept = Object.entries(entry).filter(([, value]) => !isEmpty(value));
  return Object.fromEntries(kept) as { [K in keyof T]?: NonNullable<T[K]> };
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
