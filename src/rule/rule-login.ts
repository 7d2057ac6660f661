// The login that rules and actions look at, as the grant pipeline or somebody who tries one describes it.
import type { Client } from '../client/client.ts';
import type { Connection } from '../connection/connection.ts';
import type { Caller } from '../lib/caller.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { UserId } from '../user/user.ts';
import type { LoginUser } from '../user/user-login-store.ts';

/** Auth0's word for the grant, which rules read as `context.protocol`. */
export type RuleProtocol = 'oauth2-password' | 'oauth2-refresh-token';

/** A login, after the password and before the tokens. */
export interface RuleLogin {
  readonly tenant: Pick<Tenant, 'id' | 'name'>;
  readonly client: Pick<Client, 'clientId' | 'name' | 'clientMetadata'>;
  readonly connection: Pick<Connection, 'id' | 'name' | 'strategy'>;
  readonly userId: UserId;
  /** What was read of the user a moment ago; null when that is to be read. */
  readonly seen: LoginUser | null;
  /** The API that the token is for; null for none. */
  readonly audience: string | null;
  readonly protocol: RuleProtocol;
  /** The scope that the token will have. */
  readonly scope: readonly string[];
  readonly request: {
    readonly ip: string;
    readonly hostname: string;
    readonly userAgent: string | null;
    /** Parameters of the request. Security: none that proves anybody. */
    readonly body: Readonly<Record<string, string>>;
  };
  /** Who waits. */
  readonly caller?: Caller;
}
