// Management: whether a connection's directory answers.
import type { ApplyStores } from '../declaration/workspace.ts';
import { probeConnection } from '../directory/connection-probes.ts';
import { ApiError, apiRefusals } from '../error/api-error.ts';
import type { Clock } from '../lib/clock.ts';
import { type Endpoint, endpoint } from '../management/endpoint.ts';
import type { ProbeLimit } from '../management/probe-limit.ts';
import { ADMINISTRATORS } from './connection.ts';
import { toConnection } from './read-connection.ts';

interface Parts {
  readonly stores: ApplyStores;
  readonly clock: Clock;
  readonly privateNetworks: readonly string[];
  readonly limitProbes: ProbeLimit;
}

/** The endpoint of a connection's status. */
export function createConnectionStatusEndpoints({ stores, limitProbes, ...parts }: Parts): Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/connections/{id}/status',
      tag: 'connections',
      summary: 'Ask a connection whether it answers: 200 when it does, 404 when it does not',
      scopes: ['read:connections'],
      params: { id: { description: 'The id of the connection.', example: 'con_0123456789abcdef' } },
      status: 200,
      async handle({ tenant, params }) {
        const stored = (await stores.connections.list(tenant.id)).find(({ id }) => id === params['id']);
        if (!stored || stored.name === ADMINISTRATORS) throw apiRefusals.missing('connection');
        const steps = await limitProbes(tenant.id, false, () => probeConnection(parts, toConnection(stored), null));
        const failed = steps.find(({ passed }) => passed === false);
        // Security: the sentence is ours, whatever the other side answered.
        if (failed) throw new ApiError(404, `${failed.name}: ${failed.words}`, { errorCode: 'connection_offline' });
        return { online: true, steps: steps.map(({ name, passed, tookMs }) => ({ name, passed, took_ms: tookMs })) };
      },
    }),
  ];
}
