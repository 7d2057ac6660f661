// Where mails go under `gatehouse dev` when no mail server is set: they stay here, and the page at /outbox shows them. In
// memory, and the newest ones only.
import type { Clock } from '../lib/clock.ts';
import { randomHex } from '../lib/id.ts';
import type { Mail } from './mail-request.ts';
import type { MailTransport } from './mail-transport.ts';

/** A mail that somebody can look at. */
export interface KeptMail extends Mail {
  readonly id: string;
  /** Milliseconds since 1970 UTC. */
  readonly sentAt: number;
}

export interface MailOutbox extends MailTransport {
  /** The newest first. */
  list(): readonly KeptMail[];
  /** The mail of this id; null when it is not here any more. */
  find(id: string): KeptMail | null;
}

const MOST_KEPT = 100;
const ID_LENGTH = 16;

/** Builds an empty one. */
export function createMailOutbox(clock: Clock): MailOutbox {
  const kept: KeptMail[] = [];
  return {
    defaultFrom: null,
    async send(mail) {
      kept.unshift({ ...mail, id: randomHex(ID_LENGTH), sentAt: clock.now() });
      kept.length = Math.min(kept.length, MOST_KEPT);
    },
    list: () => kept,
    find: (id) => kept.find((mail) => mail.id === id) ?? null,
  };
}
