// A stranger makes an account: client and connection, names, the guard, the password, and then person, account and hash in one
// transaction. Called by logged-sign-up.ts, which writes down how it ended.
import type { FindBreach } from '../attack-protection/breach-guard.ts';
import type { ProtectionMail } from '../attack-protection/protection-mail.ts';
import type { GuardSignUp, SignUpReservation } from '../attack-protection/sign-up-guard.ts';
import type { Client } from '../client/client.ts';
import type { ClientStore } from '../client/client-store.ts';
import {
  ADMINISTRATORS,
  type Connection,
  DATABASE_STRATEGY,
  type DatabaseConnection,
  isEnabledFor,
} from '../connection/connection.ts';
import type { ConnectionResolver } from '../connection/connection-resolver.ts';
import { type CredentialStore, IdentifierTaken } from '../directory/database/credential-store.ts';
import { saveDatabaseUser } from '../directory/database/database-user.ts';
import { checkNewPassword } from '../directory/database/new-password.ts';
import type { PasswordHasher } from '../directory/database/password-hash.ts';
import type { PasswordProblem } from '../directory/database/password-policy.ts';
import type { AccountScripts } from '../directory/origin/account-scripts.ts';
import { OAuthError, refusals } from '../error/oauth-error.ts';
import { signUpRefusals } from '../error/sign-up-error.ts';
import { arrivalEvent } from '../grant/arrival-event.ts';
import type { Arrival } from '../grant/token-request.ts';
import type { Clock } from '../lib/clock.ts';
import { type FairLine, type Place, TurnedAway } from '../lib/fair-line.ts';
import { randomHex } from '../lib/id.ts';
import { addressBucket } from '../lib/network-address.ts';
import type { LogStore } from '../log/log-store.ts';
import type { LogRowOf } from '../log/log-writer.ts';
import type { Database, Sql } from '../storage/database.ts';
import type { Effect } from '../storage/group-commit.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { TicketStore } from '../ticket/ticket-store.ts';
import type { RefreshTokenStore } from '../token/refresh-token-store.ts';
import type { User } from '../user/user.ts';
import type { UserStore } from '../user/user-store.ts';
import { userOfWire } from '../user/user-wire.ts';
import { createSignUpByScript } from './sign-up-by-script.ts';
import type { SignUpPerson, SignUpRequest } from './sign-up-request.ts';

/** Who signed up, where, and by which client. */
export interface SignedUp {
  readonly tenant: Tenant;
  readonly client: Client;
  readonly connection: DatabaseConnection;
  readonly user: User;
  /** The part of the user id after the bar. */
  readonly identityId: string;
  /** What they said of themselves. */
  readonly person: SignUpPerson;
}

/** Runs in the transaction that makes the account: what it writes is written with it, and what it throws undoes both. */
export type AfterSignUp = (sql: Sql, signedUp: SignedUp, arrival: Arrival) => Promise<void>;

/** What is known of a sign-up while it goes on, for the log. */
export interface SignUpTrail {
  client: Client | null;
  connection: Connection | null;
  /** To be written when it has ended, whatever the end. */
  readonly effects: Effect[];
  /** Writes the log event of a good end, in the transaction that makes the account. */
  readonly note: (sql: Sql, signedUp: SignedUp) => Promise<void>;
}

/** Makes the account, or throws the refusal. */
export type SignUp = (arrival: Arrival, request: SignUpRequest, trail: SignUpTrail) => Promise<SignedUp>;

interface Parts {
  readonly database: Database;
  readonly clients: ClientStore;
  readonly connections: ConnectionResolver;
  readonly users: UserStore;
  readonly credentials: CredentialStore;
  readonly refreshTokens: RefreshTokenStore;
  readonly tickets: TicketStore;
  readonly guard: GuardSignUp;
  readonly hasher: PasswordHasher;
  /** In front of everything that hashes. */
  readonly line: FairLine;
  readonly clock: Clock;
  readonly afterSignUp: AfterSignUp;
  readonly accountScripts: AccountScripts;
  readonly findBreach: FindBreach;
  readonly protectionMail: ProtectionMail;
  readonly logs: LogStore;
  readonly logRowOf: LogRowOf;
}

const IDENTITY_ID_LENGTH = 24;

/** Builds it. */
export function createSignUp(parts: Parts): SignUp {
  const { database, clients, connections, guard, hasher, line, clock, afterSignUp } = parts;
  const signUpByScript = createSignUpByScript(parts);

  async function getClient({ tenant }: Arrival, clientId: string): Promise<Client> {
    const client = await clients.findById(tenant.id, clientId);
    // Auth0: a public name is all that is asked of the client, whatever it proves itself by elsewhere.
    if (!client) throw refusals.clientUnauthorized({ reason: 'unknown-client' }, false);
    return client;
  }

  async function getDatabase({ tenant }: Arrival, name: string, client: Client, trail: SignUpTrail) {
    const connection = await connections.findByName(tenant.id, name);
    // Security: nobody makes themselves an account among the administrators, whatever its options say.
    if (!connection || name === ADMINISTRATORS) throw signUpRefusals.unknownConnection();
    trail.connection = connection;
    // Security: an application of somebody else never gets to see a password.
    if (!isEnabledFor(connection, client.clientId) || !client.isFirstParty) throw refusals.connectionDisabled();
    if (connection.strategy !== DATABASE_STRATEGY) throw refusals.strategyWithoutPasswords();
    if (!connection.options.isOpenToSignUp) throw signUpRefusals.closed();
    return connection;
  }

  /** A place among the sign-ups of the address, and in front of it one in the line of those who hash, where there is one. */
  async function enter(arrival: Arrival, place: Place | null, trail: SignUpTrail): Promise<SignUpReservation> {
    const { tenant, ip, caller } = arrival;
    try {
      return await guard(tenant.id, ip, caller);
    } catch (error) {
      place?.leave();
      const notice = error instanceof OAuthError ? error.detail.notice : null;
      if (notice?.kind === 'throttled') trail.effects.push(...parts.protectionMail.throttled(arrival, notice.address));
      throw error instanceof TurnedAway ? turnedAway(error, 'guard') : error;
    }
  }

  function inLine({ tenant, ip, caller }: Arrival, { clientId }: Client): Place {
    return line.enter({ group: `${tenant.id} ${clientId}`, member: addressBucket(ip) }, caller);
  }

  async function requirePassword(
    arrival: Arrival,
    { id: connectionId, options }: DatabaseConnection,
    person: User,
    { password }: SignUpRequest,
    trail: SignUpTrail,
  ): Promise<void> {
    const { tenant } = arrival;
    const wanted = { tenantId: tenant.id, connectionId, identityId: null, password, person };
    const verify: PasswordHasher['verify'] = (hash, one) => hasher.verify(hash, one);
    const problem = await checkNewPassword({ ...parts, verify }, { ...wanted, policy: options.passwordPolicy });
    if (problem) throw signUpRefusals.password(toldOf(problem));
    const breach = await parts.findBreach(tenant.id, 'signUp', password);
    if (breach?.includes('admin_notification')) {
      trail.effects.push(...parts.protectionMail.leakedForAdministrators(arrival, null));
    }
    if (breach?.includes('block')) throw signUpRefusals.passwordLeaked();
    if (breach) trail.effects.push(leakEvent(arrival, trail));
  }

  /** For a password that was taken all the same. */
  function leakEvent(arrival: Arrival, { client, connection }: SignUpTrail): Effect {
    const row = parts.logRowOf(arrival.tenant, {
      ...arrivalEvent(arrival, 0),
      ...{ type: 'signup_pwd_leak', description: 'The password is known from a breach: the sign-up went on' },
      ...{ clientId: client?.clientId ?? null, clientName: client?.name ?? null },
      ...{ connection: connection?.name ?? null, connectionId: connection?.id ?? null, strategy: DATABASE_STRATEGY },
    });
    // The request is found by its own event.
    return parts.logs.insertionOf(arrival.tenant, { ...row, requestId: null });
  }

  async function save(arrival: Arrival, signedUp: SignedUp, passwordHash: string, trail: SignUpTrail): Promise<void> {
    const { tenant, connection, user, identityId } = signedUp;
    const { passwordPolicy: policy } = connection.options;
    try {
      await database.transaction(async (sql) => {
        const saved = { user, identityId, passwordHash, policy };
        await saveDatabaseUser(parts, tenant.id, connection, saved, user.createdAt, sql);
        await afterSignUp(sql, signedUp, arrival);
        await trail.note(sql, signedUp);
      });
    } catch (error) {
      if (!(error instanceof IdentifierTaken)) throw error;
      throw signUpRefusals.taken(tenant.flags.tellsUserExists);
    }
  }

  return async (arrival, request, trail) => {
    const client = await getClient(arrival, request.clientId);
    trail.client = client;
    const connection = await getDatabase(arrival, request.connection, client, trail);
    requireNames(connection, request);
    const now = clock.now();
    const identityId = randomHex(IDENTITY_ID_LENGTH);
    const user = userOfWire(request.person, connection, identityId, { createdAt: now, updatedAt: now });
    const signedUp = { tenant: arrival.tenant, client, connection, user, identityId, person: request.person };
    const { keepsPasswords } = connection.options;
    let reservation: SignUpReservation | null = null;
    let wasTried = true;
    try {
      const place = keepsPasswords ? inLine(arrival, client) : null;
      reservation = await enter(arrival, place, trail);
      try {
        await requirePassword(arrival, connection, user, request, trail);
        if (place === null) return await signUpByScript(arrival, client, connection, request, trail);
        // Security: whether somebody has the name is looked at behind the hash, so that both answers cost the same.
        await save(arrival, signedUp, await place.run(() => hasher.hash(request.password)), trail);
      } finally {
        place?.leave();
      }
    } catch (error) {
      if (!(error instanceof TurnedAway)) throw error;
      wasTried = false;
      throw turnedAway(error, keepsPasswords ? 'hash-line' : 'directory-line');
    } finally {
      if (reservation) trail.effects.push(...(wasTried ? reservation.tried() : reservation.released()));
    }
    return signedUp;
  };
}

function requireNames({ name, options }: DatabaseConnection, { person }: SignUpRequest): void {
  if (options.requiresUsername && person.username === undefined) throw signUpRefusals.missingUsername(name);
  if (person.email === undefined) throw refusals.missingParameter('email');
  if (person.username === undefined) return;
  if (!options.requiresUsername) {
    throw signUpRefusals.unusable('username', 'is of no use: the connection has no user names');
  }
  const { min, max } = options.usernameLength;
  const { length } = person.username;
  if (length < min || length > max) throw signUpRefusals.unusable('username', `must have ${min} to ${max} characters`);
}

function toldOf({ name, message, weakness }: PasswordProblem) {
  const { rules, policy } = weakness ?? {};
  const description = rules ? { rules, verified: false } : (DESCRIPTIONS[name] ?? message);
  return { name, message, description, policy: policy ?? null };
}

const DESCRIPTIONS: Readonly<Partial<Record<PasswordProblem['name'], string>>> = {
  PasswordDictionaryError: 'Password is not allowed, it might be too common.',
  PasswordNoUserInfoError: 'Password is based on user information',
};

/** Too much to do is never a refusal of what was asked. */
function turnedAway({ reason, retryAfterMs }: TurnedAway, where: 'guard' | 'hash-line' | 'directory-line') {
  const retryAfterSeconds = Math.max(1, Math.ceil(retryAfterMs / 1000));
  return refusals.unavailable(retryAfterSeconds, {
    reason: `${where}-${reason}`,
    logType: 'api_limit',
    isCounted: true,
  });
}
