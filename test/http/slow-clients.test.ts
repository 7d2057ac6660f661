// Clients that open connections and leave them waiting: how many there may be, and which one makes room for a new one.
import assert from 'node:assert/strict';
import { EventEmitter, on, once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { RequestListener, ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { openDevCertificate } from '../../src/cli/dev-certificate.ts';
import { createConnectionCap } from '../../src/http/connection-cap.ts';
import { type Certificate, listen } from '../../src/http/listener.ts';
import { systemClock } from '../../src/lib/clock.ts';

const GET = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n';
const HALF_A_HEADER = 'GET / HTTP/1.1\r\nHost: local';
const HALF_A_BODY = 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n12345';

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-slow-clients-'));
const { cert, key } = await openDevCertificate(folder, Date.now());
after(() => rmSync(folder, { recursive: true, force: true }));

interface Served {
  readonly open: (bytes?: string) => Promise<Socket>;
  readonly openWithoutTls: () => Promise<Socket>;
  /** Resolves to the response when a request has come as a whole; it is not answered until the test does. */
  readonly nextRequest: () => Promise<ServerResponse>;
  /** Closes the server, whoever is still connected. */
  readonly close: () => Promise<void>;
}

/** A server of at most three connections that answers nothing by itself. */
async function serve(context: TestContext, tls: Certificate | null): Promise<Served> {
  const requests = new EventEmitter();
  const arrived = on(requests, 'whole');
  const handle: RequestListener = (request, response) => {
    request.resume().once('end', () => requests.emit('whole', response));
  };
  const listener = await listen({ host: '127.0.0.1', port: 0, tls }, handle, systemClock, createConnectionCap(3));
  const target = { host: '127.0.0.1', port: listener.port };
  const sockets: Socket[] = [];
  context.after(async () => {
    for (const socket of sockets) socket.destroy();
    await listener.close(0);
  });
  const opened = async (socket: Socket, event: string): Promise<Socket> => {
    sockets.push(socket);
    // The server may close while it is still being written to.
    socket.on('error', () => {});
    await new Promise<void>((resolve) => {
      socket.once(event, resolve);
      socket.once('close', resolve);
    });
    return socket;
  };
  return {
    async open(bytes = '') {
      const socket = tls
        ? await opened(connectTls({ ...target, rejectUnauthorized: false }), 'secureConnect')
        : await opened(connect(target), 'connect');
      socket.write(bytes);
      return socket;
    },
    close: () => listener.close(0),
    openWithoutTls: () => opened(connect(target), 'connect'),
    async nextRequest() {
      const { value } = (await arrived.next()) as IteratorResult<[ServerResponse], never>;
      return value[0];
    },
  };
}

/** Resolves to everything that was heard when the server has answered with this text. */
async function answerOf(socket: Socket, text: string): Promise<void> {
  let heard = '';
  for await (const part of socket) {
    heard += String(part);
    if (heard.endsWith(text)) return;
  }
  assert.fail(`closed before the answer ${text}: ${heard}`);
}

async function assertAnswered(server: Served, socket: Socket, text: string): Promise<void> {
  const answer = answerOf(socket, text);
  (await server.nextRequest()).end(text);
  await answer;
}

async function closed(socket: Socket): Promise<void> {
  if (!socket.resume().closed) await once(socket, 'close');
}

for (const tls of [null, { cert, key }]) {
  const [over, kind] = tls ? [' over TLS', 'TLS '] : ['', ''];

  test(`one ${kind}connection more than allowed takes the place of the oldest idle one [F-09]`, async (context) => {
    const server = await serve(context, tls);
    const oldest = await server.open();
    const others = [await server.open(), await server.open()];
    const newest = await server.open(GET);
    await closed(oldest);
    await assertAnswered(server, newest, 'newest');
    for (const other of others) {
      other.write(GET);
      await assertAnswered(server, other, 'other');
    }
  });

  test(`a request that is being answered${over} is never cut off for a new connection [F-09]`, async (context) => {
    const server = await serve(context, tls);
    const asking: [Socket, ServerResponse][] = [];
    for (let count = 0; count < 3; count += 1) asking.push([await server.open(GET), await server.nextRequest()]);
    await closed(await server.open(GET));
    for (const [socket, response] of asking) {
      const answer = answerOf(socket, 'answered');
      response.end('answered');
      await answer;
    }
  });
}

for (const [what, bytes] of Object.entries({
  'that asked nothing': '',
  'with half a header': HALF_A_HEADER,
  'with half a body': HALF_A_BODY,
})) {
  test(`a connection ${what} is idle, whatever else is being answered [F-09]`, async (context) => {
    const server = await serve(context, null);
    const busy = [await server.open(GET)];
    const first = await server.nextRequest();
    const slow = await server.open(bytes);
    busy.push(await server.open(GET));
    const second = await server.nextRequest();
    const newest = await server.open(GET);
    await closed(slow);
    await assertAnswered(server, newest, 'newest');
    for (const [index, response] of [first, second].entries()) {
      const answer = answerOf(busy[index] ?? newest, 'answered');
      response.end('answered');
      await answer;
    }
  });
}

test('a connection is as old as its last answer [F-09]', async (context) => {
  const server = await serve(context, null);
  const first = await server.open(GET);
  const second = await server.open();
  await server.open();
  await assertAnswered(server, first, 'first');
  const newest = await server.open(GET);
  await closed(second);
  await assertAnswered(server, newest, 'newest');
});

test('a client that does not take its answer is idle [F-09]', async (context) => {
  const server = await serve(context, null);
  const slow = await server.open(GET);
  slow.pause();
  const answered = await server.nextRequest();
  answered.end(Buffer.alloc(32 * 1024 * 1024));
  assert.equal(answered.writableFinished, false);
  const busy = [await server.open(GET), await server.open(GET)];
  await Promise.all([server.nextRequest(), server.nextRequest()]);
  const newest = await server.open(GET);
  await assertAnswered(server, newest, 'newest');
  await closed(slow);
  assert.deepEqual(
    busy.map((socket) => socket.closed),
    [false, false],
  );
});

test('what is asked behind a request that is being answered does not make it idle [F-09]', async (context) => {
  const server = await serve(context, null);
  const pipelining = await server.open(GET + HALF_A_BODY);
  const first = await server.nextRequest();
  const idle = [await server.open(), await server.open()];
  const newest = await server.open(GET);
  await closed(idle[0] ?? newest);
  await assertAnswered(server, newest, 'newest');
  const answer = answerOf(pipelining, 'first');
  first.end('first');
  await answer;
});

test('a TLS handshake that does not come to its end makes room as well [F-09]', async (context) => {
  const server = await serve(context, { cert, key });
  const silent = await server.openWithoutTls();
  for (let count = 0; count < 2; count += 1) await server.open(GET);
  await Promise.all([server.nextRequest(), server.nextRequest()]);
  const newest = await server.open(GET);
  await closed(silent);
  await assertAnswered(server, newest, 'newest');
});

// Node gives up a handshake after ten seconds by itself.
test('closing does not wait for a TLS handshake [F-10]', { timeout: 8000 }, async (context) => {
  const server = await serve(context, { cert, key });
  const silent = await server.openWithoutTls();
  await assertAnswered(server, await server.open(GET), 'accepted after it');
  await server.close();
  await closed(silent);
});
