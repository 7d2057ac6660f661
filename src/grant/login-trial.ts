// Tries a rule or an action: runs code on a user as a login would, lets nobody in and stores nothing. Called by
// rule/rule-trial-api.ts, action/action-trial-api.ts and `gatehouse rule try`, `gatehouse action try`.
import type { Client, ClientId } from '../client/client.ts';
import type { ClientStore } from '../client/client-store.ts';
import type { ConnectionStore } from '../connection/connection-store.ts';
import type { Clock } from '../lib/clock.ts';
import { isManagementApi, storedAudience } from '../resource-server/management-audience.ts';
import type { ResourceServerStore } from '../resource-server/resource-server-store.ts';
import type { RuleLogin, RuleProtocol } from '../rule/rule-login.ts';
import type { LoginCodeRun } from '../sandbox/login-verdict.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { UserStore } from '../user/user-store.ts';
import { ruledTokens } from './ruled-tokens.ts';

/** The login that the code is to see. */
export interface TriedLogin {
  readonly userId: string;
  /** Null for a client without id and name. */
  readonly clientId: string | null;
  /** Null for a login without an API. */
  readonly audience: string | null;
  /** The password grant when left out. */
  readonly protocol?: RuleProtocol;
}

/** What came of it, as the Management API and the command line show it. */
export interface LoginTrial {
  readonly outcome: 'passed' | 'denied' | 'redirect' | 'multifactor' | 'failed';
  /** The words of the denial, or what is wrong with the code; null where there are none. */
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

/** Something that is to be tried on is not there. */
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
  readonly clock: Clock;
}

/** Runs the code; null when the user is gone. */
type RunOn = (login: RuleLogin) => Promise<LoginCodeRun | null>;

export interface LoginTrials {
  /** Throws `NothingToTryOn`, and what the run throws. */
  on(tenant: Tenant, hostname: string, tried: TriedLogin, run: RunOn): Promise<LoginTrial>;
  /** For code that is given what it sees: the scope that a token would have had. Throws what the run throws. */
  onScope(scope: readonly string[], run: () => Promise<LoginCodeRun>): Promise<LoginTrial>;
}

const NOBODY: Pick<Client, 'clientId' | 'name' | 'clientMetadata'> = {
  clientId: '' as ClientId,
  name: '',
  clientMetadata: {},
};
const DEFAULT_SCOPE = ['openid', 'profile', 'email', 'address', 'phone'];

/** Builds it. */
export function createLoginTrials({ stores, clock }: Parts): LoginTrials {
  async function targetOf(tenant: Tenant, audience: string | null) {
    if (audience === null) return { scope: DEFAULT_SCOPE, isForOwnApi: false };
    const api = await stores.resourceServers.findByIdentifier(tenant.id, storedAudience(tenant, audience));
    if (!api) throw new NothingToTryOn('resource server');
    return { scope: api.scopes.map(({ value }) => value), isForOwnApi: isManagementApi(api) };
  }

  async function runTimed(
    { scope, isForOwnApi }: { readonly scope: readonly string[]; readonly isForOwnApi: boolean },
    run: () => Promise<LoginCodeRun | null>,
  ): Promise<LoginTrial> {
    const startedAt = clock.monotonic();
    const ran = await run();
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
  }

  return {
    async on(tenant, hostname, { userId, clientId, audience, protocol = 'oauth2-password' }, run) {
      const stored = await stores.users.findStored(tenant.id, userId);
      const main = stored?.identities.find(({ linkedProfile }) => linkedProfile === null);
      const connection = (await stores.connections.list(tenant.id)).find(({ id }) => id === main?.connectionId);
      if (!stored || !connection) throw new NothingToTryOn('user');
      const client = clientId === null ? NOBODY : await stores.clients.findById(tenant.id, clientId);
      if (!client) throw new NothingToTryOn('client');
      const target = await targetOf(tenant, audience);
      const body = {
        grant_type: protocol === 'oauth2-password' ? 'password' : 'refresh_token',
        client_id: client.clientId,
        ...(audience === null ? {} : { audience }),
      };
      const login: RuleLogin = {
        ...{
          tenant,
          client,
          connection,
          audience,
          protocol,
          scope: target.scope,
          userId: stored.user.userId,
          seen: null,
        },
        request: { ip: '127.0.0.1', hostname, userAgent: null, body },
      };
      return runTimed(target, () => run(login));
    },
    onScope: (scope, run) => runTimed({ scope, isForOwnApi: false }, run),
  };
}
