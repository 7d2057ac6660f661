// A stranger makes an account in a database that only custom scripts reach: they make it there, and what is known of it here is
// written as at a first login. Called by sign-up.ts, behind the guard and the check of the password.
import type { Client } from '../client/client.ts';
import type { DatabaseConnection } from '../connection/connection.ts';
import type { AccountScripts } from '../directory/origin/account-scripts.ts';
import { refusals } from '../error/oauth-error.ts';
import { signUpRefusals } from '../error/sign-up-error.ts';
import type { Arrival } from '../grant/token-request.ts';
import type { Clock } from '../lib/clock.ts';
import { addressBucket } from '../lib/network-address.ts';
import type { Database } from '../storage/database.ts';
import { insertUpstreamUser } from '../user/user-provisioning.ts';
import type { UserStore } from '../user/user-store.ts';
import type { AfterSignUp, SignedUp, SignUpTrail } from './sign-up.ts';
import type { SignUpRequest } from './sign-up-request.ts';

interface Parts {
  readonly database: Database;
  readonly users: UserStore;
  readonly accountScripts: AccountScripts;
  readonly clock: Clock;
  readonly afterSignUp: AfterSignUp;
}

/** Makes the account, or throws the refusal; throws `TurnedAway` when too many wait for their scripts. */
export type SignUpByScript = (
  arrival: Arrival,
  client: Client,
  connection: DatabaseConnection,
  request: SignUpRequest,
  trail: Pick<SignUpTrail, 'note'>,
) => Promise<SignedUp>;

/** Somebody must set something right, which takes a while. */
const RETRY_AFTER_SECONDS = 30;

/** Builds it. */
export function createSignUpByScript({ database, users, accountScripts, clock, afterSignUp }: Parts): SignUpByScript {
  return async (arrival, client, connection, { person, password }, trail) => {
    const { tenant, caller, ip } = arrival;
    const { source } = connection.options;
    if (source?.kind !== 'scripts') throw new Error(`The connection ${connection.name} has no scripts.`);
    const call = { tenantId: tenant.id, scripts: source, member: addressBucket(ip), caller };
    const wanted = { ...person, tenant: tenant.name, connection: connection.name, client_id: client.clientId };
    const made = await accountScripts.create(call, wanted, password);
    if (made.kind === 'exists') throw signUpRefusals.taken(tenant.flags.tellsUserExists);
    if (made.kind === 'failed') {
      throw refusals.unavailable(RETRY_AFTER_SECONDS, { reason: 'sign-up-script', warnings: [made.words] });
    }
    const { metadata } = made.account;
    const said = { user: { ...metadata?.user, ...person.user_metadata }, app: metadata?.app ?? {} };
    const account = { ...made.account, metadata: said };
    // When this fails, the account is there all the same: its first login writes what is missing here.
    return database.transaction(async (sql) => {
      const { user } = await insertUpstreamUser(users, tenant.id, connection, account, clock.now(), sql);
      // Not the id inside of the connection: another connection's account may have that one.
      const identityId = user.userId.slice(user.userId.indexOf('|') + 1);
      const signedUp = { tenant, client, connection, user, identityId, person };
      // A link to confirm the address would have no effect without the script.
      if (source.verify !== null) await afterSignUp(sql, signedUp, arrival);
      await trail.note(sql, signedUp);
      return signedUp;
    });
  };
}
