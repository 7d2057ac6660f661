// The dashboard in a real browser, on a server with an administrator of its own.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { startBrowser } from './browser.ts';
import { type DevServer, startDevServer } from './dev-server.ts';
import { exchange } from './http-exchange.ts';

/** Who signs in. */
const ADMINISTRATOR = { email: 'admin@example.com', password: 'Adm1n-Passw0rd!' } as const;

export interface Dashboard {
  readonly server: DevServer;
  /** Signed in, on the overview. */
  readonly page: Page;
  /** Such as `https://localhost:4711/dashboard`. */
  readonly base: string;
  /** Calls the Management API as the administrator; resolves to the body of the answer, and throws for a refusal. */
  readonly api: <T = Record<string, unknown>>(method: string, path: string, body?: object) => Promise<T>;
  /** A page in a browser context of its own, which nobody is signed in to. */
  readonly newPage: () => Promise<Page>;
  readonly close: () => Promise<void>;
}

/** Starts the server and the browser, makes the administrator, and signs in. */
export async function openDashboard(settings: Parameters<typeof startDevServer>[0] = {}): Promise<Dashboard> {
  const server = await startDevServer(settings);
  const [port] = server.ports;
  const [, token] = await server.program.waitFor(/"token":"([^"]+)"/);
  const made = await exchange({ port, path: '/api/v2/setup', json: { token, ...ADMINISTRATOR } });
  assert.equal(made.status, 201, made.text);
  const trusting = await startBrowser(server.caPath);
  const newPage = async () => {
    // What moves may move away under a click, and machines that run tests are slow.
    const context = await trusting.browser.newContext({ reducedMotion: 'reduce' });
    context.setDefaultTimeout(60_000);
    return context.newPage();
  };
  const base = `${server.https}/dashboard`;
  const page = await newPage();
  await signIn(page, base, ADMINISTRATOR);
  // One for all calls: many logins in a row are what Attack Protection looks for.
  let tokenOfCalls: Promise<string> | null = null;
  return {
    ...{ server, page, base, newPage },
    async api<T>(method: string, path: string, body?: object) {
      tokenOfCalls ??= tokenOf(server);
      const authorization = `Bearer ${await tokenOfCalls}`;
      const { status, text } = await exchange({
        ...{ port, method, path: `/api/v2${path}`, headers: { authorization } },
        ...(body ? { json: body } : {}),
      });
      assert.ok(status < 400, `${method} ${path}: ${status} ${text}`);
      return (text === '' ? undefined : JSON.parse(text)) as T;
    },
    async close() {
      await trusting.close();
      await server.stop();
    },
  };
}

/** Signs in by the form, as people do. */
export async function signIn(page: Page, base: string, who: { email: string; password: string }): Promise<void> {
  await page.goto(base);
  await page.getByLabel('E-mail address').fill(who.email);
  await page.getByRole('textbox', { name: 'Password' }).fill(who.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
}

async function tokenOf({ https, ports: [port] }: DevServer): Promise<string> {
  const { text } = await exchange({
    port,
    path: '/oauth/token',
    json: {
      grant_type: 'http://auth0.com/oauth/grant-type/password-realm',
      ...{ client_id: 'gatehouse-dashboard', realm: 'gatehouse-administrators', audience: `${https}/api/v2/` },
      ...{ username: ADMINISTRATOR.email, password: ADMINISTRATOR.password },
    },
  });
  return (JSON.parse(text) as { access_token: string }).access_token;
}

/** Without motion an inherited colour still changes one element a frame: resolves when none has changed for a few frames. */
const SETTLED = `new Promise((resolve) => {
  const end = performance.now() + 15_000;
  const look = (calm) => {
    if (calm === 5 || performance.now() > end) resolve();
    else requestAnimationFrame(() => look(document.getAnimations().length === 0 ? calm + 1 : 0));
  };
  look(0);
})`;

const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** Fails when the page, in light or in dark, has a serious or critical violation of accessibility rules. */
export async function assertAccessible(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.locator(`html[data-mantine-color-scheme='${colorScheme}']`).waitFor({ state: 'attached' });
    await page.evaluate(SETTLED);
    // The second time nothing has changed but colours.
    const violations = await findViolations(page, colorScheme === 'light' ? null : COLOUR_RULES);
    assert.deepEqual(violations, [], `${page.url()} in ${colorScheme}`);
  }
}

const COLOUR_RULES = ['color-contrast', 'link-in-text-block'] as const;

/** The serious and critical violations on the page as it is, in words: of these rules, or of all. */
export async function findViolations(page: Page, rules: readonly string[] | null = null): Promise<string[]> {
  // What a tool evaluates is not held by the page's policy.
  await page.evaluate(AXE);
  return page.evaluate(
    async (options) => {
      const { axe } = globalThis as unknown as Axe;
      const found = await axe.run(options);
      return found.violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(
          ({ id, nodes }) =>
            `${id}: ${nodes.map(({ target, failureSummary }) => `${target.join(' ')} ${failureSummary}`).join('; ')}`,
        );
    },
    rules === null ? {} : { runOnly: [...rules] },
  );
}

interface Axe {
  readonly axe: { run(options: object): Promise<{ violations: AxeViolation[] }> };
}

interface AxeViolation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[];
}
