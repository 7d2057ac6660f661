// What people install: the package holds what it needs and nothing else, and npm's `npx` starts it to a first token.
import assert from 'node:assert/strict';
import { globSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { stringify } from 'yaml';
import { requireAllowed } from '../../scripts/release/license-list.ts';
import { findTwoFreePorts } from '../support/free-ports.ts';
import { exchange } from '../support/http-exchange.ts';
import { readShellBlocks } from '../support/readme-commands.ts';
import { installRelease, type ReleasedPackage } from '../support/released-package.ts';
import { needs } from '../support/required-program.ts';
import { runProgram } from '../support/run-program.ts';
import { ROOT, start } from '../support/running-program.ts';
import { SAMPLE_TENANT } from '../support/sample-tenant.ts';

let release: ReleasedPackage;
let files: string[];
before(async () => {
  release = await installRelease();
  files = globSync('**/*', { cwd: release.path, exclude: ['node_modules/**'] }).filter((name) =>
    statSync(join(release.path, name)).isFile(),
  );
});
after(() => release.remove());

const read = (name: string) => readFileSync(join(release.path, name), 'utf8');
const readJson = <T>(name: string) => JSON.parse(read(name)) as T;

test('the package holds no test, no TypeScript, no source map and no key', () => {
  assert.ok(files.length > 700, `${files.length} files`);
  const unwanted = /\.(ts|tsx|map|pem|key|db|env)$|(^|\/)(test|scripts|\.[^/]+)(\/|$)|\.test\./;
  assert.deepEqual(
    files.filter((name) => unwanted.test(name)),
    [],
  );
});

test('the package names no folder of the machine it was made on, and holds no private key', () => {
  const marks = [ROOT, homedir(), release.folder, 'sourceMappingURL', '-----BEGIN PRIVATE', '-----BEGIN RSA'];
  // The page of the Management API is as its authors made it.
  const programs = files.filter((name) => /^(lib|dist\/dashboard|data)\/|\.json$/.test(name));
  const found = programs.flatMap((name) => {
    const text = read(name);
    return marks.filter((mark) => mark.length > 1 && text.includes(mark)).map((mark) => `${mark} in ${name}`);
  });
  assert.deepEqual(found, []);
});

test('every module and file that the program names is in the package', () => {
  const named = /(?:from |import\(|import |new URL\()'(\.[^']*)'/g;
  const missing = files
    .filter((name) => name.startsWith('lib/'))
    .flatMap((name) =>
      [...read(name).matchAll(named)].flatMap(([, target = '']) => {
        const path = resolve(release.path, dirname(name), target);
        return statSync(path, { throwIfNoEntry: false }) ? [] : [`${target} of ${name}`];
      }),
    );
  assert.deepEqual(missing, []);
});

test('its manifest starts the program, names exact versions, and runs nothing at an installation', () => {
  const manifest = readJson<{ dependencies: Record<string, string>; [member: string]: unknown }>('package.json');
  assert.deepEqual(manifest['bin'], { gatehouse: 'lib/main.js' });
  assert.deepEqual(manifest['engines'], { node: '>=24' });
  // The name is another project's in the registry: nobody publishes it there by accident.
  assert.equal(manifest['private'], true);
  assert.equal(manifest['scripts'], undefined);
  assert.equal(manifest['devDependencies'], undefined);
  const { packages } = readJson<{ packages: Record<string, { version: string; integrity?: string; dev?: boolean }> }>(
    'npm-shrinkwrap.json',
  );
  for (const [name, version] of Object.entries(manifest.dependencies)) {
    assert.equal(packages[`node_modules/${name}`]?.version, version, name);
  }
  for (const [place, entry] of Object.entries(packages)) {
    if (place === '') continue;
    assert.match(entry.integrity ?? '', /^sha512-/, place);
    assert.notEqual(entry.dev, true, place);
  }
});

test('its bill of materials names every package, also those inside of the pages', () => {
  const { components, metadata } = readJson<{
    components: { name: string; version: string; licenses: object[] }[];
    metadata: { component: { name: string; version: string } };
  }>('sbom.cdx.json');
  assert.equal(metadata.component.name, 'gatehouse');
  const listed = new Set(components.map(({ name, version }) => `${name}@${version}`));
  const { packages } = readJson<{ packages: Record<string, { version: string }> }>('npm-shrinkwrap.json');
  for (const [place, { version }] of Object.entries(packages)) {
    const name = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
    if (place !== '') assert.ok(listed.has(`${name}@${version}`), place);
  }
  for (const name of ['react', '@mantine/core', 'rapidoc'])
    assert.ok(
      components.some((one) => one.name === name),
      name,
    );
  const document = read('THIRD-PARTY-LICENSES.md');
  for (const { name, licenses } of components) {
    assert.ok(document.includes(name), name);
    assert.equal(licenses.length, 1, name);
  }
});

test('a package whose licence asks for more than its name to be told is refused', () => {
  const allowed = { name: 'one', version: '1.0.0', license: 'MIT AND ISC', text: null };
  requireAllowed([allowed]);
  for (const license of ['GPL-3.0-only', 'MIT AND AGPL-3.0', 'unknown', 'UNLICENSED', '']) {
    assert.throws(() => requireAllowed([allowed, { ...allowed, name: 'two', license }]), /allowed ones: two 1\.0\.0/);
  }
});

test('an older Node.js is told what is needed, in one sentence', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-old-node-'));
  const old = join(folder, 'old.mjs');
  writeFileSync(old, `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '22.3.0' } });`);
  const { code, stderr } = await start(process.execPath, ['--import', old, join(release.path, 'lib/main.js')]).ended;
  rmSync(folder, { recursive: true });
  assert.equal(code, 1);
  assert.equal(stderr, 'gatehouse needs Node.js 24 or newer; this is 22.3.0.\n');
});

test('what docs/install.md says for real use works where the package is installed', async () => {
  const block = readShellBlocks('docs/install.md').find((one) => one.includes('npx gatehouse doctor')) ?? '';
  writeFileSync(join(release.folder, 'tenant.yaml'), stringify(SAMPLE_TENANT));
  const environment = { npm_config_offline: 'true', GATEHOUSE_HASH_MEMORY_KIB: '8192', GATEHOUSE_HASH_ITERATIONS: '1' };
  const shell = start('sh', ['-ec', `cd "$0"\n${block}`, release.folder], { environment, withChildren: true });
  const { code, stdout, stderr } = await shell.ended;
  assert.equal(code, 0, stdout + stderr);
  assert.match(stdout, /^created {3}tenant acme$/m);
});

test('documents, images and examples name the file of this version', () => {
  const { version } = readJson<{ version: string }>('package.json');
  for (const name of ['docs/install.md', 'scripts/release/README.md']) {
    const named = readFileSync(join(ROOT, name), 'utf8').match(/gatehouse-\d[\w.-]*\.tgz|gatehouse:\d[\w.-]*\w/g) ?? [];
    assert.ok(named.length > 0, name);
    for (const file of named) assert.ok([`gatehouse-${version}.tgz`, `gatehouse:${version}`].includes(file), file);
  }
});

test('npx starts it: its version, a first token by curl, the dashboard, and a rule in its sandbox', {
  skip: needs('curl'),
}, async (t) => {
  const { version } = readJson<{ version: string }>('package.json');
  assert.equal((await release.npx(['--version']).ended).stdout.trim(), version);

  const [port, httpsPort] = await findTwoFreePorts();
  const ports = ['--port', String(port), '--https-port', String(httpsPort)];
  const dev = release.npx(['dev', ...ports]);
  t.after(() => dev.stop());
  await dev.waitFor(/Stop with Ctrl-C/);

  const curl = /^curl [\s\S]*?\n(?=```)/m.exec(read('README.md'))?.[0] ?? '';
  const answer = await runProgram('sh', ['-c', curl.replace('localhost:3000', `localhost:${port}`)]);
  assert.match(answer, /^\{"access_token":"eyJ/);

  const at = { port, headers: { host: `localhost:${httpsPort}`, 'x-forwarded-proto': 'https' } };
  const page = await exchange({ port, path: '/dashboard' });
  assert.equal(page.status, 200);
  const script = /src="(\/dashboard\/assets\/[^"]+\.js)"/.exec(page.text)?.[1] ?? '';
  assert.equal((await exchange({ ...at, path: script })).status, 200);
  assert.match((await exchange({ ...at, path: '/api/v2/docs/rapidoc.js' })).text, /RapiDoc/);

  writeFileSync(
    join(release.folder, 'rule.js'),
    'function (user, context, callback) { callback(null, user, context); }',
  );
  const rule = await release.npx(['rule', 'try', 'rule.js', '--user', 'user@example.com']).ended;
  assert.equal(rule.code, 0, rule.stdout + rule.stderr);
});
