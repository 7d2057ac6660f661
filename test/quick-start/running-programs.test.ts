// The quick starts as their readers run them: saved under their file names, started by the line that is shown with them,
// on a machine that trusts the printed authority.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { go } from '../../dashboard/quick-start/go.ts';
import { type QuickStart, quickStarts } from '../../dashboard/quick-start/quick-start.ts';
import { NOT_RUN } from '../../scripts/docs/print-quick-starts.ts';
import { provedCall } from '../support/proved-call.ts';
import { needs } from '../support/required-program.ts';
import { type Ended, start } from '../support/running-program.ts';
import { type HostileServer, refusedValues, startHostileServer } from './hostile.ts';

/** What each language needs of Debian to run. */
const PROGRAMS: ReadonlyMap<string, readonly string[]> = new Map([
  ['curl', ['curl']],
  ['go', ['go']],
  ['java', ['java']],
  ['node', []],
  ['php', ['php', 'php-curl']],
  ['python', ['python3']],
  ['ruby', ['ruby']],
]);
const STORE_PASSWORD = 'changeit';

let folder: string;
let hostile: HostileServer;
let trusting: Record<string, string>;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-programs-'));
  hostile = await startHostileServer();
  trusting = await trustEverywhere(hostile.server.caPath);
});
after(async () => {
  await hostile?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The environment in which every language trusts the authority: the programs themselves say nothing of it. */
async function trustEverywhere(caPath: string): Promise<Record<string, string>> {
  const store = join(folder, 'trusted.p12');
  if (needs('java') === false) {
    const flags = ['-importcert', '-noprompt', '-alias', 'gatehouse', '-file', caPath, '-keystore', store];
    const { code, stdout } = await start('keytool', [...flags, '-storepass', STORE_PASSWORD]).ended;
    assert.equal(code, 0, stdout);
  }
  writeFileSync(join(folder, 'trust.ini'), `curl.cainfo = "${caPath}"\n`);
  return {
    // curl, Go, Python and Ruby.
    SSL_CERT_FILE: caPath,
    NODE_EXTRA_CA_CERTS: caPath,
    JAVA_TOOL_OPTIONS: `-Djavax.net.ssl.trustStore=${store} -Djavax.net.ssl.trustStorePassword=${STORE_PASSWORD}`,
    // The empty part stands for the folder that PHP reads anyway.
    PHP_INI_SCAN_DIR: `:${folder}`,
  };
}

function runProgram(quickStart: QuickStart, program: string, environment: Record<string, string> = {}): Promise<Ended> {
  writeFileSync(join(folder, quickStart.fileName), program);
  const command = `cd '${folder}' && ${quickStart.run}`;
  return start('sh', ['-c', command], { environment: { ...trusting, ...environment }, withChildren: true }).ended;
}

/** Some print the token alone, the others the answer that holds it. */
function tokenIn(printed: string): string {
  if (!printed.startsWith('{')) return printed.trim();
  return (JSON.parse(printed) as { access_token: string }).access_token;
}

for (const quickStart of quickStarts) {
  const programs = PROGRAMS.get(quickStart.language);
  if (programs === undefined) continue;
  const skip = needs(...programs);

  test(`the quick start for ${quickStart.label} gets a token and reads the API with it`, { skip }, async () => {
    const login = await runProgram(quickStart, quickStart.getToken(hostile.values));
    assert.equal(login.code, 0, login.stderr);
    const token = tokenIn(login.stdout);
    hostile.assertToken(token);

    const answer = await runProgram(quickStart, quickStart.callApi(hostile.values), { ACCESS_TOKEN: token });
    assert.equal(answer.code, 0, answer.stderr);
    assert.deepEqual(JSON.parse(answer.stdout), [{ id: 1, item: 'Tea', placedBy: 'nobody' }]);
    provedCall('the quick starts', quickStart.label);
  });

  test(`the quick start for ${quickStart.label} tells why it was refused, and ends as a failure`, {
    skip,
  }, async () => {
    const login = await runProgram(quickStart, quickStart.getToken(refusedValues(hostile.values)));
    assert.notEqual(login.code, 0);
    assert.match(login.stdout + login.stderr, /"error_description":"Wrong email or password\."/);
    assert.match(login.stdout + login.stderr, /\b403\b/);

    const answer = await runProgram(quickStart, quickStart.callApi(hostile.values), { ACCESS_TOKEN: 'not-a-token' });
    assert.notEqual(answer.code, 0);
    assert.match(answer.stdout + answer.stderr, /\b401\b/);
  });
}

test('every other language is run in a page, or is documented as one that is not run', () => {
  const others = quickStarts.map(({ language }) => language).filter((language) => !PROGRAMS.has(language));
  assert.deepEqual(others.toSorted(), [...NOT_RUN.keys(), 'jquery'].toSorted());
});

test('the quick start for Go is formatted as gofmt does it', { skip: needs('go') }, async () => {
  for (const program of [go.getToken(hostile.values), go.callApi(hostile.values)]) {
    const { stdout, stderr } = await start('gofmt', [], { input: program }).ended;
    assert.equal(stdout, program, stderr);
  }
});
