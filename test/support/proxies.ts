// The very files of examples/nginx and examples/haproxy, run by the real programs in front of two nodes of loopback: only
// ports, paths and the account that they run as are other ones.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openDevCertificate } from '../../src/cli/dev-certificate.ts';
import { findTwoFreePorts } from './free-ports.ts';
import { ROOT, type RunningProgram, startTied } from './running-program.ts';
import { whenListening } from './when-listening.ts';

export interface Proxy {
  readonly name: 'nginx' | 'haproxy';
  /** For HTTPS. */
  readonly port: number;
  readonly plainPort: number;
  /** The authority of its certificate, which is for localhost; PEM. */
  readonly authority: string;
  /** What it has written into its logs. */
  logged(): string;
  /** Resolves when its logs say this. */
  untilLogged(pattern: RegExp): Promise<void>;
  /** Resolves when it sends work to this node (0 or 1), or, for false, when it has stopped to. */
  untilReady(node: number, isReady: boolean): Promise<void>;
  /** Ends it and deletes what it wrote. */
  stop(): Promise<void>;
}

const PATIENCE_MS = 60_000;

type Ports = readonly [first: number, second: number];

/** Starts it in front of the nodes with these ports; resolves when it listens. */
export type StartProxy = (nodes: Ports) => Promise<Proxy>;

/** Starts nginx, and the script that tells it who is ready. */
export async function startNginx(nodes: Ports): Promise<Proxy> {
  const { folder, authority, path, port, plainPort } = await prepare('nginx');
  const ready = path('ready');
  mkdirSync(ready);
  const log = path('access.log');
  const site = adapt('examples/nginx/gatehouse.conf', [
    ['10.0.0.11:3000', `127.0.0.1:${nodes[0]}`],
    ['10.0.0.12:3000', `127.0.0.1:${nodes[1]}`],
    ['listen 80;', `listen 127.0.0.1:${plainPort};`],
    ['listen 443 ssl', `listen 127.0.0.1:${port} ssl`],
    ['/etc/gatehouse/tls', folder],
    ['/var/log/nginx/gatehouse.log', log],
    ['/var/log/nginx/gatehouse-error.log', path('error.log')],
    ['/run/gatehouse-ready', ready],
  ]);
  writeFileSync(path('gatehouse.conf'), site);
  writeFileSync(path('nginx.conf'), nginxAround(path));
  const script = join(ROOT, 'examples/nginx/ready.sh');
  const asking = startTied('sh', [script, ready, ...nodes.map((node) => `127.0.0.1:${node}`)], { withChildren: true });
  const serving = startTied('/usr/sbin/nginx', ['-e', path('start.log'), '-c', path('nginx.conf')]);
  await whenListening(port, serving);
  const away = ['first', 'second'].map((name) => join(ready, `${name}.away`));
  const logged = () => ['access.log', 'error.log', 'start.log'].map((file) => read(path(file))).join('\n');
  return {
    ...{ name: 'nginx', port, plainPort, authority, logged },
    untilLogged: (pattern) => until(() => pattern.test(logged())),
    untilReady: (node, isReady) => until(() => existsSync(away[node] ?? '') !== isReady),
    stop: () => end(folder, [asking, serving]),
  };
}

/** Starts HAProxy. */
export async function startHaproxy(nodes: Ports): Promise<Proxy> {
  const { folder, authority, path, port, plainPort } = await prepare('haproxy');
  const pems = ['server.pem', 'server-key.pem'].map((file) => read(path(file)));
  writeFileSync(path('haproxy.pem'), pems.join('\n'), { mode: 0o600 });
  const text = adapt('examples/haproxy/haproxy.cfg', [
    ['first 10.0.0.11:3000', `first 127.0.0.1:${nodes[0]}`],
    ['second 10.0.0.12:3000', `second 127.0.0.1:${nodes[1]}`],
    ['bind :80', `bind 127.0.0.1:${plainPort}`],
    ['bind :443', `bind 127.0.0.1:${port}`],
    ['/etc/gatehouse/tls/haproxy.pem', path('haproxy.pem')],
    ['log /dev/log local0', 'log stdout format raw local0'],
    ['    user haproxy\n    group haproxy\n', ''],
  ]);
  writeFileSync(path('haproxy.cfg'), text);
  const serving = startTied('/usr/sbin/haproxy', ['-db', '-f', path('haproxy.cfg')]);
  await whenListening(port, serving);
  return {
    ...{ name: 'haproxy', port, plainPort, authority },
    logged: () => serving.printed(),
    untilLogged: (pattern) => until(() => pattern.test(serving.printed())),
    untilReady: (node, isReady) => until(() => isUp(serving.printed(), ['first', 'second'][node] ?? '') === isReady),
    stop: () => end(folder, [serving]),
  };
}

/** What HAProxy said last of this server; it begins with all of them up. */
function isUp(log: string, server: string): boolean {
  const last = [...log.matchAll(new RegExp(`Server gatehouse_nodes/${server} is (UP|DOWN)`, 'g'))].at(-1);
  return last?.[1] !== 'DOWN';
}

/** Rejects when it is not so after a minute. */
async function until(isSo: () => boolean): Promise<void> {
  const endAt = performance.now() + PATIENCE_MS;
  while (!isSo()) {
    if (performance.now() > endAt) throw new Error('It has not come about');
    await sleep(50);
  }
}

async function prepare(name: string) {
  const folder = mkdtempSync(join(tmpdir(), `gatehouse-${name}-`));
  const { authorityPath } = await openDevCertificate(folder, Date.now());
  const [port, plainPort] = await findTwoFreePorts();
  const path = (file: string) => join(folder, file);
  return { folder, authority: read(authorityPath), path, port, plainPort };
}

/** The example with these texts replaced; each must be there. */
function adapt(file: string, replacements: readonly (readonly [there: string, here: string])[]): string {
  return replacements.reduce(
    (text, [there, here]) => {
      assert.ok(text.includes(there), `${file} does not say ${there}`);
      return text.replaceAll(there, here);
    },
    read(join(ROOT, file)),
  );
}

/** What Debian has around the files of conf.d, in a folder of the test's. */
function nginxAround(path: (file: string) => string): string {
  const kinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
user root;
worker_processes 2;
daemon off;
pid ${path('nginx.pid')};
events { worker_connections 768; }
http {
  ${kinds.map((kind) => `${kind}_temp_path ${path(kind)};`).join('\n  ')}
  include ${path('gatehouse.conf')};
}
`;
}

function read(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

async function end(folder: string, programs: readonly RunningProgram[]): Promise<void> {
  await Promise.all(programs.map((program) => program.stop()));
  rmSync(folder, { recursive: true, force: true });
}
