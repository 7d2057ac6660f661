// The files by which Gatehouse runs in containers, read as a linter reads them: no engine builds or starts anything here.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { validate } from 'dockerfile-utils';
import { parse } from 'yaml';
import { OptionsSchema, SECRET_OPTIONS } from '../../src/config/config.ts';
import { loadConfiguration } from '../../src/config/load-config.ts';
import { commandRefusal } from '../support/command-refusal.ts';
import { ROOT } from '../support/running-program.ts';

interface ComposeService {
  readonly image: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
  readonly ports?: readonly string[];
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
  readonly cap_drop: readonly string[];
  readonly security_opt: readonly string[];
  readonly depends_on?: Readonly<Record<string, { condition: string }>>;
  readonly [member: string]: unknown;
}

interface Compose {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly secrets: Readonly<Record<string, { file: string }>>;
  readonly networks: Readonly<Record<string, { internal?: boolean; ipam?: { config: { gateway: string }[] } }>>;
}

const read = (name: string) => readFileSync(join(ROOT, name), 'utf8');
const dockerfile = read('Dockerfile');
const compose = parse(read('examples/compose/compose.yaml')) as Compose;
const { version } = JSON.parse(read('package.json')) as { version: string };

/** Instructions of the last stage, each on one line: what an image is made of. */
const lines = dockerfile
  .replaceAll(/^#.*\n/gm, '')
  .replaceAll(/\\\n\s*/g, '')
  .split('\n')
  .filter((line) => line !== '');
const stage = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')));
const of = (instruction: string) =>
  stage.filter((line) => line.startsWith(`${instruction} `)).map((line) => line.slice(instruction.length + 1));

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-compose-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

test('the Dockerfile has nothing that a linter minds, and adds nothing from elsewhere', () => {
  assert.deepEqual(validate(dockerfile), []);
  assert.ok(lines.every((line) => !/^(ADD|ONBUILD|MAINTAINER) /.test(line) && !/\bcurl\b|\bwget\b/.test(line)));
});

test('its base images have versions, and Node.js is the one that the tests run on', () => {
  const bases = lines.filter((line) => line.startsWith('FROM ')).map((line) => line.split(' ')[1] ?? '');
  for (const base of bases) assert.match(base, /^[\w./-]+(:(?!latest)[\w.${}-]+|@sha256:[0-9a-f]{64})$/);
  const runtime = JSON.parse(read('runtime/package.json')) as { optionalDependencies: Record<string, string> };
  const [, node = ''] = /^ARG NODE_VERSION=(\S+)$/m.exec(dockerfile) ?? [];
  assert.deepEqual(new Set(Object.values(runtime.optionalDependencies)), new Set([node]));
});

test('the image runs as a number that is not root, and writes into its volume only', () => {
  const [user = ''] = of('USER').slice(-1);
  assert.match(user, /^[1-9]\d*:[1-9]\d*$/);
  for (const copied of of('COPY')) {
    assert.match(copied, /^--from=build /);
    const isOwned = copied.includes('--chown');
    assert.equal(isOwned, copied.endsWith(' /var/lib/gatehouse'), copied);
  }
  assert.deepEqual(of('VOLUME'), ['["/var/lib/gatehouse"]']);
  assert.deepEqual(of('RUN'), []);
});

test('the image starts and looks after commands that exist, and opens no debugger at a signal [L-12]', () => {
  const [entry = '[]'] = of('ENTRYPOINT');
  assert.deepEqual(JSON.parse(entry), ['/usr/local/bin/node', '--disable-sigusr1', '/opt/gatehouse/lib/main.js']);
  const [started = '[]'] = of('CMD');
  assert.equal(commandRefusal((JSON.parse(started) as string[]).join(' ')), null);
  const [, checked = '[]'] = /CMD (\[.*\])$/.exec(of('HEALTHCHECK')[0] ?? '') ?? [];
  assert.equal(commandRefusal((JSON.parse(checked) as string[]).slice(2).join(' ')), null);
  for (const setting of of('ENV')) requireOption(setting.split('=')[0] ?? '');
});

test('the image says what it is, and no secret is an argument of its build', () => {
  const labels = of('LABEL').join(' ');
  for (const name of ['title', 'description', 'licenses', 'version', 'revision']) {
    assert.match(labels, new RegExp(`org\\.opencontainers\\.image\\.${name}="`));
  }
  assert.match(dockerfile, new RegExp(`^ARG VERSION=${version.replaceAll('.', '\\.')}$`, 'm'));
  const given = lines.filter((line) => /^(ARG|ENV) /.test(line));
  assert.deepEqual(
    given.filter((line) => /KEY|SECRET|PASSWORD|TOKEN|DATABASE_URL/i.test(line)),
    [],
  );
});

test('the context of a build is a list of what it needs, so that a key beside it gets into no image', () => {
  const patterns = read('.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  assert.equal(patterns[0], '*');
  const allowed = patterns.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
  for (const name of allowed) assert.ok(existsSync(join(ROOT, name)), name);
  assert.deepEqual(
    allowed.filter((name) => /^(\.|\.git|\.gatehouse|test|runtime|dist|node_modules)$/.test(name)),
    [],
  );
  for (const name of ['**/node_modules', '**/secrets', '**/.gatehouse']) assert.ok(patterns.includes(name));
});

test('the server of compose.yaml takes its options, and no secret of it is in the file', async () => {
  const server = compose.services['gatehouse'];
  assert.equal(server?.image, `gatehouse:${version}`);
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(server.environment)) {
    const option = requireOption(name);
    const isSecret = SECRET_OPTIONS.has(option) || option === 'database_url';
    assert.equal(isSecret, name.endsWith('_FILE'), name);
    environment[name] = isSecret ? secretFile(option, server, value) : value;
  }
  const configuration = await loadConfiguration({ file: null, environment, flags: {} });
  assert.equal(configuration.host, '0.0.0.0');
  assert.equal(configuration.databaseUrl, SECRETS['database_url']);
  // Plain HTTP beyond loopback is for a proxy that is named, and it comes in from this machine alone.
  assert.deepEqual(configuration.trustedProxies, [compose.networks['front']?.ipam?.config[0]?.gateway]);
  assert.deepEqual(server.ports, [`127.0.0.1:${configuration.port}:${configuration.port}`]);
});

test('what compose.yaml starts is bounded, has no rights and writes into volumes only', () => {
  for (const [name, service] of Object.entries(compose.services)) {
    assert.equal(service['read_only'], true, name);
    assert.deepEqual(service.cap_drop, ['ALL'], name);
    assert.deepEqual(service.security_opt, ['no-new-privileges:true'], name);
    for (const limit of ['pids_limit', 'mem_limit', 'cpus']) assert.ok(service[limit], `${limit} of ${name}`);
    assert.doesNotMatch(JSON.stringify(service), /privileged|docker\.sock|network_mode/, name);
    for (const volume of service.volumes) assert.match(volume, /^[a-z]+:\//, name);
    for (const secret of service.secrets) assert.match(compose.secrets[secret]?.file ?? '', /^\.\/secrets\//);
  }
  assert.equal(compose.services['gatehouse']?.['cap_add'], undefined);
  assert.deepEqual(compose.services['gatehouse']?.['ulimits'], { core: 0, nofile: 65_536 });
  assert.deepEqual(compose.services['postgresql']?.networks, ['back']);
  assert.equal(compose.services['postgresql'].ports, undefined);
  assert.equal(compose.networks['back']?.internal, true);
  assert.deepEqual(compose.services['gatehouse']?.depends_on, { postgresql: { condition: 'service_healthy' } });
});

const SECRETS: Readonly<Record<string, string>> = {
  master_key: Buffer.alloc(32, 1).toString('base64'),
  database_url: 'postgres://gatehouse:pwd@postgresql/gatehouse',
};

/** The option that this variable of the environment sets; fails where there is none. */
function requireOption(variable: string): keyof typeof OptionsSchema.properties {
  const [, name = ''] = /^GATEHOUSE_([A-Z_]+?)(?:_FILE)?$/.exec(variable) ?? [];
  const option = name.toLowerCase();
  assert.ok(option in OptionsSchema.properties, variable);
  return option as keyof typeof OptionsSchema.properties;
}

/** A file in place of a secret that the service is given. */
function secretFile(option: string, { secrets }: ComposeService, path: string): string {
  assert.ok(secrets.includes(option), option);
  assert.equal(path, `/run/secrets/${option}`);
  const file = join(folder, option);
  writeFileSync(file, SECRETS[option] ?? '');
  return file;
}
