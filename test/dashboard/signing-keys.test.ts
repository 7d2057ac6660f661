// Signing Keys in the dashboard: which key signs, and what rotating and revoking do.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { assertAccessible, type Dashboard, openDashboard } from '../support/dashboard.ts';
import { exchange } from '../support/http-exchange.ts';
import { needs } from '../support/required-program.ts';
import { assertFitsTelephone, signInViewer } from './viewer.ts';

const skip = needs('chromium', 'certutil');

interface Key {
  readonly kid: string;
  readonly next?: boolean;
  readonly current?: boolean;
}

let dashboard: Dashboard;
let page: Page;

before(async () => {
  if (skip !== false) return;
  dashboard = await openDashboard();
  page = dashboard.page;
  await page.goto(`${dashboard.base}/signing-keys`);
});
after(async () => {
  if (skip === false) await dashboard.close();
});

const rowOf = (words: string | RegExp) => page.getByRole('row').filter({ hasText: words });
const inDialog = (button: string) => page.getByRole('dialog').getByRole('button', { name: button, exact: true });

async function publishedKeys(): Promise<string[]> {
  const { text } = await exchange({ port: dashboard.server.ports[0], path: '/.well-known/jwks.json' });
  return (JSON.parse(text) as { keys: Key[] }).keys.map(({ kid }) => kid);
}

test('the page says which key signs and which is next', { skip }, async () => {
  const keys = await dashboard.api<Key[]>('GET', '/keys/signing');
  await rowOf(keys.find(({ current }) => current)?.kid ?? '')
    .getByText('current: signs')
    .waitFor();
  await rowOf(keys.find(({ next }) => next)?.kid ?? '')
    .getByText('next', { exact: true })
    .waitFor();
  await page.getByRole('link', { name: '/.well-known/jwks.json' }).waitFor();
  await assertAccessible(page);
  await assertFitsTelephone(page);
});

test('whoever may only look sees the keys, and no buttons', { skip }, async () => {
  const viewer = await signInViewer(dashboard);
  await viewer.goto(`${dashboard.base}/signing-keys`);
  await viewer.getByText('current: signs').waitFor();
  assert.equal(await viewer.getByRole('button', { name: /^(Rotate|Revoke)/ }).count(), 0);
});

test('a rotation that comes too early is refused in words', { skip }, async () => {
  await page.getByRole('button', { name: 'Rotate RS256 key' }).click();
  await page.getByRole('dialog').getByText('a new next key is made').waitFor();
  await inDialog('Rotate').click();
  await page.getByText('The next key was not published for long enough').waitFor();
});

test('a key is rotated: the next one signs, and the old one is still published', { skip }, async () => {
  const patient = await openDashboard({ environment: { GATEHOUSE_KEY_PUBLISH_AHEAD_SECONDS: '0' } });
  try {
    const { api, base, server } = patient;
    const keys = await api<Key[]>('GET', '/keys/signing');
    const current = keys.find((key) => key.current)?.kid ?? '';
    const next = keys.find((key) => key.next)?.kid ?? '';
    await patient.page.goto(`${base}/signing-keys`);
    await patient.page.getByRole('button', { name: 'Rotate RS256 key' }).click();
    await patient.page.getByRole('dialog').getByRole('button', { name: 'Rotate', exact: true }).click();
    const row = (kid: string) => patient.page.getByRole('row').filter({ hasText: kid });
    await row(next).getByText('current: signs').waitFor();
    await row(current).waitFor();
    const { text } = await exchange({ port: server.ports[0], path: '/.well-known/jwks.json' });
    const published = (JSON.parse(text) as { keys: Key[] }).keys.map(({ kid }) => kid);
    assert.ok(published.includes(current) && published.includes(next));
  } finally {
    await patient.close();
  }
});

test('a key that is revoked is published no more, and the next one signs', { skip }, async () => {
  const keys = await dashboard.api<Key[]>('GET', '/keys/signing');
  const current = keys.find((key) => key.current)?.kid ?? '';
  const next = keys.find((key) => key.next)?.kid ?? '';
  await page.getByRole('button', { name: `Revoke the key ${current}` }).click();
  await page.getByRole('dialog').getByText('users have to log in again').waitFor();
  await inDialog('Revoke').click();
  // The administrator's own token was signed by it: the page gets another one by itself.
  await rowOf(current).getByText('revoked', { exact: true }).waitFor();
  await rowOf(next).getByText('current: signs').waitFor();
  const published = await publishedKeys();
  assert.ok(!published.includes(current));
  assert.ok(published.includes(next));
});
