// What a login needs of a directory: searches in the name of a service account, and binds in the name of whoever logs in.
// They never share a connection: what is found must not depend on who logged in before.
import type { Entry, SearchOptions } from 'ldapts';
import type { LdapServerOptions } from '../../connection/ldap-options.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Secret } from '../../lib/secret.ts';
import type { OutgoingAddresses } from '../outgoing-address.ts';
import { UpstreamOutage } from '../upstream-driver.ts';
import { LdapPool, type LentSession, ServiceRefused } from './ldap-pool.ts';
import { serversOf } from './ldap-server.ts';
import { type BindAnswer, BindUnanswered, LdapRefusal, type LdapSession } from './ldap-session.ts';
import { LoginUnusable } from './login-unusable.ts';
import { TimeLeft } from './time-left.ts';

export interface LdapParts {
  readonly clock: Clock;
  readonly addresses: OutgoingAddresses;
  /** Other limits than the usual ones, in milliseconds. */
  readonly limits?: { readonly connectMs?: number; readonly operationMs?: number };
}

/** One search; sizes are bounded by whoever asks. */
export type Search = (base: string, options: SearchOptions) => Promise<readonly Entry[]>;

const CONNECT_MS = 3000;
const OPERATION_MS = 5000;
/**
 * After the service account was refused it is not tried again for so long: directories lock accounts after a few wrong
 * passwords, and this one is everybody's. Applying the connection with another password tries it at once.
 */
const SERVICE_REST_MS = 600_000;

export class LdapConnections {
  readonly #clock: Clock;
  readonly #operationMs: number;
  readonly #service: { readonly name: string; readonly password: Secret } | null;
  readonly #searching: LdapPool;
  readonly #binding: LdapPool;
  /** By the stopwatch. */
  #serviceRestsUntil = -Infinity;

  constructor(
    { clock, addresses, limits = {} }: LdapParts,
    options: Pick<LdapServerOptions, 'urls' | 'startTls' | 'ca' | 'bindPassword'> & { readonly bindDn: string | null },
    trusted: boolean,
  ) {
    const { bindDn, bindPassword, ca } = options;
    const route = { addresses, trusted, ca };
    const settings = { servers: serversOf(options), route, clock, connectMs: limits.connectMs ?? CONNECT_MS };
    this.#clock = clock;
    this.#operationMs = limits.operationMs ?? OPERATION_MS;
    this.#service = bindDn === null || bindPassword === null ? null : { name: bindDn, password: bindPassword };
    this.#searching = new LdapPool(settings);
    this.#binding = new LdapPool(settings);
  }

  /** The time of one login, in milliseconds. */
  timeFor(totalMs: number): TimeLeft {
    return new TimeLeft(this.#clock, totalMs, this.#operationMs);
  }

  /** Searches as the service account, or without a name where there is none; throws `UpstreamOutage` and `LoginUnusable`. */
  searchWithin(time: TimeLeft): Search {
    return async (base, options) => {
      try {
        return await again((lend) => this.#searching.lend(time, (session) => this.#prepare(session, time), lend), {
          work: ({ session }) => session.search(base, options, time),
          isSafe: true,
        });
      } catch (error) {
        throw searchErrorOf(error);
      }
    };
  }

  /**
   * Binds as somebody, and does what only that person may on the same connection. Throws `LdapRefusal` when the directory
   * says no, `UpstreamOutage` when it says nothing, and whatever the work throws.
   */
  bindAs<T>(
    name: string,
    password: Secret,
    time: TimeLeft,
    work: (answer: BindAnswer, search: Search) => Promise<T>,
  ): Promise<T> {
    return again((lend) => this.#binding.lend(time, async () => {}, lend), {
      async work({ session }) {
        const answer = await session.bind(name, password, time);
        return work(answer, async (base, options) => {
          try {
            return await session.search(base, options, time);
          } catch (error) {
            throw searchErrorOf(error);
          }
        });
      },
      isSafe: false,
    });
  }

  close(): void {
    this.#searching.close();
    this.#binding.close();
  }

  async #prepare(session: LdapSession, time: TimeLeft): Promise<void> {
    if (this.#service === null) return;
    if (this.#clock.monotonic() < this.#serviceRestsUntil)
      throw new ServiceRefused('directory-service-account-refused');
    try {
      await session.bind(this.#service.name, this.#service.password, time);
    } catch (error) {
      if (!(error instanceof LdapRefusal)) throw error;
      this.#serviceRestsUntil = this.#clock.monotonic() + SERVICE_REST_MS;
      throw new ServiceRefused('directory-service-account-refused', null, error);
    }
  }
}

interface Task<T> {
  readonly work: (lent: LentSession) => Promise<T>;
  /** True when it may be done on another server too, whatever became of it on the first. */
  readonly isSafe: boolean;
}

/**
 * Does the work once more when it failed in a way that says nothing: a search whenever the server failed; anything else only
 * when the connection had been lying idle and was lost, which is what a server does that had closed it.
 */
async function again<T>(
  lend: (work: (lent: LentSession) => Promise<T>) => Promise<T>,
  { work, isSafe }: Task<T>,
): Promise<T> {
  let mayTryAgain = false;
  try {
    return await lend(async (lent) => {
      try {
        return await work(lent);
      } catch (error) {
        mayTryAgain = error instanceof UpstreamOutage && (isSafe || isStale(lent, error));
        throw error;
      }
    });
  } catch (error) {
    if (!mayTryAgain) throw error;
    return lend(work).catch((second: unknown) => {
      // Also when nobody could be asked again, the first password was sent.
      const isUnanswered = error instanceof BindUnanswered && second instanceof UpstreamOutage;
      throw isUnanswered ? new BindUnanswered(second.reason, null, second) : second;
    });
  }
}

function isStale({ isReused, session }: LentSession, { reason }: UpstreamOutage): boolean {
  return isReused && !session.isOpen && reason === 'directory-connection-lost';
}

/** A search that is refused: a mistake in the options, or a name that the directory does not like. */
function searchErrorOf(error: unknown): unknown {
  if (!(error instanceof LdapRefusal)) return error;
  return new LoginUnusable(`directory-search-refused:${error.code}`, error);
}
