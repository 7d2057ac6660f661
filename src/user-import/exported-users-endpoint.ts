// GET /api/v2/exported-users/ADDRESS: the file of a finished export. The address is known only to whoever asked for the job, and
// works for a minute: browsers and tools fetch it without a token, as they do from Auth0's storage.
import { Readable } from 'node:stream';
import { sendNotFound } from '../http/error-reply.ts';
import type { Routes } from '../http/server.ts';
import { getTenant } from '../http/tenant-of-request.ts';
import type { TenantResolver } from '../tenant/tenant-resolver.ts';
import type { UserJobs } from './user-jobs.ts';

interface Parts {
  readonly resolveTenant: TenantResolver;
  readonly userJobs: UserJobs;
}

/** Adds it. */
export function createExportedUsersEndpoint({ resolveTenant, userJobs }: Parts): Routes {
  return (server) => {
    server.get('/api/v2/exported-users/:address', async (request, reply) => {
      const { tenant } = await getTenant(resolveTenant, request);
      const { address } = request.params as { address: string };
      const file = await userJobs.readExport(tenant.id, address);
      void reply.header('cache-control', 'no-store');
      if (!file) return sendNotFound(reply);
      const name = file.format === 'csv' ? 'users.csv.gz' : 'users.json.gz';
      return reply
        .type('application/gzip')
        .header('content-disposition', `attachment; filename="${name}"`)
        .send(Readable.from(file.pieces));
    });
  };
}
