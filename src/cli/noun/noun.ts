// What the commands of every noun share: where its entries come from, how one is found by what people call it, and how it
// is removed. Creating and changing are one and the same for all of them: applying a file with one entry.

import type { ExportWork } from '../../declaration/export-workspace.ts';
import type { TenantFileContent } from '../../declaration/tenant-file.ts';
import type { Ground } from '../../ground.ts';
import type { Sql } from '../../storage/database.ts';
import type { Stores } from '../../stores.ts';
import type { Tenant } from '../../tenant/tenant.ts';
import type { Invocation } from '../command.ts';

/** An entry as the tenant file has it; secrets are left out. */
export type Entry = Readonly<Record<string, unknown>>;

/** What a noun works with. */
export interface NounWork {
  readonly ground: Ground;
  readonly stores: Stores;
  readonly tenant: Tenant;
  /** Writes entries without secrets. */
  readonly exporting: ExportWork;
}

/** One thing of a noun. */
export interface Found {
  readonly entry: Entry;
  /** Removes it; throws a plain error when something still needs it. */
  remove(sql: Sql): Promise<boolean>;
}

export interface Noun {
  /** As commands call it. */
  readonly name: string;
  /** Where the tenant file has this entry. */
  sectionOf(entry: Entry): Exclude<keyof TenantFileContent, 'tenant' | 'attackProtection' | 'triggers'>;
  /** The member that the argument of `create` fills. */
  nameMember(called: string): string;
  /** The wire schema of this entry. */
  schemaOf(entry: Entry): object;
  /** What a new entry begins with beside its name, by the flags of `create`; nothing where this is missing. */
  beginWith?(invocation: Invocation): Entry;
  /** Members that a list shows. */
  readonly columns: readonly string[];
  list(work: NounWork, most: number): Promise<Entry[]>;
  /** What is stored of this entry; where this is missing, the name alone tells things apart. */
  findSame?(work: NounWork, entry: Entry): Promise<Found | null>;
  /** The thing that is called this; null when there is none. Throws a plain error when several are. */
  find(work: NounWork, called: string): Promise<Found | null>;
}
