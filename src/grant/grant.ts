// A grant: one way to obtain tokens. It only proves who somebody is; the order of checks around it belongs to the pipeline.
import type { Client } from '../client/client.ts';
import type { Connection } from '../connection/connection.ts';
import type { RuleProtocol } from '../rule/rule-login.ts';
import type { KeyedRefreshToken } from '../token/refresh-token.ts';
import type { User } from '../user/user.ts';
import type { LoginUser } from '../user/user-login-store.ts';
import type { TokenRequest } from './token-request.ts';

/** A refresh token that a client showed. */
export interface ShownRefreshToken {
  readonly token: KeyedRefreshToken;
  /** Which of its texts it was: how often the token had been replaced when that was given out. */
  readonly counter: number;
  /** To be called when the use could not be stored: throws the refusal when another use of the token is the reason. */
  checkAgain(): Promise<void>;
}

/** The result of a grant that proved somebody. */
export interface Login {
  /** The token's `sub`. */
  readonly subject: string;
  /** Null when the client asks for itself. */
  readonly user: User | null;
  /** All that was read of the user on the way; null when code at the login has to read it. */
  readonly seen: LoginUser | null;
  /** Where the user was found; null when there is no user. */
  readonly connection: Connection | null;
  /** What the token's `gty` says. */
  readonly grantType: 'password' | 'client-credentials' | 'refresh_token';
  /** The refresh token that proved the user; null when something else did. */
  readonly shown: ShownRefreshToken | null;
  /** What access and ID tokens say beside their own claims; the names are namespaced, so they meet none of those. */
  readonly customClaims: Readonly<Record<string, unknown>>;
  /** Rules run on it by this name of the grant; null where none do. */
  readonly ruleProtocol: RuleProtocol | null;
  /** What the request said and this server ignored, in words for the log. */
  readonly warnings: readonly string[];
}

export interface Grant {
  /** The values of `grant_type` that it answers to. */
  readonly grantTypes: readonly string[];
  /** True when the operator can limit it to some regions. */
  readonly limitedByRegion: boolean;
  /** Which clients may never use it, whatever their record says: those of somebody else, or those without a secret. */
  readonly closedTo: 'third-party-clients' | 'public-clients';
  /** Resolves to the login or throws the refusal. */
  authenticate(request: TokenRequest, client: Client): Promise<Login>;
}
