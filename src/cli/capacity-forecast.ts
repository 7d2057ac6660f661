// From what a machine can do of the dear parts to what a server will do on it.
import type { Configuration } from '../config/config.ts';
import type { Measured } from './measure-capacity.ts';

/** What one node on this machine will do. */
export interface Forecast {
  readonly loginsPerSecond: number;
  /** Of one login when nobody else is there. */
  readonly loginMs: number;
  readonly clientCredentialsPerSecond: Readonly<Record<'RS256' | 'ES256', number>>;
  /** With every hash slot at work. */
  readonly memoryMib: number;
  /** What it takes for so many logins a second. */
  readonly sizing: readonly Sizing[];
}

interface Sizing {
  readonly loginsPerSecond: number;
  /** Processors like these, of all nodes together. */
  readonly processors: number;
  /** At least two, so that one may be missing. */
  readonly nodes: number;
}

/**
 * What a request costs beside hash and signature, in RS256 signatures, which stand for how fast a processor is. `all` is on
 * any processor, those of the database included; `loop` is the part that one thread of a node has to do. Taken from
 * `npm run bench`, whose row `capacity` holds the forecast against a server.
 */
const REST = {
  login: { sqlite: { all: 7.5, loop: 5.5 }, postgresql: { all: 14.5, loop: 8 } },
  clientCredentials: { sqlite: { all: 0.9, loop: 0.36 }, postgresql: { all: 1.1, loop: 0.4 } },
} as const;

/** What a server takes beside the hashes, generously. */
const REST_MIB = 250;
/** What is left free for bursts and for the loss of a node. */
const LOAD_SHARE = 0.7;
const WANTED = [10, 50, 100, 250, 500, 1000, 2500];

/** Forecasts one node, with these hashes and this engine. */
export function forecast(
  { processors, hashes, signatures, commits }: Measured,
  { hashing, databaseUrl }: Pick<Configuration, 'hashing' | 'databaseUrl'>,
): Forecast {
  const engine = databaseUrl.startsWith('sqlite:') ? 'sqlite' : 'postgresql';
  const { login, clientCredentials } = { login: REST.login[engine], clientCredentials: REST.clientCredentials[engine] };
  // Milliseconds of one processor.
  const hash = (processors * 1000) / Math.max(...hashes.map(({ perSecond }) => perSecond));
  const rsa = (processors * 1000) / signatures.RS256.perSecond;
  // The event loop does these itself.
  const elliptic = 1000 / signatures.ES256.perSecond;

  const perLogin = hash + rsa * (1 + login.all);
  const perNode = 1000 / (rsa * login.loop);
  const single = hashes.find(({ inFlight }) => inFlight === 1)?.medianMs ?? hash;
  const perToken = { all: rsa * clientCredentials.all, loop: rsa * clientCredentials.loop };
  const sizing = WANTED.map((loginsPerSecond) => {
    const needed = Math.ceil((loginsPerSecond * perLogin) / 1000 / LOAD_SHARE);
    const nodes = Math.max(2, Math.ceil(loginsPerSecond / LOAD_SHARE / perNode), Math.ceil(needed / processors));
    return { loginsPerSecond, processors: Math.max(needed, nodes), nodes };
  });
  return {
    loginsPerSecond: Math.min((processors * 1000) / perLogin, perNode),
    loginMs: single + rsa * (1 + login.all) + (commits?.medianMs ?? 0),
    clientCredentialsPerSecond: {
      RS256: Math.min((processors * 1000) / (rsa + perToken.all), 1000 / perToken.loop),
      ES256: Math.min((processors * 1000) / (elliptic + perToken.all), 1000 / (elliptic + perToken.loop)),
    },
    memoryMib: Math.ceil((hashing.slots * hashing.memoryKib) / 1024) + REST_MIB,
    sizing,
  };
}
