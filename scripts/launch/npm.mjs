// How the launcher runs npm, and the plain sentences it says when npm could not do its work.
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { runQuietly } from './child.mjs';

// The exit code of setpriv (and of a shell) for a command that is not there.
const NOT_FOUND = 127;

/** A set-up that cannot go on; the message says what happened and what to do next. */
export class SetupError extends Error {}

/**
 * Runs npm quietly in a folder and throws a SetupError that begins with `failure` when anything was not installed.
 * `node` runs npm itself where npm started the launcher; `env` decides which Node.js npm believes to be there.
 */
export async function runNpm(node, args, { cwd, env, failure }) {
  const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '--include=optional', '--loglevel=verbose'];
  let result;
  try {
    result = await runQuietly([...npmCommand(node, process.env), ...args, ...flags], { cwd, env });
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    result = { code: NOT_FOUND, output: '' };
  }
  if (result.code === NOT_FOUND) {
    throw new SetupError(`${failure} npm was not found: install Node.js 24, which brings it, and start again.`);
  }
  const reason = explainNpmFailure(result);
  if (reason !== null) throw new SetupError(`${failure} ${reason}`);
}

/** npm's own program where npm runs the launcher (its path is then in the environment), else `npm` from PATH. */
export function npmCommand(node, env) {
  const npm = env.npm_execpath;
  return npm && basename(npm) === 'npm-cli.js' && existsSync(npm) ? [node, npm] : ['npm'];
}

/**
 * Why npm failed, with what to do next; null when it succeeded. npm leaves out optional packages that it cannot fetch
 * or whose hash is wrong and still exits 0, and all binaries for one platform are optional: its log tells.
 */
export function explainNpmFailure({ code, output }) {
  const missing = [...output.matchAll(/failed optional dependency (\S+)/g)].map((match) => match[1]);
  if (code === 0 && missing.length === 0) return null;
  const said = output.split('\n').filter((line) => /^npm (error|ERR!)/.test(line) && !/complete log|_logs/.test(line));
  const details = [...missing.map((path) => `not installed: ${path}`), ...said].join('\n');
  const quoted = details === '' ? '' : `\n${details}`;
  if (/EINTEGRITY/.test(output)) return `${WRONG_HASH}${quoted}`;
  const network = /(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT)/.exec(output);
  if (network) return `npm could not reach its registry (${network[1]}): check the network and start again.${quoted}`;
  const answer = /http fetch GET ([45]\d\d) /.exec(output);
  if (answer) return `The npm registry answered ${answer[1]}: check npm's settings and start again.${quoted}`;
  if (missing.length > 0) return `${WRONG_HASH} A full disk has the same effect.${quoted}`;
  return `npm said why:${quoted}`;
}

const WRONG_HASH =
  'The download was refused: it does not have the hash that the lock file (package-lock.json) records. ' +
  'Restore that file (git checkout) and start again; if it is unchanged, do not trust the registry you use.';
