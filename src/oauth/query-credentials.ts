// Credentials do not belong into an address: it is logged by every machine on the way. A request that has them there is
// refused, and its query string goes nowhere.
import { refusals } from '../error/oauth-error.ts';

const NEVER_IN_QUERY = [
  'password',
  'client_secret',
  'access_token',
  'client_assertion',
  'refresh_token',
  'mfa_token',
  'otp',
] as const;

/** Throws the refusal when the query string carries a credential. */
export function refuseCredentialsInQuery(query: unknown): void {
  for (const name of NEVER_IN_QUERY) {
    if (Object.hasOwn(query as object, name)) throw refusals.credentialsInQuery(name);
  }
}
