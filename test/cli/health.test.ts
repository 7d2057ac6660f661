// `gatehouse health`, by which a container's engine looks after a server: whatever /readyz says decides, over TLS too.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openDevCertificate } from '../../src/cli/dev-certificate.ts';
import { type CommandLine, openCommandLine } from '../support/command-line.ts';

let commands: CommandLine;
let plain: Server;
let secure: Server;
let status = 200;
const answer: RequestListener = (request, response) => {
  response.writeHead(request.url === '/readyz' ? status : 404).end(JSON.stringify({ status }));
};

before(async () => {
  commands = await openCommandLine();
  await openDevCertificate(commands.folder, Date.now());
  const read = (name: string) => readFileSync(join(commands.folder, name));
  plain = createServer(answer);
  secure = createHttpsServer({ cert: read('server.pem'), key: read('server-key.pem') }, answer);
  for (const server of [plain, secure]) await once(server.listen(0, '127.0.0.1'), 'listening');
});
after(async () => {
  plain.close();
  secure.close();
  await commands.close();
});

const portOf = (server: Server) => String((server.address() as AddressInfo).port);

test('a server that is ready is healthy, also one that listens on every address', async () => {
  status = 200;
  for (const host of ['127.0.0.1', '0.0.0.0']) {
    const { code, stdout } = await commands.run(['health', '--port', portOf(plain), '--host', host]);
    assert.equal(code, 0);
    assert.equal(stdout.trim(), '{"status":200}');
  }
});

test('one with a certificate is asked over TLS', async () => {
  status = 200;
  const tls = ['--tls-cert', join(commands.folder, 'server.pem'), '--tls-key', join(commands.folder, 'server-key.pem')];
  assert.equal((await commands.run(['health', '--https-port', portOf(secure), ...tls])).code, 0);
});

test('one that must not be sent work is not healthy', async () => {
  status = 503;
  assert.equal((await commands.run(['health', '--port', portOf(plain)])).code, 1);
});

test('nobody who answers is not healthy either', async () => {
  const gone = createServer();
  await once(gone.listen(0, '127.0.0.1'), 'listening');
  const port = portOf(gone);
  await once(gone.close(), 'close');
  const { code, stderr } = await commands.run(['health', '--port', port]);
  assert.equal(code, 1);
  assert.match(stderr, new RegExp(`nobody answers on 127\\.0\\.0\\.1, port ${port} \\(ECONNREFUSED\\)`));
  assert.match((await commands.run(['health', '--port', '0'])).stderr, /Say where the server listens/);
});
