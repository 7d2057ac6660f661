// The dashboard in a real browser, on a server with a million users: how long a page takes until somebody can work with it.
import { setTimeout } from 'node:timers/promises';
import { type Browser, chromium, type Page } from 'playwright-core';
import { openDevCertificate } from '../../../src/cli/dev-certificate.ts';
import { type Installation, serve, startCommand } from '../installation.ts';
import type { InstallationPlan } from '../provision.ts';
import type { Figure, Row } from '../report.ts';
import { median } from '../statistics.ts';
import { HOST } from '../tenant.ts';
import type { Workbench } from '../workbench.ts';

const FEW: InstallationPlan = { name: 'few-in-dashboard', users: 1000, kept: false };
const MANY: InstallationPlan = { name: 'million', users: 1_000_000, kept: true };
const TITLE = 'The dashboard in Chromium';
const ROUNDS = { full: 7, quick: 3 };
const PASSWORD = 'Adm1n-Passw0rd!';
const BASE = `https://${HOST}/dashboard`;

/** Measures the first page, and lists of many users. */
export async function measureDashboard(workbench: Workbench): Promise<Row[]> {
  const { engines, plan, progress, folder } = workbench;
  if (!engines.includes('sqlite')) return [{ title: TITLE, figures: [], leftOut: 'it is measured on SQLite' }];
  const installation = await workbench.provide('sqlite', plan.quick ? FEW : MANY);
  const email = `admin-${Date.now()}@example.com`;
  await addAdministrator(installation, email);
  await openDevCertificate(folder, Date.now());
  const server = await serve(installation, {
    environment: {
      GATEHOUSE_HTTPS_PORT: '0',
      GATEHOUSE_TLS_CERT: `${folder}/server.pem`,
      GATEHOUSE_TLS_KEY: `${folder}/server-key.pem`,
    },
  });
  const browser = await startBrowser(server.port);
  try {
    const rounds = plan.quick ? ROUNDS.quick : ROUNDS.full;
    const times = { signIn: [] as number[], overview: [] as number[], users: [] as number[], next: [] as number[] };
    for (let round = 1; round <= rounds; round += 1) {
      progress.step(`round ${round} of ${rounds}`);
      // Nothing is in the cache of a new context.
      const context = await browser.newContext({ ignoreHTTPSErrors: true });
      const page = await context.newPage();
      times.signIn.push(await timeOf(page, '/sign-in', () => page.getByRole('button', { name: 'Sign in' }).waitFor()));
      times.overview.push(await signIn(page, email));
      times.users.push(await timeOf(page, '/users', () => page.getByRole('row').nth(5).waitFor()));
      times.next.push(await timeOf(page, '/users?page=40', () => page.getByRole('row').nth(5).waitFor()));
      await context.close();
      await setTimeout(200);
    }
    return [{ title: TITLE, figures: figuresOf(times, plan.quick ? '1000' : 'a million') }];
  } finally {
    await browser.close();
    await server.stop();
  }
}

function figuresOf(
  times: Readonly<Record<'signIn' | 'overview' | 'users' | 'next', number[]>>,
  users: string,
): Figure[] {
  const figure = (name: string, all: readonly number[], bar?: Figure['bar']): Figure => ({
    ...{ name, unit: 's', values: { sqlite: median(all) / 1000 } },
    ...(bar ? { bar } : {}),
  });
  return [
    figure('the first page, nothing cached', times.signIn, { atMost: 1.5 }),
    figure('from “Sign in” to the overview', times.overview),
    figure(`the list of ${users} users`, times.users, { atMost: 1.5 }),
    figure(`page 40 of ${users} users`, times.next, { atMost: 1.5 }),
  ];
}

async function addAdministrator(installation: Installation, email: string): Promise<void> {
  await startCommand(installation, ['admin', 'create', email, '--env', 'ADMIN_PASSWORD'], {
    ADMIN_PASSWORD: PASSWORD,
  }).finish();
}

/** The tenant's host leads to the server, whatever its port. */
function startBrowser(port: number): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
      `--host-resolver-rules=MAP ${HOST}:443 127.0.0.1:${port}`,
    ],
  });
}

/** Milliseconds until the page at this address is ready. */
async function timeOf(page: Page, path: string, ready: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await page.goto(`${BASE}${path}`, { waitUntil: 'commit' });
  await ready();
  return performance.now() - startedAt;
}

async function signIn(page: Page, email: string): Promise<number> {
  await page.getByLabel('E-mail address').fill(email);
  await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
  const startedAt = performance.now();
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  return performance.now() - startedAt;
}
