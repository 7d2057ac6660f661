// What the proxies of examples/ hand to nodes, and how often: stand-ins in place of the nodes tell it.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import { connect } from 'node:tls';
import { exchange } from '../support/http-exchange.ts';
import { type NodeStandIn, startNodeStandIn } from '../support/node-stand-in.ts';
import { type Proxy, type StartProxy, startHaproxy, startNginx } from '../support/proxies.ts';
import { needs } from '../support/required-program.ts';

const HOST = 'login.example.com';
const POST = `POST /oauth/token HTTP/1.1\r\nHost: ${HOST}\r\nContent-Type: application/json\r\n`;
/** A request that only the wrong reading of the one before it lets out. */
const HIDDEN = `GET /hidden HTTP/1.1\r\nHost: ${HOST}\r\nX-Ignore: `;

/** A body that ends early when read as chunked, and later when its length is believed. */
function shorterChunked(encoding: string): string {
  const body = `0\r\n\r\n${HIDDEN}`;
  return `${POST}Content-Length: ${body.length}\r\n${encoding}\r\n\r\n${body}`;
}

/** A body that ends early when its length is believed, and later when read as chunked. */
function shorterByLength(encoding: string): string {
  const hidden = `${HIDDEN}x\r\n\r\n`;
  return `${POST}${encoding}\r\nContent-Length: 4\r\n\r\n${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n`;
}

/** Where the proxy is to close the connection itself: a machine with much to do may take its time. */
const CLOSING_MS = 10_000;

const ENCODINGS = [
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: xchunked',
  'Transfer-Encoding:\x0bchunked',
  'Transfer-Encoding : chunked',
  'Transfer-Encoding: identity, chunked',
  'Transfer-Encoding: chunked, identity',
  'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity',
  'Transfer-Encoding:\r\n chunked',
  'X-Feed: a\nTransfer-Encoding: chunked',
  'X-Return: a\rTransfer-Encoding: chunked',
];

function suite(name: string, start: StartProxy): void {
  describe(name, { skip: needs(name) }, () => {
    let nodes: readonly [NodeStandIn, NodeStandIn];
    let proxy: Proxy;
    before(async () => {
      nodes = [await startNodeStandIn(), await startNodeStandIn()];
      proxy = await start([nodes[0].port, nodes[1].port]);
    });
    after(async () => {
      await proxy.stop();
      await Promise.all(nodes.map((node) => node.close()));
    });

    const takeAsked = () => nodes.flatMap((node) => node.takeAsked());

    /** Everything that comes back until the proxy closes the connection, or has said nothing for so long. */
    async function sendBytes(bytes: string, silenceMs = 1000): Promise<string> {
      const socket = connect({ port: proxy.port, host: '127.0.0.1', servername: 'localhost', ca: [proxy.authority] });
      let heard = '';
      socket.setEncoding('latin1').on('data', (part: string) => {
        heard += part;
      });
      socket.on('error', () => {});
      socket.write(bytes, 'latin1');
      socket.setTimeout(silenceMs, () => socket.destroy());
      await once(socket, 'close');
      return heard;
    }

    const post = () => exchange({ port: proxy.port, authority: proxy.authority, path: '/oauth/token', json: {} });

    test('no reading of a request lets a second one out of its body [T-30]', async () => {
      for (const encoding of ENCODINGS) {
        for (const bytes of [shorterChunked(encoding), shorterByLength(encoding)]) {
          const heard = await sendBytes(bytes);
          assert.equal(takeAsked().includes('/hidden'), false, bytes);
          const statuses = [...heard.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => status);
          assert.ok(statuses.length <= 1 || statuses[1] === '400', `${bytes}\n${heard}`);
        }
      }
    });

    // HAProxy leaves the length out, as RFC 9112 6.3 allows, and hears nothing more on that connection.
    test('both a length and a transfer encoding are refused, or one is left out and the connection ended', async () => {
      const heard = await sendBytes(shorterChunked('Transfer-Encoding: chunked'), CLOSING_MS);
      assert.match(heard, name === 'nginx' ? /^HTTP\/1\.1 400 / : /^HTTP\/1\.1 200 .*connection: close\r\n/s);
      assert.equal(takeAsked().length, name === 'nginx' ? 0 : 1);
    });

    test('a request that a node has taken is never sent to the other one [F-10]', async () => {
      for (const node of nodes) node.hangUp(true);
      for (let times = 0; times < 4; times += 1) {
        // On a connection that was used before, HAProxy hangs up as the node did.
        const status = await post().then(
          (answer) => answer.status,
          () => 502,
        );
        assert.equal(status, 502);
        assert.deepEqual(takeAsked(), ['/oauth/token']);
      }
      for (const node of nodes) node.hangUp(false);
    });

    test('a request that could not be sent is sent to the other node [F-10]', async () => {
      await nodes[0].close();
      for (let times = 0; times < 4; times += 1) {
        assert.equal((await post()).status, 200);
        assert.deepEqual(takeAsked(), ['/oauth/token']);
      }
      nodes = [await startNodeStandIn(), nodes[1]];
    });
  });
}

suite('nginx', startNginx);
suite('haproxy', startHaproxy);
