// A password sign-in with ADFS in two steps, whichever protocol the farm speaks: what it says of itself, and the claims it
// issues for a password. A login takes both; a probe says how each one went.
import type { LoginAttempt } from '../directory.ts';
import type { UpstreamSend } from '../upstream-http.ts';
import type { AdfsClaims } from './adfs-profile.ts';

/** Both throw `AdfsRefused` and `UpstreamOutage`. */
export interface AdfsSignIn {
  /** Learns issuer, addresses and keys of the farm. */
  describe(send: UpstreamSend): Promise<void>;
  /** The claims about whoever has this password, checked to be the farm's. */
  requestClaims(send: UpstreamSend, attempt: LoginAttempt): Promise<AdfsClaims>;
}
