// Chromium with a home of its own, which trusts one certificate authority besides those it ships with.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { cleanEnvironment, start } from './running-program.ts';

const FLAGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

export interface TrustingBrowser {
  readonly browser: Browser;
  close(): Promise<void>;
}

/** Starts the browser. Chromium takes authorities from the certificate database in its user's home, and from nowhere else. */
export async function startBrowser(caPath: string): Promise<TrustingBrowser> {
  const home = mkdtempSync(join(tmpdir(), 'gatehouse-browser-'));
  const database = join(home, '.pki/nssdb');
  mkdirSync(database, { recursive: true });
  const certutil = (...args: string[]) => start('certutil', ['-d', `sql:${database}`, ...args]).ended;
  await certutil('-N', '--empty-password');
  const { code, stderr } = await certutil('-A', '-t', 'C,,', '-n', 'Gatehouse', '-i', caPath);
  if (code !== 0) throw new Error(`certutil: ${stderr}`);
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: FLAGS,
    env: cleanEnvironment({ HOME: home }),
  });
  return {
    browser,
    async close() {
      await browser.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
