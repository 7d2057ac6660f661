// A login with the right password, which is known from a breach: refused where the tenant wants that, and told in its log. Called
// by guarded-login.ts.
import { LRUCache } from 'lru-cache';
import type { FindBreach } from '../attack-protection/breach-guard.ts';
import type { ProtectionMail } from '../attack-protection/protection-mail.ts';
import type { Client } from '../client/client.ts';
import { DATABASE_STRATEGY, type PasswordConnection } from '../connection/connection.ts';
import { guardRefusals } from '../error/guard-refusal.ts';
import { addDetail } from '../error/oauth-error.ts';
import type { Clock } from '../lib/clock.ts';
import { addressBucket } from '../lib/network-address.ts';
import type { Secret } from '../lib/secret.ts';
import type { LogStore } from '../log/log-store.ts';
import type { LogRowOf } from '../log/log-writer.ts';
import type { User } from '../user/user.ts';
import { arrivalEvent } from './arrival-event.ts';
import type { TokenRequest } from './token-request.ts';

interface Parts {
  readonly findBreach: FindBreach;
  readonly protectionMail: ProtectionMail;
  readonly logs: LogStore;
  readonly logRowOf: LogRowOf;
  readonly clock: Clock;
}

/** Whose right password it is. */
interface RightPassword {
  readonly client: Client;
  readonly connection: PasswordConnection;
  readonly user: User;
  readonly password: Secret;
}

/** Throws the refusal; what else is to be written goes to the effects of the request. */
export type MeetBreach = (request: TokenRequest, right: RightPassword) => Promise<void>;

const HOUR_MS = 3_600_000;
const MOST_ADDRESSES = 10_000;

/** Builds it. Auth0: an address has one `pwd_leak` an hour; further refusals are failed exchanges. */
export function createBreachedLogin({ findBreach, protectionMail, logs, logRowOf, clock }: Parts): MeetBreach {
  const told = new LRUCache<string, true>({
    max: MOST_ADDRESSES,
    ttl: HOUR_MS,
    perf: { now: () => clock.monotonic() + 1 },
    ttlResolution: 0,
  });

  function isFirstInHour({ arrival: { tenant, ip } }: TokenRequest): boolean {
    const key = `${tenant.id} ${addressBucket(ip)}`;
    if (told.has(key)) return false;
    told.set(key, true);
    return true;
  }

  return async (request, { client, connection, user, password }) => {
    const { arrival, effects } = request;
    // What other directories know of passwords is theirs to judge.
    if (connection.strategy !== DATABASE_STRATEGY) return;
    const shields = await findBreach(arrival.tenant.id, 'login', password);
    if (!shields) return;
    if (shields.includes('user_notification')) {
      effects.push(...protectionMail.leaked(arrival, client.clientId, user.userId));
    }
    if (shields.includes('admin_notification')) {
      effects.push(...protectionMail.leakedForAdministrators(arrival, user.userId));
    }
    const isTold = isFirstInHour(request);
    if (shields.includes('block')) {
      throw addDetail(guardRefusals.passwordLeaked(isTold), { userId: user.userId });
    }
    if (!isTold) return;
    const row = logRowOf(arrival.tenant, {
      ...arrivalEvent(arrival, 0),
      ...{ type: 'pwd_leak', description: 'The password is known from a breach: the login went on' },
      ...{ clientId: client.clientId, clientName: client.name },
      ...{ connection: connection.name, connectionId: connection.id, strategy: connection.strategy },
      ...{ userId: user.userId, userName: user.email ?? user.username },
    });
    // The request is found by its own event.
    effects.push(logs.insertionOf(arrival.tenant, { ...row, requestId: null }));
  };
}
