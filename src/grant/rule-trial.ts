// Tries a rule: runs a script on a user as a login would, lets nobody in and stores nothing. Called by rule/rule-trial-api.ts
// and `gatehouse rule try`.
import type { Client, ClientId } from '../client/client.ts';
import type { ClientStore } from '../client/client-store.ts';
import type { ConnectionStore } from '../connection/connection-store.ts';
import type { Clock } from '../lib/clock.ts';
import { isManagementApi, storedAudience } from '../resource-server/management-audience.ts';
import type { ResourceServerStore } from '../resource-server/resource-server-store.ts';
import type { RulePipeline } from '../rule/rule-pipeline.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { UserStore } from '../user/user-store.ts';
import { ruledTokens } from './ruled-tokens.ts';

/** What to try. */
export interface RuleTrialOrder {
  readonly script: string;
  readonly userId: string;
  /** Null for a client without id and name. */
  readonly clientId: string | null;
  /** Null for a login without an API. */
  readonly audience: string | null;
  /** What the script finds as `configuration`. Security: never the tenant's, which nobody may read back. */
  readonly configuration: Readonly<Record<string, string>>;
}

/** What came of it, as the Management API and the command line show it. */
export interface RuleTrial {
  readonly outcome: 'passed' | 'denied' | 'redirect' | 'multifactor' | 'failed';
  /** The words of the denial, or what is wrong with the script; null where there are none. */
  readonly message: string | null;
  readonly access_token_claims: Readonly<Record<string, unknown>>;
  readonly id_token_claims: Readonly<Record<string, unknown>>;
  readonly scope: string;
  /** What tokens may not say and would not. */
  readonly warnings: readonly string[];
  /** What would have been stored with the user. */
  readonly metadata_updates: readonly { readonly of: string; readonly metadata: object }[];
  readonly console: readonly { readonly level: string; readonly text: string }[];
  readonly duration_ms: number;
}

/** Something that the order names is not there. */
export class NothingToTryOn extends Error {
  override readonly name = 'NothingToTryOn';
  readonly missing: 'user' | 'client' | 'resource server';

  constructor(missing: NothingToTryOn['missing']) {
    super(`There is no such ${missing}.`);
    this.missing = missing;
  }
}

interface Parts {
  readonly stores: {
    readonly users: UserStore;
    readonly clients: ClientStore;
    readonly connections: ConnectionStore;
    readonly resourceServers: ResourceServerStore;
  };
  readonly rules: Pick<RulePipeline, 'tryOut'>;
  readonly clock: Clock;
}

/** Throws `NothingToTryOn`, and what `RulePipeline.run` throws. */
export type TryRule = (tenant: Tenant, hostname: string, order: RuleTrialOrder) => Promise<RuleTrial>;

const NOBODY: Pick<Client, 'clientId' | 'name' | 'clientMetadata'> = {
  clientId: '' as ClientId,
  name: '',
  clientMetadata: {},
};
const DEFAULT_SCOPE = ['openid', 'profile', 'email', 'address', 'phone'];

/** Builds it. */
export function createRuleTrial({ stores, rules, clock }: Parts): TryRule {
  async function targetOf(tenant: Tenant, audience: string | null) {
    if (audience === null) return { scope: DEFAULT_SCOPE, isForOwnApi: false };
    const api = await stores.resourceServers.findByIdentifier(tenant.id, storedAudience(tenant, audience));
    if (!api) throw new NothingToTryOn('resource server');
    return { scope: api.scopes.map(({ value }) => value), isForOwnApi: isManagementApi(api) };
  }

  return async (tenant, hostname, { script, userId, clientId, audience, configuration }) => {
    const stored = await stores.users.findStored(tenant.id, userId);
    const main = stored?.identities.find(({ linkedProfile }) => linkedProfile === null);
    const connection = (await stores.connections.list(tenant.id)).find(({ id }) => id === main?.connectionId);
    if (!stored || !connection) throw new NothingToTryOn('user');
    const client = clientId === null ? NOBODY : await stores.clients.findById(tenant.id, clientId);
    if (!client) throw new NothingToTryOn('client');
    const { scope, isForOwnApi } = await targetOf(tenant, audience);
    const body = { grant_type: 'password', client_id: client.clientId, ...(audience === null ? {} : { audience }) };
    const startedAt = clock.monotonic();
    const ran = await rules.tryOut(script, configuration, {
      ...{ tenant, client, connection, scope, userId: stored.user.userId, protocol: 'oauth2-password' },
      request: { ip: '127.0.0.1', hostname, userAgent: null, body },
    });
    if (!ran) throw new NothingToTryOn('user');
    const { verdict, console } = ran;
    const tokens = verdict.kind === 'passed' ? ruledTokens(verdict, scope, isForOwnApi) : null;
    return {
      outcome: verdict.kind,
      message: 'message' in verdict ? verdict.message : null,
      access_token_claims: tokens?.accessTokenClaims ?? {},
      id_token_claims: tokens?.idTokenClaims ?? {},
      scope: tokens?.scope.join(' ') ?? '',
      warnings: tokens?.warnings ?? [],
      metadata_updates: 'updates' in verdict ? verdict.updates : [],
      console,
      duration_ms: Math.round((clock.monotonic() - startedAt) * 10) / 10,
    };
  };
}
