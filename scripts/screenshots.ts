// `npm run screenshots`: pictures of the dashboard's main pages for the docs, light and dark, wide and narrow, of a server of its
// own with some life in it.
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright-core';
import { type Dashboard, openDashboard } from '../test/support/dashboard.ts';
import { exchange } from '../test/support/http-exchange.ts';

const FOLDER = join(dirname(import.meta.dirname), 'docs', 'screenshots');
const CLIENT = 'QuickStartPublicClient0000000000';
const API = 'https://someapi.com/api';
const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 390, height: 844 };
const FORMS = [['', WIDE] as const, ['-narrow', NARROW] as const];

interface Shot {
  readonly name: string;
  readonly path: string;
  /** What is there when the page is ready. */
  readonly ready: (page: Page) => Promise<unknown>;
  /** True for one that is shown on a phone, too. */
  readonly isNarrowToo?: boolean;
  /** What is done before the picture is taken. */
  readonly act?: (page: Page) => Promise<unknown>;
}

async function main(): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  say('starting a server');
  const dashboard = await openDashboard();
  try {
    const refused = await addLife(dashboard);
    for (const shot of await shotsOf(dashboard, refused)) {
      say(shot.name);
      for (const [form, viewport] of shot.isNarrowToo ? FORMS : FORMS.slice(0, 1)) {
        for (const colorScheme of ['light', 'dark'] as const) {
          await take(dashboard, shot, viewport, colorScheme, join(FOLDER, `${shot.name}${form}-${colorScheme}.png`));
        }
      }
    }
  } finally {
    await dashboard.close();
  }
  say(`written to ${FOLDER}`);
}

/** People, connections and logins; resolves to the id of a refused request. */
async function addLife({ api, server }: Dashboard): Promise<string> {
  const [port] = server.ports;
  for (const [name, family] of PEOPLE) {
    const email = `${name.toLowerCase()}.${family.toLowerCase()}@example.com`;
    const user = { name: `${name} ${family}`, given_name: name, family_name: family, email };
    await api('POST', '/users', {
      ...user,
      connection: 'Username-Password-Authentication',
      password: 'A-g00d-Passw0rd!',
      app_metadata: { plan: 'gold' },
    });
  }
  await api('POST', '/connections', {
    name: 'Head-Office',
    strategy: 'ldap',
    options: { urls: ['ldaps://ldap.corp.example.com'], base: 'dc=example,dc=com' },
    enabled_clients: [CLIENT],
  });
  const login = { grant_type: 'password', client_id: CLIENT, audience: API, scope: 'read:sample' };
  for (const [name, family] of PEOPLE) {
    const username = `${name.toLowerCase()}.${family.toLowerCase()}@example.com`;
    await exchange({ port, path: '/oauth/token', json: { ...login, username, password: 'A-g00d-Passw0rd!' } });
  }
  const wrong = { ...login, username: 'ada.lovelace@example.com', password: 'not the password' };
  await exchange({ port, path: '/oauth/token', json: wrong });
  const missing = {
    ...login,
    username: 'ada.lovelace@example.com',
    password: 'A-g00d-Passw0rd!',
    audience: 'https://x',
  };
  const { headers } = await exchange({ port, path: '/oauth/token', json: missing });
  return String(headers['x-auth0-requestid']);
}

async function shotsOf({ api }: Dashboard, refused: string): Promise<readonly Shot[]> {
  const connections = await api<readonly { id: string; name: string }[]>('GET', '/connections?per_page=100');
  const rule = await api<{ id: string }>('POST', '/rules', { name: 'Add department', script: RULE, enabled: true });
  const directory = connections.find(({ name }) => name === 'Head-Office')?.id ?? '';
  const heading = (name: string | RegExp) => (page: Page) =>
    page.getByRole('heading', { level: 1, name }).waitFor({ state: 'visible' });
  return [
    { name: 'overview', path: '/', ready: heading('Overview') },
    { name: 'settings', path: '/settings', isNarrowToo: true, ready: heading('Account Settings') },
    {
      ...{ name: 'quick-start', path: `/applications/${CLIENT}?tab=quick-start&language=python` },
      ready: (page) => page.getByRole('heading', { name: 'Get a token' }).waitFor(),
    },
    {
      ...{ name: 'connection-test', path: `/connections/${directory}?tab=test`, ready: heading('Head-Office') },
      act: async (page) => {
        await page.getByRole('button', { name: 'Test the connection' }).click();
        await page.getByText('This step failed').first().waitFor();
      },
    },
    {
      name: 'users',
      path: '/users',
      isNarrowToo: true,
      ready: (page) => page.getByText('ada.lovelace@example.com').first().waitFor(),
    },
    {
      ...{ name: 'rule', path: `/rules/${rule.id}`, isNarrowToo: true, ready: heading('Add department') },
      act: async (page) => {
        await page.getByRole('combobox', { name: 'User' }).fill('ada.lovelace@example.com');
        await page.getByRole('option', { name: /Ada Lovelace/ }).click();
        await page.getByRole('button', { name: 'Try it' }).click();
        await page.getByText('Passed: the user gets tokens').waitFor();
        // From the code to what came of it.
        await page.evaluate(
          "scrollBy(0, document.getElementById('script-field-label').getBoundingClientRect().top - 70)",
        );
      },
    },
    { name: 'logs', path: '/logs', ready: heading('Logs') },
    { name: 'inspector', path: `/inspector/${refused}`, isNarrowToo: true, ready: heading(/Refused/) },
    { name: 'try-it', path: '/try-it', ready: heading('Try It') },
    { name: 'health', path: '/health', ready: heading('Health') },
  ];
}

async function take(
  { page, base }: Dashboard,
  { path, ready, act }: Shot,
  viewport: { readonly width: number; readonly height: number },
  colorScheme: 'light' | 'dark',
  file: string,
): Promise<void> {
  await page.setViewportSize(viewport);
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await page.goto(`${base}${path}`, { waitUntil: 'networkidle' });
  await ready(page);
  await act?.(page);
  await page.screenshot({ path: file, animations: 'disabled', caret: 'hide' });
}

const PEOPLE = [
  ['Ada', 'Lovelace'],
  ['Grace', 'Hopper'],
  ['Alan', 'Turing'],
  ['Katherine', 'Johnson'],
  ['Edsger', 'Dijkstra'],
  ['Barbara', 'Liskov'],
] as const;

const RULE = `function addDepartment(user, context, callback) {
  const namespace = 'https://example.com/';
  // Of people who came without one nothing is known.
  const { department = 'none' } = user.app_metadata || {};
  context.idToken[namespace + 'department'] = department;
  context.accessToken[namespace + 'department'] = department;
  return callback(null, user, context);
}`;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

await main();
