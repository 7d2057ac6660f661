// `npm run check`: everything that reads the code instead of running it, two checks at a time. One line per check with
// its time, and in full what the failing ones said. Names as arguments run just those: npm run check -- types lint

import { spawn } from 'node:child_process';
import { dirname } from 'node:path';

type Check = { name: string; args: string[] };
type Outcome = { check: Check; passed: boolean; output: string; seconds: number };

const root = dirname(import.meta.dirname);
const atOnce = 2;

// Each is a JavaScript file run by this Node.js. The slow ones come first.
const checks: Check[] = [
  { name: 'lint', args: ['node_modules/oxlint/bin/oxlint', '--type-aware', '--deny-warnings'] },
  { name: 'types', args: ['node_modules/typescript/bin/tsc', '--noEmit'] },
  { name: 'dashboard-types', args: ['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'dashboard'] },
  { name: 'unused', args: ['node_modules/knip/bin/knip.js', '--no-progress'] },
  { name: 'format', args: ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings'] },
  {
    name: 'architecture',
    args: ['--test', '--test-reporter=dot', 'test/architecture.test.ts', 'test/architecture/*.test.ts'],
  },
];

async function main(names: string[]): Promise<number> {
  const unknown = names.filter((name) => !checks.some((check) => check.name === name));
  if (unknown.length > 0) {
    process.stdout.write(`No such check: ${unknown.join(', ')}. There are: ${checks.map((c) => c.name).join(', ')}.\n`);
    return 1;
  }
  const waiting = checks.filter((check) => names.length === 0 || names.includes(check.name));
  const failed: Outcome[] = [];
  const work = async (): Promise<void> => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const outcome = await run(check);
      process.stdout.write(`${outcome.passed ? 'ok  ' : 'FAIL'} ${check.name} (${outcome.seconds.toFixed(1)} s)\n`);
      if (!outcome.passed) failed.push(outcome);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  for (const { check, output } of failed) process.stdout.write(`\n--- ${check.name}\n${output.trim()}\n`);
  return failed.length > 0 ? 1 : 0;
}

function run(check: Check): Promise<Outcome> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    // Some tools colour what they print to a pipe where CI is set.
    const env = { ...process.env, NO_COLOR: '1' };
    const child = spawn(process.execPath, check.args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ check, passed: code === 0, output, seconds: (performance.now() - started) / 1000 });
    });
  });
}

process.exitCode = await main(process.argv.slice(2));
