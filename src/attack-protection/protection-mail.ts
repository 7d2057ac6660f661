// Mails about what attack protection did: to whoever was blocked, or has a breached password, and to the administrators of the
// tenant. They are asked for with the log event, for names of nobody as for all others. Called by grant/ and sign-up/.
import { LRUCache } from 'lru-cache';
import type { SteadyTime } from '../lib/steady-clock.ts';
import type { MailIncident, MailOrigin, MailRequest } from '../mail/mail-request.ts';
import type { MailRequestStore } from '../mail/mail-request-store.ts';
import type { Effect } from '../storage/group-commit.ts';
import type { Tenant } from '../tenant/tenant.ts';

/** The request at which it happened. */
export interface IncidentPlace extends MailOrigin {
  readonly tenant: Pick<Tenant, 'id'>;
  readonly issuer: string;
}

/** What has to be written to have the mail sent; nothing when this server asked for one about the same a short while ago. */
export interface ProtectionMail {
  /** To whoever goes by the name, about a block with a link that lifts it. */
  blocked(
    place: IncidentPlace,
    clientId: string,
    name: { readonly connection: string; readonly identifier: string },
    block: { readonly key: string; readonly address: string | null },
  ): Effect[];
  /** To a user whose password is known from a breach, with a link to a new one. */
  leaked(place: IncidentPlace, clientId: string, userId: string): Effect[];
  /** To the administrators; `userId` is null for somebody who signs up. */
  leakedForAdministrators(place: IncidentPlace, userId: string | null): Effect[];
  /** To the administrators, about an address that has to wait. */
  throttled(place: IncidentPlace, address: string): Effect[];
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Security: whoever has many addresses fills nobody's mailbox. */
const MOST_TO_ADMINISTRATORS = 20;
const MOST_REMEMBERED = 10_000;

/** Builds it. */
export function createProtectionMail(mailRequests: MailRequestStore, steadyTime: SteadyTime): ProtectionMail {
  // What keeps the mails apart lies in the database; this only keeps a flood of refusals from being a flood of requests.
  const askedAt = new LRUCache<string, number>({ max: MOST_REMEMBERED });

  function ask(
    place: IncidentPlace,
    wanted: Pick<MailRequest, 'name' | 'recipient' | 'clientId'>,
    incident: MailIncident,
  ) {
    const { tenant, issuer, ip, ipSource, userAgent, hostname, requestId } = place;
    const key = JSON.stringify([tenant.id, wanted.name, incident.subject]);
    const now = steadyTime.now();
    if ((askedAt.get(key) ?? -Infinity) > now - incident.quietMs) return [];
    askedAt.set(key, now);
    const origin = { ip, ipSource, userAgent: userAgent?.slice(0, 256) ?? null, hostname, requestId };
    return [mailRequests.insertionOf(tenant.id, { ...wanted, issuer, origin, incident, jobId: null }, now)];
  }

  return {
    blocked: (place, clientId, recipient, { key, address }) =>
      ask(
        place,
        { name: 'blocked_account', recipient, clientId },
        { subject: key, quietMs: HOUR_MS, most: null, address, blockKey: key, userId: null },
      ),
    leaked: (place, clientId, userId) =>
      ask(
        place,
        { name: 'stolen_credentials', recipient: { userId }, clientId },
        { subject: userId, quietMs: DAY_MS, most: null, address: place.ip, blockKey: null, userId },
      ),
    leakedForAdministrators: (place, userId) =>
      ask(
        place,
        { name: 'breached_password', ...TO_ADMINISTRATORS },
        {
          ...{ subject: userId ?? `sign-up ${place.ip}`, quietMs: HOUR_MS, most: MOST_TO_ADMINISTRATORS },
          ...{ address: place.ip, blockKey: null, userId },
        },
      ),
    throttled: (place, address) =>
      ask(
        place,
        { name: 'throttled_address', ...TO_ADMINISTRATORS },
        {
          ...{ subject: address, quietMs: HOUR_MS, most: MOST_TO_ADMINISTRATORS },
          ...{ address, blockKey: null, userId: null },
        },
      ),
  };
}

const TO_ADMINISTRATORS = { recipient: { administrators: true }, clientId: null } as const;
