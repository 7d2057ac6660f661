// What a rule costs a login: pairs of logins, one at a tenant without rules and one at a tenant with a simple rule, of the same
// server, which has nothing else to do.
import { applyTenant, type Served } from '../installation.ts';
import type { LoadRequest } from '../load-generator.ts';
import type { InstallationPlan } from '../provision.ts';
import type { Engine, Figure, Row } from '../report.ts';
import { sendExpecting200 } from '../send.ts';
import { boundsOfMedian, median } from '../statistics.ts';
import { emailOf, loginRequest, TENANT } from '../tenant.ts';
import { serveProfiled, type Workbench } from '../workbench.ts';

const INSTALLATION: InstallationPlan = { name: 'rules', users: 0, kept: false };
const RULED_HOST = 'rules.example.test';
const SCRIPT = `function (user, context, callback) {
  context.accessToken['https://example.com/email'] = user.email;
  callback(null, user, context);
}`;
const RULED_TENANT = {
  ...TENANT,
  tenant: { ...TENANT.tenant, name: 'bench-rules', domains: [RULED_HOST] },
  rules: [{ name: 'Add claim', script: SCRIPT }],
};
const PAIRS = { full: 1000, quick: 200 };
const WARM_UP_PAIRS = 50;
const GOAL = { atMost: 1 };

/** Milliseconds of two logins, one right after the other. */
interface Pair {
  readonly plain: number;
  readonly ruled: number;
}

/** Measures it on each engine; the cost is the median of the differences, which a machine that changes its speed leaves alone. */
export async function measureRules(workbench: Workbench): Promise<Row[]> {
  const found = new Map<Engine, Pair[]>();
  for (const engine of workbench.engines) found.set(engine, await measureOn(workbench, engine));
  const costs = (pairs: readonly Pair[]) => pairs.map(({ plain, ruled }) => ruled - plain);
  const bounds = new Map([...found].map(([engine, pairs]) => [engine, boundsOfMedian(costs(pairs))]));
  const figure = (name: string, of: (pairs: readonly Pair[], engine: Engine) => number): Figure => ({
    name,
    unit: 'ms',
    values: Object.fromEntries([...found].map(([engine, pairs]) => [engine, of(pairs, engine)])),
  });
  return [
    {
      title: 'A login with a simple rule, one in flight',
      figures: [
        figure('median time without rules', (pairs) => median(pairs.map(({ plain }) => plain))),
        figure('median time with one', (pairs) => median(pairs.map(({ ruled }) => ruled))),
        { ...figure('cost of the rule, median of the pairs', (pairs) => median(costs(pairs))), bar: GOAL },
        figure('the cost lies above (95 of 100)', (_, engine) => bounds.get(engine)?.[0] ?? Number.NaN),
        figure('the cost lies below (95 of 100)', (_, engine) => bounds.get(engine)?.[1] ?? Number.NaN),
      ],
    },
  ];
}

async function measureOn(workbench: Workbench, engine: Engine): Promise<Pair[]> {
  const installation = await workbench.provide(engine, INSTALLATION);
  await applyTenant(installation, RULED_TENANT);
  const server = await serveProfiled(workbench, installation);
  try {
    const count = WARM_UP_PAIRS + (workbench.plan.quick ? PAIRS.quick : PAIRS.full);
    workbench.progress.step(`${count} pairs on ${engine}`);
    const pairs: Pair[] = [];
    while (pairs.length < count) pairs.push(await measurePair(server));
    return pairs.slice(WARM_UP_PAIRS);
  } finally {
    await server.stop();
  }
}

const PLAIN_LOGIN = loginRequest(emailOf(0));
const RULED_LOGIN: LoadRequest = { ...PLAIN_LOGIN, headers: { ...PLAIN_LOGIN.headers, host: RULED_HOST } };

/** Which of the two comes first is left to chance. */
async function measurePair({ port }: Served): Promise<Pair> {
  const timeOf = async (login: LoadRequest) => (await sendExpecting200(port, login)).ms;
  if (Math.random() < 0.5) {
    const plain = await timeOf(PLAIN_LOGIN);
    return { plain, ruled: await timeOf(RULED_LOGIN) };
  }
  const ruled = await timeOf(RULED_LOGIN);
  return { plain: await timeOf(PLAIN_LOGIN), ruled };
}
