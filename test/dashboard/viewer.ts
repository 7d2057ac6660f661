// What several of these suites look at: a page as somebody sees it who may only look, or who has a telephone.
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { type Dashboard, signIn } from '../support/dashboard.ts';
import { startGatehouse } from '../support/running-program.ts';

const VIEWER = { email: 'eve@example.com', password: 'V1ewer-Passw0rd!' };

/** Makes a viewer, and signs in as one in a browser context of its own. */
export async function signInViewer(dashboard: Dashboard): Promise<Page> {
  const { server, base } = dashboard;
  const args = ['admin', 'create', VIEWER.email, '--viewer', '--env', 'PASSWORD', '--data-dir', server.dataDir];
  const { code, stderr } = await startGatehouse(args, { PASSWORD: VIEWER.password }).ended;
  assert.equal(code, 0, stderr);
  const page = await dashboard.newPage();
  await signIn(page, base, VIEWER);
  return page;
}

const SETTLED_WIDTH = `new Promise((resolve) => {
  const { documentElement: root } = document;
  const end = performance.now() + 15_000;
  const look = () => {
    const overflow = root.scrollWidth - root.clientWidth;
    if (overflow === 0 || performance.now() > end) resolve(overflow);
    else requestAnimationFrame(look);
  };
  look();
})`;

/** Fails when the page is wider than a small telephone once it has settled. */
export async function assertFitsTelephone(page: Page): Promise<void> {
  await page.setViewportSize({ width: 360, height: 740 });
  // The page's policy forbids what Playwright waits with.
  assert.equal(await page.evaluate(SETTLED_WIDTH), 0, `${page.url()} is too wide by so many pixels`);
  await page.setViewportSize({ width: 1280, height: 900 });
}
