// Imports into the database of a test server as the server's own jobs do, without a process of its own.
import { Readable } from 'node:stream';
import type { JobCounts } from '../../src/job/job.ts';
import type { JobError } from '../../src/job/job-file-store.ts';
import { type ImportOrder, importUsers, NO_COUNTS } from '../../src/user-import/import-users.ts';
import { importConnectionOf } from '../../src/user-import/user-jobs.ts';
import type { TestServer } from './start-server.ts';

interface Imported {
  readonly counts: JobCounts;
  readonly errors: readonly JobError[];
}

/** A hash as records bring it along. */
export const MD5 = {
  algorithm: 'md5',
  hash: { value: '5ebe2294ecd0e0f08eab7690d2a6ee69', encoding: 'hex' },
} as const;
/** What that is the digest of. */
export const SECRET = 'secret';

/** Imports these records, or the text of a file, into the connection of this name. */
export async function importInto(
  { app, ground }: TestServer,
  connectionName: string,
  records: readonly object[] | string,
  settings: Partial<Pick<ImportOrder, 'upsert' | 'isDryRun' | 'order'>> = {},
): Promise<Imported> {
  const tenant = await app.stores.tenants.findByName('acme');
  const all = tenant ? await app.stores.connections.list(tenant.id) : [];
  const connection = all.find(({ name }) => name === connectionName);
  if (!tenant || !connection) throw new Error('The test tenant has no such connection.');
  const errors: JobError[] = [];
  const { requiresUsername } = importConnectionOf(connection);
  const counts = await importUsers(
    ground,
    {
      tenantId: tenant.id,
      connection,
      requiresUsername,
      upsert: false,
      isDryRun: false,
      now: ground.clock.now(),
      order: null,
      ...settings,
    },
    fileOf(records),
    {
      begun: NO_COUNTS,
      async note(_counts, added) {
        errors.push(...added.map(({ error }) => error));
      },
    },
  );
  return { counts, errors };
}

/** A file in small parts. */
export function fileOf(records: readonly object[] | string): AsyncIterable<Buffer> {
  const text = typeof records === 'string' ? records : JSON.stringify(records);
  const bytes = Buffer.from(text);
  const parts = Array.from({ length: Math.ceil(bytes.length / 1000) }, (_, at) =>
    bytes.subarray(at * 1000, (at + 1) * 1000),
  );
  return Readable.from(parts);
}
