// The commands that README.md and docs/quickstart.md tell people to paste, run as they stand with only the ports and the
// data folder exchanged.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { type DevServer, startDevServer } from '../support/dev-server.ts';
import { needs } from '../support/required-program.ts';
import { start } from '../support/running-program.ts';

const skip = needs('curl');
let server: DevServer;
before(async () => {
  server = await startDevServer();
});
after(() => server.stop());

/** The shell blocks of a document that speak to the server with curl. */
function curlCommands(document: string): string[] {
  const blocks = [...readFileSync(document, 'utf8').matchAll(/^```sh\n(.*?)^```/gms)].map(([, block = '']) => block);
  return blocks.filter((block) => block.includes('curl'));
}

function here(command: string): string {
  const [http, https] = server.ports;
  return command
    .replaceAll('localhost:3000', `localhost:${http}`)
    .replaceAll('localhost:3443', `localhost:${https}`)
    .replaceAll('.gatehouse/', `${server.dataDir}/`);
}

for (const document of ['README.md', 'docs/quickstart.md']) {
  test(`every curl command of ${document} is answered with what the text around it promises`, { skip }, async () => {
    const commands = curlCommands(document);
    assert.ok(commands.length > 0, 'there are commands');
    for (const command of commands) {
      const { code, stdout } = await start('bash', ['-euo', 'pipefail', '-c', here(command)]).ended;
      assert.equal(code, 0, command);
      const answer = JSON.parse(stdout) as Record<string, unknown>;
      if (command.includes('/userinfo')) assert.equal(answer['sub'], 'auth0|67e9930075b689b7db2688df');
      else assert.equal(answer['token_type'], 'Bearer');
    }
  });
}

test('the token that README.md shows decoded has the members of a real one', { skip }, async () => {
  const [command = ''] = curlCommands('README.md');
  const { stdout } = await start('bash', ['-c', here(command)]).ended;
  const { access_token: token } = JSON.parse(stdout) as { access_token: string };
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
  const shown = /"iss"[^}]*/.exec(readFileSync('README.md', 'utf8'))?.[0] ?? '';
  const promised = JSON.parse(`{${shown}}`) as Record<string, unknown>;
  assert.deepEqual(Object.keys(claims), Object.keys(promised));
  for (const name of ['sub', 'aud', 'scope', 'gty', 'azp']) assert.deepEqual(claims[name], promised[name]);
});
