// Whether the time of a refusal tells a stranger who has an account: names that nobody has against wrong passwords of users,
// one pair after the other on an idle server.
import type { Engine, Figure, Row } from '../report.ts';
import { send } from '../send.ts';
import { boundsOfMedian, median } from '../statistics.ts';
import { emailOf, loginRequest } from '../tenant.ts';
import { USUAL, type Workbench, withServers } from '../workbench.ts';

const PAIRS = { full: 150, quick: 60 };
const WARM_UP_PAIRS = 10;
const WRONG = { password: 'not the password of anybody' };

interface Pair {
  readonly unknown: number;
  readonly wrong: number;
}

/** Measures pairs; which of the two comes first is left to chance. */
export function measureUnknownUser(workbench: Workbench): Promise<Row[]> {
  return withServers(workbench, async (servers) => {
    const found = new Map<Engine, Pair[]>();
    const count = WARM_UP_PAIRS + (workbench.plan.quick ? PAIRS.quick : PAIRS.full);
    for (const [engine, { port }] of servers) {
      workbench.progress.step(`${count} pairs on ${engine}`);
      const pairs: Pair[] = [];
      for (let at = 1; at <= count; at += 1) pairs.push(await measurePair(port, at));
      found.set(engine, pairs.slice(WARM_UP_PAIRS));
    }
    const figure = (name: string, of: (pairs: readonly Pair[]) => number): Figure => ({
      name,
      unit: 'ms',
      values: Object.fromEntries([...found].map(([engine, pairs]) => [engine, of(pairs)])),
    });
    const gaps = (pairs: readonly Pair[]) => pairs.map(({ unknown, wrong }) => unknown - wrong);
    const bounds = new Map([...found].map(([engine, pairs]) => [engine, boundsOfMedian(gaps(pairs))]));
    const bound = (name: string, at: 0 | 1): Figure => ({
      name,
      unit: 'ms',
      values: Object.fromEntries([...bounds].map(([engine, both]) => [engine, both[at]])),
    });
    return [
      {
        title: 'Unknown user against wrong password',
        figures: [
          figure('wrong password, median time', (pairs) => median(pairs.map(({ wrong }) => wrong))),
          figure('unknown user, median time', (pairs) => median(pairs.map(({ unknown }) => unknown))),
          figure('median gap of the pairs', (pairs) => median(gaps(pairs))),
          bound('the gap lies above (95 of 100)', 0),
          bound('the gap lies below (95 of 100)', 1),
        ],
      },
    ];
  });
}

async function measurePair(port: number, at: number): Promise<Pair> {
  const ask = async (email: string) => {
    const { status, ms, text } = await send(port, loginRequest(email, WRONG));
    if (status !== 403) throw new Error(`A wrong password was answered ${status}: ${text}`);
    return ms;
  };
  // Every user once: one who fails often is refused early.
  const asks = {
    unknown: () => ask(`nobody${at}@example.com`),
    wrong: () => ask(emailOf((at % USUAL.users) + 1)),
  };
  if (Math.random() < 0.5) {
    const unknown = await asks.unknown();
    return { unknown, wrong: await asks.wrong() };
  }
  const wrong = await asks.wrong();
  return { unknown: await asks.unknown(), wrong };
}
