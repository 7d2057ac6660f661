// Every command of this checkout explains itself, and does nothing else when it is asked to.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { start } from '../support/running-program.ts';

const LAUNCH = /^exec node (scripts\/launch\.mjs) (scripts\/\S+)$/;
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

for (const [name, command] of Object.entries(scripts)) {
  const [, launcher, file] = LAUNCH.exec(command) ?? [];
  if (!launcher || !file) continue;
  test(`npm run ${name} -- --help says what the command does`, async () => {
    const { code, stdout } = await start(process.execPath, [launcher, file, '--help']).ended;
    assert.equal(code, 0);
    assert.match(stdout, new RegExp(`npm (?:run )?${name}\\b`));
  });
}
