// A grant: one way to obtain tokens. It only proves who somebody is; the order of checks around it belongs to the pipeline.
import type { Client } from '../client/client.ts';
import type { Connection } from '../connection/connection.ts';
import type { User } from '../user/user.ts';
import type { TokenRequest } from './token-request.ts';

/** The result of a grant that proved somebody. */
export interface Login {
  readonly user: User;
  readonly connection: Connection;
  /** What the token's `gty` says. */
  readonly grantType: 'password';
  /** What the request said and this server ignored, in words for the log. */
  readonly warnings: readonly string[];
}

export interface Grant {
  /** The values of `grant_type` that it answers to. */
  readonly grantTypes: readonly string[];
  /** True when the operator can limit it to some regions. */
  readonly limitedByRegion: boolean;
  /** Resolves to the login or throws the refusal. */
  authenticate(request: TokenRequest, client: Client): Promise<Login>;
}
