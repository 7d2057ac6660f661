// `serve` with a certificate of its own, and behind proxies that it trusts.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { connect } from 'node:tls';
import { openDevCertificate } from '../../src/cli/dev-certificate.ts';
import { type RunningProgram, startGatehouse } from '../support/running-program.ts';
import { SAMPLE_TENANT, SEED_REQUEST } from '../support/sample-tenant.ts';
import { type Installation, makeInstallation, requestToken } from '../support/served-server.ts';

let installation: Installation;
let folder: string;
before(async () => {
  installation = makeInstallation();
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-tls-'));
  assert.equal((await installation.apply('tenant', SAMPLE_TENANT)).code, 0);
});
after(async () => {
  await installation.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** Makes a certificate with an authority of its own; its files lie in a folder of that name. */
async function makeCertificate(name: string) {
  const own = mkdtempSync(join(folder, `${name}-`));
  const { authorityPath } = await openDevCertificate(own, Date.now());
  return { cert: join(own, 'server.pem'), key: join(own, 'server-key.pem'), ca: readFileSync(authorityPath, 'utf8') };
}

/** Refuses a server whose certificate this authority did not make. */
async function handshake(port: number, ca: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca: [ca] }, () => {
      resolve(true);
      socket.destroy();
    });
    socket.once('error', () => resolve(false));
  });
}

function startServe(flags: readonly string[]): RunningProgram {
  return startGatehouse(
    ['serve', '--data-dir', installation.dataDir, '--port', '0', ...flags],
    installation.environment,
  );
}

test('serve shows its own certificate on any address, and a new one when its files change', async () => {
  const [first, second] = [await makeCertificate('first'), await makeCertificate('second')];
  const [cert, key] = [join(folder, 'live.pem'), join(folder, 'live-key.pem')];
  copyFileSync(first.cert, cert);
  copyFileSync(first.key, key);
  const program = startServe(['--host', '0.0.0.0', '--https-port', '0', '--tls-cert', cert, '--tls-key', key]);
  try {
    const [, port] = await program.waitFor(/"tls":true,"port":(\d+),"msg":"listening"/);
    assert.equal(await handshake(Number(port), first.ca), true);
    assert.equal(await handshake(Number(port), second.ca), false);

    copyFileSync(second.key, key);
    await program.waitFor(/certificate cannot be used; the old one stays/);
    assert.equal(await handshake(Number(port), first.ca), true, 'half of a new pair changes nothing');

    copyFileSync(second.cert, cert);
    await program.waitFor(/certificate read again/);
    for (let tries = 0; tries < 20 && !(await handshake(Number(port), second.ca)); tries += 1) await setTimeout(100);
    assert.equal(await handshake(Number(port), second.ca), true);
  } finally {
    assert.equal((await program.stop()).code, 0);
  }
});

test('a certificate that cannot be shown is refused at the start, with what is wrong', async () => {
  const [one, other] = [await makeCertificate('one'), await makeCertificate('other')];
  const nothing = join(folder, 'nothing.pem');
  writeFileSync(nothing, randomBytes(100));
  const refusals: readonly [flags: readonly string[], says: RegExp][] = [
    [['--tls-cert', one.cert], /tls_cert and tls_key go together/],
    [['--tls-cert', join(folder, 'missing.pem'), '--tls-key', one.key], /tls_cert: .*missing\.pem cannot be read/],
    [['--tls-cert', nothing, '--tls-key', one.key], /holds no certificate/],
    [['--tls-cert', one.cert, '--tls-key', nothing], /holds no private key/],
    [['--tls-cert', one.cert, '--tls-key', other.key], /is not the key of the certificate/],
    [['--trusted-proxies', '10.0.0.0/33'], /trusted_proxies: 10\.0\.0\.0\/33 is no address/],
    [['--trusted-proxies', 'proxy.example.com'], /trusted_proxies: proxy\.example\.com is no address/],
    [['--host', '0.0.0.0'], /Plain HTTP is served on loopback only.*--tls-cert.*--trusted-proxies/],
  ];
  for (const [flags, says] of refusals) {
    const { code, stderr } = await startServe(flags).ended;
    assert.equal(code, 1);
    assert.match(stderr, says);
  }
});

test('behind a trusted proxy the log tells the address that the proxy saw', async () => {
  const program = startServe(['--host', '0.0.0.0', '--trusted-proxies', '127.0.0.0/8,10.0.0.0/8']);
  try {
    const [, port] = await program.waitFor(/"port":(\d+),"msg":"listening"/);
    const forwarded = { 'x-forwarded-for': '203.0.113.9, 198.51.100.7, 10.1.1.1' };
    assert.equal((await requestToken(Number(port), SEED_REQUEST, forwarded)).status, 200);
    const flags = ['log', 'list', '--limit', '1', '--json', '--data-dir', installation.dataDir];
    const { stdout } = await startGatehouse(flags, installation.environment).ended;
    const [event] = JSON.parse(stdout) as { ip: string; details: { ip_source: string } }[];
    assert.deepEqual([event?.ip, event?.details.ip_source], ['198.51.100.7', 'forwarded']);
  } finally {
    await program.stop();
  }
});
