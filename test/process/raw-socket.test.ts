// Bytes that two HTTP parsers could read in two ways, sent to the real listener: each connection gets one refusal and is
// closed, so that nothing behind the first request is ever taken for a second one.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { SAMPLE_TENANT, SEED_REQUEST } from '../support/sample-tenant.ts';
import { HOST, makeInstallation, requestToken, type ServedServer } from '../support/served-server.ts';

const installation = makeInstallation();
let server: ServedServer;
before(async () => {
  const { code, stderr } = await installation.apply('tenant', SAMPLE_TENANT);
  assert.equal(code, 0, stderr);
  server = await installation.serve();
});
after(() => installation.remove());

const POST = `POST /oauth/token HTTP/1.1\r\nHost: ${HOST}\r\nContent-Type: application/json\r\n`;
/** What would be answered 200 if it were taken for a request of its own. */
const SMUGGLED = `GET /readyz HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`;

interface Heard {
  readonly statuses: readonly string[];
  readonly text: string;
}

/** Sends the bytes and listens until the server closes the connection. */
async function send(bytes: string): Promise<Heard> {
  const socket = connect(server.port, '127.0.0.1');
  let text = '';
  socket.setEncoding('latin1').on('data', (part: string) => {
    text += part;
  });
  // The server may close while it is still being written to.
  socket.on('error', () => {});
  socket.write(bytes, 'latin1');
  await once(socket, 'close');
  return { statuses: [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status = '']) => status), text };
}

/** What is wrong with the request, and its headers and body. */
const MALFORMED: Readonly<Record<string, string>> = {
  'both a transfer encoding and a content length': `${POST}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n`,
  'both a content length and a transfer encoding': `${POST}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  'a transfer encoding that is not quite chunked': `${POST}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
  'a transfer encoding behind a control character': `${POST}Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n`,
  'a transfer encoding after chunked': `${POST}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
  'a transfer encoding before chunked': `${POST}Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n`,
  'a compressed transfer encoding': `${POST}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
  'two transfer encodings': `${POST}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n`,
  'chunked in HTTP/1.0': `${POST.replace('1.1', '1.0')}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  'a chunk size that is no number': `${POST}Transfer-Encoding: chunked\r\n\r\nzz\r\n`,
  'a chunk size with a prefix': `${POST}Transfer-Encoding: chunked\r\n\r\n0x4\r\nabcd\r\n0\r\n\r\n`,
  'a chunk size with a sign': `${POST}Transfer-Encoding: chunked\r\n\r\n-1\r\n`,
  'a chunk size followed by a space': `${POST}Transfer-Encoding: chunked\r\n\r\n4 \r\nabcd\r\n0\r\n\r\n`,
  'a chunk size beyond any number': `${POST}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n`,
  'a chunk longer than its size': `${POST}Transfer-Encoding: chunked\r\n\r\n4\r\nabcdef\r\n0\r\n\r\n`,
  'chunks ended by line feeds alone': `${POST}Transfer-Encoding: chunked\r\n\r\n4\nabcd\n0\n\n`,
  'a chunk extension ended by a line feed alone': `${POST}Transfer-Encoding: chunked\r\n\r\n4;a\nabcd\r\n0\r\n\r\n`,
  'a folded header': `${POST}X-Folded: one\r\n two\r\nContent-Length: 0\r\n\r\n`,
  'a folded transfer encoding': `${POST}Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n`,
  'a folded content length': `${POST}Content-Length: 0\r\n 0\r\n\r\n`,
  'a space before the first header': `POST /oauth/token HTTP/1.1\r\n Host: ${HOST}\r\nContent-Length: 0\r\n\r\n`,
  'two different content lengths': `${POST}Content-Length: 0\r\nContent-Length: 5\r\n\r\n`,
  'the same content length twice': `${POST}Content-Length: 0\r\nContent-Length: 0\r\n\r\n`,
  'a list of content lengths': `${POST}Content-Length: 0, 0\r\n\r\n`,
  'a content length with a plus': `${POST}Content-Length: +0\r\n\r\n`,
  'a content length below zero': `${POST}Content-Length: -1\r\n\r\n`,
  'a content length in hexadecimal': `${POST}Content-Length: 0x0\r\n\r\n`,
  'an empty content length': `${POST}Content-Length: \r\n\r\n`,
  'a content length beyond any number': `${POST}Content-Length: 99999999999999999999\r\n\r\n`,
  'a header without a colon': `${POST}Nonsense\r\nContent-Length: 0\r\n\r\n`,
  'a header without a name': `${POST}: nothing\r\nContent-Length: 0\r\n\r\n`,
  'a space before the colon': `${POST}Content-Length : 0\r\n\r\n`,
  'a header name with a bracket': `${POST}X(1): a\r\nContent-Length: 0\r\n\r\n`,
  'a NUL in a header': `${POST}X-Nul: a\0b\r\nContent-Length: 0\r\n\r\n`,
  'a carriage return in a header': `${POST}X-Return: a\rTransfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n`,
  'a line feed in a header': `${POST}X-Feed: a\nContent-Length: 0\r\n\r\n`,
  'line feeds alone': `${POST}Content-Length: 0\r\n\r\n`.replaceAll('\r\n', '\n'),
  'no Host': 'GET /readyz HTTP/1.1\r\n\r\n',
  'an unknown method': `STEAL /oauth/token HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`,
  'a space in its address': `GET /ready z HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`,
  'a version that does not exist': `GET /readyz HTTP/9.9\r\nHost: ${HOST}\r\n\r\n`,
  'no version': 'GET /readyz\r\n\r\n',
  'the opening of HTTP/2': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'the opening of TLS': '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
};

for (const [what, bytes] of Object.entries(MALFORMED)) {
  test(`a request with ${what} is refused once, and its connection closed [T-30]`, async () => {
    const { statuses, text } = await send(bytes + SMUGGLED);
    assert.deepEqual(statuses, ['400'], text);
  });
}

test('headers of more than 16 KiB are refused once, and their connection closed [T-30]', async () => {
  const { statuses } = await send(`${POST}X-Long: ${'a'.repeat(20_000)}\r\nContent-Length: 0\r\n\r\n${SMUGGLED}`);
  assert.deepEqual(statuses, ['431']);
});

test('a body over the limit is refused once, and its connection closed [T-30]', async () => {
  const { statuses } = await send(`${POST}Content-Length: 70000\r\n\r\n${'a'.repeat(70_000)}${SMUGGLED}`);
  assert.deepEqual(statuses, ['400']);
});

test('CONNECT opens no tunnel [T-30]', async () => {
  const { text } = await send(`CONNECT ${HOST}:443 HTTP/1.1\r\nHost: ${HOST}\r\n\r\n${SMUGGLED}`);
  assert.equal(text, '');
});

const CLOSE = 'Connection: close\r\nContent-Length: 2\r\n\r\n{}';

test('a second Host header is refused, whichever of the two is the tenant’s [T-43]', async () => {
  const other = POST.replace(`Host: ${HOST}`, 'Host: other.example.test');
  for (const bytes of [`${POST}Host: other.example.test\r\n${CLOSE}`, `${other}Host: ${HOST}\r\n${CLOSE}`]) {
    const { statuses, text } = await send(bytes);
    assert.deepEqual(statuses, ['400']);
    assert.match(text, /more than one Host header/);
  }
});

test('an absolute request target counts for more than the Host header [T-43]', async () => {
  const absolute = (target: string, host: string) =>
    `POST http://${target}/oauth/token HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\n${CLOSE}`;
  assert.deepEqual((await send(absolute('other.example.test', HOST))).statuses, ['404']);
  const { statuses, text } = await send(absolute(HOST, 'other.example.test'));
  assert.deepEqual(statuses, ['400']);
  assert.match(text, /grant_type/);
});

test('two well-formed requests on one connection are answered twice', async () => {
  const last = SMUGGLED.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n');
  assert.deepEqual((await send(SMUGGLED + last)).statuses, ['200', '200']);
});

test('after all of that the server logs users in', async () => {
  assert.equal((await requestToken(server.port, SEED_REQUEST)).status, 200);
});
