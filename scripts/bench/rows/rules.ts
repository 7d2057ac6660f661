// What a rule costs a login: the same logins one at a time, at a tenant without rules and at one with a simple rule.
import { applyTenant, type Served } from '../installation.ts';
import type { InstallationPlan } from '../provision.ts';
import type { Engine, Row } from '../report.ts';
import { TENANT } from '../tenant.ts';
import { loadInTurn, serveProfiled, type Workbench } from '../workbench.ts';
import { LOGINS } from './password-grant.ts';

const PLAIN: InstallationPlan = { name: 'no-rules', users: 1000, kept: false };
const RULED: InstallationPlan = { name: 'rules', users: 1000, kept: false };
const SCRIPT = `function (user, context, callback) {
  context.accessToken['https://example.com/email'] = user.email;
  callback(null, user, context);
}`;
const GOAL = { atMost: 1 };
/** The cost is a small difference of two large times: in short turns the machine changes its speed for both alike. */
const TURNS = 4;

/** Measures it on each engine; the cost is the difference of the medians. */
export async function measureRules(workbench: Workbench): Promise<Row[]> {
  const columns: { engine: Engine; plain: number; ruled: number }[] = [];
  for (const engine of workbench.engines) columns.push({ engine, ...(await measureOn(workbench, engine)) });
  const valuesOf = (of: (column: (typeof columns)[number]) => number) =>
    Object.fromEntries(columns.map((column) => [column.engine, of(column)]));
  return [
    {
      title: 'A login with a simple rule, one in flight',
      figures: [
        { name: 'median time without rules', unit: 'ms', values: valuesOf(({ plain }) => plain) },
        { name: 'median time with one', unit: 'ms', values: valuesOf(({ ruled }) => ruled) },
        { name: 'cost of the rule', unit: 'ms', values: valuesOf(({ plain, ruled }) => ruled - plain), bar: GOAL },
      ],
    },
  ];
}

async function measureOn(workbench: Workbench, engine: Engine): Promise<{ plain: number; ruled: number }> {
  const ruledInstallation = await workbench.provide(engine, RULED);
  await applyTenant(ruledInstallation, { ...TENANT, rules: [{ name: 'Add claim', script: SCRIPT }] });
  const servers: Served[] = [];
  try {
    const [plain, ruled] = [await workbench.provide(engine, PLAIN), ruledInstallation];
    for (const installation of [plain, ruled]) servers.push(await serveProfiled(workbench, installation));
    const { plan } = workbench;
    const loaded = await loadInTurn<'plain' | 'ruled'>(
      { ...workbench, plan: { ...plan, rounds: plan.rounds * TURNS, measureMs: plan.measureMs / TURNS } },
      (['plain', 'ruled'] as const).map((column, index) => ({
        column,
        job: { port: servers[index]?.port ?? 0, connections: 1, requests: LOGINS },
      })),
    );
    return { plain: loaded.get('plain')?.p50 ?? Number.NaN, ruled: loaded.get('ruled')?.p50 ?? Number.NaN };
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}
