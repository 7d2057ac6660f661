// Where the operator has events written: a file, the standard output, a syslog server. Nothing is lost while one is away.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { createApp } from '../../src/app.ts';
import { openDevCertificate } from '../../src/cli/dev-certificate.ts';
import { loadConfiguration } from '../../src/config/load-config.ts';
import type { FedEvent } from '../../src/log/log-feed-store.ts';
import { createSyslogSink } from '../../src/log-stream/syslog-sink.ts';
import { SEED_REQUEST } from '../support/sample-tenant.ts';
import { startServer, type TestServer } from '../support/start-server.ts';
import { type SyslogStandIn, startSyslogServer } from '../support/syslog-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-sink-'));
const path = join(folder, 'events.jsonl');
let syslog: SyslogStandIn;
let server: TestServer;
before(async () => {
  const { cert, key, authorityPath } = await openDevCertificate(folder, Date.now());
  syslog = await startSyslogServer({ cert, key });
  const caFile = join(folder, 'syslog-ca.pem');
  writeFileSync(caFile, readFileSync(authorityPath));
  server = await startServer({
    options: {
      log_events_path: path,
      log_events_syslog: `localhost:${syslog.port}`,
      log_events_syslog_ca: caFile,
    },
  });
  await server.app.streamSender.runDue();
});
after(async () => {
  await server.close();
  await syslog.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => server.clock.advance(120_000));

const login = () => server.token(SEED_REQUEST);
const linesOf = (file: string) => {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n');
  } catch {
    // It is made by the first event.
    return [];
  }
};
const idOf = (line: string) => (JSON.parse(line) as { log_id: string }).log_id;

const DELIVERED_WITHIN_MS = 60_000;

/** PostgreSQL tells when everybody is done who began before, and other tests write beside this one. */
async function deliverUntil(
  isDone: () => boolean | Promise<boolean>,
  deliver: () => Promise<unknown> = () => server.app.streamSender.runDue(),
): Promise<void> {
  const endAt = performance.now() + DELIVERED_WITHIN_MS;
  while (performance.now() < endAt) {
    await deliver();
    if (await isDone()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('What was waited for did not come.');
}

test('events of every tenant are lines of a file, also when it is renamed in between', async () => {
  await login();
  await deliverUntil(() => linesOf(path).length === 1);
  renameSync(path, `${path}.1`);
  await login();
  await deliverUntil(() => linesOf(path).length === 1);
  const ids = (await server.logs()).slice(0, 2).map((event) => event['log_id']);
  assert.deepEqual([...linesOf(`${path}.1`), ...linesOf(path)].map(idOf), ids.toReversed());
  const [line = ''] = linesOf(path);
  const { data } = JSON.parse(line) as { data: Record<string, unknown> };
  assert.deepEqual([data['type'], data['tenant_name'], data['is_mobile']], ['sepft', 'acme', false]);
});

test('a file that cannot be written is behind, not short, and catches up [F-21]', async () => {
  rmSync(path, { force: true });
  mkdirSync(path);
  for (let i = 0; i < 3; i += 1) assert.equal((await login()).statusCode, 200);
  const cursor = () => server.app.stores.logCursors.findById('file');
  await deliverUntil(async () => (await cursor())?.failingSince !== null);
  assert.match((await cursor())?.lastError ?? '', /^the file cannot be written \(EISDIR\)$/);
  rmdirSync(path);
  server.clock.advance(60_000);
  await deliverUntil(() => linesOf(path).length === 3);
  const ids = (await server.logs()).slice(0, 3).map((event) => event['log_id']);
  assert.deepEqual(linesOf(path).map(idOf), ids.toReversed());
});

test('a syslog server gets each event as a message of RFC 5424 with its length in front', async () => {
  await deliverUntil(async () => (await server.app.stores.logCursors.findById('syslog'))?.failingSince === null);
  syslog.messages.length = 0;
  await login();
  await server.token({ ...SEED_REQUEST, password: 'wröng' });
  await deliverUntil(() => syslog.messages.length === 2);
  const [failure, success] = await server.logs();
  const expected = [success, failure].map((event) => [event?.type, event?.['date'], event?.['log_id']]);
  const seen = syslog.messages.map((message) => {
    const [, priority, time, type, body = ''] =
      /^<(\d+)>1 (\S+) \S+ gatehouse - (\w+) - (\{.*\})$/s.exec(message) ?? [];
    assert.equal(priority, type === 'sepft' ? '110' : '108', message);
    return [type, time, idOf(body)];
  });
  assert.deepEqual(seen, expected);
});

test('a syslog server that hangs up in the middle is sent all of it again [F-21]', async () => {
  syslog.messages.length = 0;
  syslog.hangUps = 1;
  await login();
  await deliverUntil(async () => (await server.app.stores.logCursors.findById('syslog'))?.failingSince !== null);
  server.clock.advance(60_000);
  await deliverUntil(() => syslog.messages.length === 1);
  assert.match(syslog.messages[0] ?? '', new RegExp(String((await server.logs())[0]?.['log_id'])));
});

test('a syslog server is spoken to by its certificate’s name only', async () => {
  const event = { position: 1, logId: '1', date: 0, type: 'sepft', event: '{}' } as FedEvent;
  const ca = readFileSync(join(folder, 'syslog-ca.pem'), 'utf8');
  for (const one of [
    { host: '127.0.0.2', ca },
    { host: 'localhost', ca: null },
  ]) {
    const sink = createSyslogSink({ ...one, port: syslog.port });
    await assert.rejects(sink.deliver([event]), /no connection by TLS \((ERR_TLS|.*SELF_SIGNED|.*UNABLE_TO)/);
  }
});

test('of two servers one writes each event to the standard output', async () => {
  const texts: string[] = [];
  const output = {
    ...{ dropped: 0, offer: () => {}, flush: () => {} },
    async write(text: string) {
      texts.push(text);
    },
  };
  const flags = { log_events_path: '-' };
  const configuration = await loadConfiguration({ file: null, environment: {}, flags });
  const apps = [1, 2].map(() => createApp({ ...server.ground, configuration, output }));
  await deliverUntil(() => linesOf(path).length > 0);
  for (let i = 0; i < 20; i += 1) await login();
  const lines = () => texts.join('').split('\n').filter(Boolean);
  const ids = (await server.logs()).slice(0, 20).map((event) => String(event['log_id']));
  await deliverUntil(
    () =>
      lines()
        .map(idOf)
        .includes(ids[0] ?? ''),
    () => Promise.all(apps.map((app) => app.streamSender.runDue())),
  );
  assert.deepEqual(lines().map(idOf).slice(-20), ids.toReversed());
  assert.equal(new Set(lines()).size, lines().length);
  for (const app of apps) await app.server.close();
});

test('what the configuration says of it is refused where it has no effect', async () => {
  for (const [flags, words] of [
    [{ log_events_syslog: 'logs.example.com' }, /log_events_syslog must be like/],
    [{ log_events_syslog: 'https://logs.example.com:1' }, /log_events_syslog must be like/],
    [{ log_events_syslog_ca: '/etc/ca.pem' }, /does nothing without log_events_syslog/],
  ] as const) {
    await assert.rejects(loadConfiguration({ file: null, environment: {}, flags }), words);
  }
});
