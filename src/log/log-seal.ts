// The chain over a tenant's log: each seal holds a digest of some events and is linked to the one before, under a key that is
// not in the database in the clear. What is pure of it; used where seals are made, checked and marked.
import { createHmac } from 'node:crypto';
import type { LogEventsTable } from '../storage/schema-log.ts';
import type { TenantId } from '../tenant/tenant.ts';

/** An event with everything that is sealed of it. */
export interface SealedEvent {
  readonly position: number;
  readonly tenantId: TenantId;
  readonly logId: string;
  readonly date: number;
  readonly type: string;
  readonly clientId: string | null;
  readonly userId: string | null;
  readonly requestId: string | null;
  /** In JSON. */
  readonly event: string;
}

/** A link of the chain. */
export interface LogSeal {
  readonly tenantId: TenantId;
  /** From 1, without gaps. */
  readonly number: number;
  readonly firstPosition: number;
  readonly lastPosition: number;
  /** The latest date of its events, in milliseconds since 1970 UTC. */
  readonly lastDate: number;
  readonly entries: string;
  readonly link: string;
  /** That its events were pruned, signed; null while they are there. */
  readonly prunedMark: string | null;
}

/** What a seal says of one event. */
export interface SealEntry {
  readonly position: number;
  readonly digest: string;
}

/** That a name was taken out of an event. */
export interface LogErasure {
  readonly position: number;
  readonly digest: string;
  readonly erasedDigest: string;
  readonly mark: string;
}

const OFFSET_BYTES = 4;
const DIGEST_BYTES = 8;
const ENTRY_BYTES = OFFSET_BYTES + DIGEST_BYTES;

/** What the first seal of a tenant is linked to. */
export const NO_LINK = '';

/** 16 hexadecimal digits; another event, or the same at another place, has others. */
export function digestOf(key: Buffer, event: SealedEvent): string {
  const { tenantId, position, logId, date, type, clientId, userId, requestId } = event;
  return sign(key, 'event', [tenantId, position, logId, date, type, clientId, userId, requestId, event.event]).slice(
    0,
    2 * DIGEST_BYTES,
  );
}

/** Seals the events, which are those of one tenant in the order of their positions, behind the seal before; null for none. */
export function makeSeal(key: Buffer, previous: LogSeal | null, events: readonly SealedEvent[]): LogSeal {
  const [first] = events;
  const last = events.at(-1);
  if (!first || !last) throw new Error('A seal needs an event.');
  const seal = {
    tenantId: first.tenantId,
    number: (previous?.number ?? 0) + 1,
    firstPosition: first.position,
    lastPosition: last.position,
    lastDate: Math.max(...events.map(({ date }) => date)),
    entries: writeEntries(
      first.position,
      events.map((event) => ({ position: event.position, digest: digestOf(key, event) })),
    ),
  };
  return { ...seal, link: linkOf(key, previous?.link ?? NO_LINK, seal), prunedMark: null };
}

/** The link that a seal must have behind this one. */
export function linkOf(key: Buffer, previousLink: string, seal: Omit<LogSeal, 'link' | 'prunedMark'>): string {
  const { tenantId, number, firstPosition, lastPosition, lastDate, entries } = seal;
  return sign(key, 'seal', [previousLink, tenantId, number, firstPosition, lastPosition, lastDate, entries]);
}

/** That the events of a seal, and all before it, were pruned. */
export function prunedMarkOf(key: Buffer, { tenantId, number, link }: LogSeal): string {
  return sign(key, 'pruned', [tenantId, number, link]);
}

/** That an event was changed by taking a name out. */
export function erasureMarkOf(key: Buffer, tenantId: TenantId, position: number, was: string, is: string): string {
  return sign(key, 'erased', [tenantId, position, was, is]);
}

/** The event with everything that is sealed of it. */
export function toSealedEvent(row: Omit<LogEventsTable, 'position'> & { position: number }): SealedEvent {
  return {
    position: row.position,
    tenantId: row.tenant_id as TenantId,
    logId: row.log_id,
    date: row.date,
    type: row.type,
    clientId: row.client_id,
    userId: row.user_id,
    requestId: row.request_id,
    event: row.event,
  };
}

function sign(key: Buffer, kind: string, content: readonly unknown[]): string {
  return createHmac('sha256', key)
    .update(JSON.stringify([kind, ...content]))
    .digest('hex');
}

function writeEntries(first: number, entries: readonly SealEntry[]): string {
  const bytes = Buffer.alloc(entries.length * ENTRY_BYTES);
  for (const [index, { position, digest }] of entries.entries()) {
    bytes.writeUInt32BE(position - first, index * ENTRY_BYTES);
    bytes.write(digest, index * ENTRY_BYTES + OFFSET_BYTES, 'hex');
  }
  return bytes.toString('base64');
}

/** What the seal says of each of its events. */
export function readEntries({ firstPosition, entries }: LogSeal): SealEntry[] {
  const bytes = Buffer.from(entries, 'base64');
  return Array.from({ length: Math.floor(bytes.length / ENTRY_BYTES) }, (_, index) => {
    const at = index * ENTRY_BYTES;
    return {
      position: firstPosition + bytes.readUInt32BE(at),
      digest: bytes.toString('hex', at + OFFSET_BYTES, at + ENTRY_BYTES),
    };
  });
}
