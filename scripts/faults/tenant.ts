// The tenant of the fault run: the benchmark's, with its numbered users, and what the suites add to it.
import { TENANT as BENCH_TENANT } from '../bench/tenant.ts';

export { DATABASE, emailOf, HOST, PASSWORD } from '../bench/tenant.ts';

export const AUDIENCE = 'https://api.example.test/rs256';
/** Logs users in without a secret. */
export const PUBLIC_CLIENT = 'BenchLoginClient0000000000000000';
/** Logs users in and proves itself with this secret. */
export const BACKEND_CLIENT = 'FaultBackendClient00000000000000';
export const BACKEND_SECRET = 'fault-backend-secret-0123456789ab';

interface Additions {
  readonly users?: readonly object[];
  readonly attackProtection?: object;
  /** True lets strangers make themselves accounts. */
  readonly isOpenToSignUp?: boolean;
}

/** The tenant file; what is left out of attack protection has its default. */
export function tenantWith({ users = [], attackProtection, isOpenToSignUp = false }: Additions = {}): object {
  const { tenant, resourceServers, clients, clientGrants, databases } = BENCH_TENANT;
  return {
    tenant,
    resourceServers,
    clientGrants,
    ...(attackProtection ? { attackProtection } : {}),
    clients: [
      ...clients,
      {
        name: 'Backend',
        client_id: BACKEND_CLIENT,
        client_secret: BACKEND_SECRET,
        app_type: 'regular_web',
        grant_types: ['password'],
      },
    ],
    databases: databases.map((database) => ({
      ...database,
      enabled_clients: [...database.enabled_clients, 'Backend'],
      options: { ...database.options, disable_signup: !isOpenToSignUp },
    })),
    users: [...BENCH_TENANT.users, ...users],
  };
}
