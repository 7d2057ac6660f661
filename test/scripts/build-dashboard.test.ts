// The build of the dashboard before a program that serves it: made when it is stale, and only then.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

interface Builder {
  buildDashboard(root: string, node: string): Promise<void>;
  servesDashboard(program: string, args: readonly string[]): boolean;
}

// Plain JavaScript, which an old Node.js reads.
const address = new URL('../../scripts/launch/build-dashboard.mjs', import.meta.url).href;
const builder = (await import(address)) as Builder;

/** Stands in for the builder: says in a file how often it was called, and fails when the sources say so. */
const BUILDER = `
const fs = require('node:fs');
if (fs.readFileSync('dashboard/main.tsx', 'utf8').includes('broken')) { console.log('main.tsx is broken'); process.exit(1); }
fs.mkdirSync('dist/dashboard', { recursive: true });
fs.appendFileSync('built', 'x');
`;

let root: string;
before(() => {
  root = mkdtempSync(join(tmpdir(), 'gatehouse-build-'));
  mkdirSync(join(root, 'dashboard', 'pages'), { recursive: true });
  mkdirSync(join(root, 'node_modules', 'vite', 'bin'), { recursive: true });
  writeFileSync(join(root, 'package-lock.json'), '{}');
  writeFileSync(join(root, 'dashboard', 'main.tsx'), 'one');
  writeFileSync(join(root, 'node_modules', 'vite', 'bin', 'vite.js'), BUILDER);
});
after(() => rmSync(root, { recursive: true, force: true }));

const build = () => builder.buildDashboard(root, process.execPath);
const builds = () => (existsSync(join(root, 'built')) ? readFileSync(join(root, 'built'), 'utf8').length : 0);

test('the dashboard is built once, and again when a source or a package changes', async () => {
  await build();
  await build();
  assert.equal(builds(), 1);
  writeFileSync(join(root, 'dashboard', 'main.tsx'), 'two');
  await build();
  assert.equal(builds(), 2);
  writeFileSync(join(root, 'dashboard', 'pages', 'new.tsx'), 'new');
  await build();
  writeFileSync(join(root, 'package-lock.json'), '{"name":"other"}');
  await build();
  assert.equal(builds(), 4);
});

test('a build that fails says why, and is tried again the next time', async () => {
  writeFileSync(join(root, 'dashboard', 'main.tsx'), 'broken');
  await assert.rejects(build, /could not be built\.\nmain\.tsx is broken/);
  await assert.rejects(build, /could not be built/);
  writeFileSync(join(root, 'dashboard', 'main.tsx'), 'mended');
  const earlier = builds();
  await build();
  assert.equal(builds(), earlier + 1);
});

test('only programs that show the dashboard build it', () => {
  assert.ok(builder.servesDashboard('src/main.ts', ['dev']));
  assert.ok(builder.servesDashboard('src/main.ts', ['serve', '--port', '0']));
  assert.ok(builder.servesDashboard('scripts/test.ts', []));
  assert.ok(!builder.servesDashboard('src/main.ts', ['user', 'list']));
  assert.ok(!builder.servesDashboard('scripts/check.ts', []));
});
