// The open connections to the servers of one directory. A preferred server that failed rests a while; then one login tries
// it again, and when that works the others follow. Each connection is lent to one login at a time.
import type { Clock } from '../../lib/clock.ts';
import { UpstreamOutage } from '../upstream-driver.ts';
import type { LdapServer } from './ldap-server.ts';
import { type LdapSession, openSession } from './ldap-session.ts';
import type { LdapRoute } from './ldap-socket.ts';
import type { TimeLeft } from './time-left.ts';

interface Settings {
  readonly servers: readonly LdapServer[];
  readonly route: LdapRoute;
  readonly clock: Clock;
  readonly connectMs: number;
}

/** A connection, as long as the work with it takes. */
export interface LentSession {
  readonly session: LdapSession;
  /** True when it was open before: its server may have closed it without our noticing yet. */
  readonly isReused: boolean;
}

/** The server answers, and refuses the account that searches: another server of the same directory would, too. */
export class ServiceRefused extends UpstreamOutage {}

const REST_MS = 30_000;
/** Servers close what says nothing for long; a connection that is closed before that is not missed. */
const IDLE_MS = 60_000;
/** As many as logins of one connection are under way at once: fewer would be opened, and bound, over and over under load. */
const MOST_IDLE = 32;

interface Kept {
  readonly server: LdapServer;
  readonly idle: Array<{ readonly session: LdapSession; readonly since: number }>;
  /** By the stopwatch; the server is tried when it is over, or when all others fail too. */
  restsUntil: number;
}

export class LdapPool {
  readonly #settings: Settings;
  readonly #kept: readonly Kept[];
  readonly #sweeper: NodeJS.Timeout;
  #isClosed = false;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#kept = settings.servers.map((server) => ({ server, idle: [], restsUntil: -Infinity }));
    this.#sweeper = setInterval(() => this.#sweep(), IDLE_MS / 2).unref();
  }

  /**
   * Lends a connection to the first server that can be had, and takes it back when the work is done, if it is still open.
   * `prepare` makes a new one ready. Throws `UpstreamOutage` when no server can be had, and whatever the work throws.
   */
  async lend<T>(
    time: TimeLeft,
    prepare: (session: LdapSession) => Promise<void>,
    work: (lent: LentSession) => Promise<T>,
  ): Promise<T> {
    const { kept, ...lent } = await this.#take(time, prepare);
    try {
      const result = await work(lent);
      kept.restsUntil = -Infinity;
      return result;
    } catch (error) {
      if (error instanceof UpstreamOutage && !(lent.isReused && !lent.session.isOpen)) this.#rest(kept);
      throw error;
    } finally {
      this.#giveBack(kept, lent.session);
    }
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#sweeper);
    for (const { idle } of this.#kept) for (const { session } of idle.splice(0)) session.close();
  }

  async #take(time: TimeLeft, prepare: (session: LdapSession) => Promise<void>) {
    const { clock, route, connectMs } = this.#settings;
    const now = clock.monotonic();
    const ready = this.#kept.filter(({ restsUntil }) => restsUntil <= now);
    let outage: UpstreamOutage | null = null;
    for (const kept of ready.length === 0 ? this.#kept : ready) {
      const session = takeIdle(kept);
      if (session) return { kept, session, isReused: true };
      // While one login finds out whether a server is back, the others go elsewhere.
      if (kept.restsUntil > -Infinity) this.#rest(kept);
      try {
        const opened = await openSession(kept.server, route, time, connectMs);
        try {
          await prepare(opened);
        } catch (error) {
          opened.close();
          throw error;
        }
        return { kept, session: opened, isReused: false };
      } catch (error) {
        if (!(error instanceof UpstreamOutage) || error instanceof ServiceRefused) throw error;
        this.#rest(kept);
        outage = error;
      }
    }
    throw outage ?? new UpstreamOutage('directory-connect-failed');
  }

  #rest(kept: Kept): void {
    kept.restsUntil = this.#settings.clock.monotonic() + REST_MS;
    for (const { session } of kept.idle.splice(0)) session.close();
  }

  #giveBack({ idle }: Kept, session: LdapSession): void {
    if (!session.isOpen) return;
    if (this.#isClosed || idle.length >= MOST_IDLE) session.close();
    else idle.push({ session, since: this.#settings.clock.monotonic() });
  }

  #sweep(): void {
    const before = this.#settings.clock.monotonic() - IDLE_MS;
    for (const { idle } of this.#kept) {
      // The newest are lent first, so the oldest stand in front.
      while (idle[0] && (idle[0].since < before || !idle[0].session.isOpen)) idle.shift()?.session.close();
    }
  }
}

function takeIdle({ idle }: Kept): LdapSession | null {
  for (;;) {
    const newest = idle.pop();
    if (!newest) return null;
    if (newest.session.isOpen) return newest.session;
  }
}
