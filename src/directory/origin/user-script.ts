// Runs one custom database script and reads what it came to, of which nothing is believed. Called by script-login.ts,
// user-lookup.ts and account-scripts.ts.
import type { UserScripts } from '../../connection/user-source.ts';
import type { Caller } from '../../lib/caller.ts';
import { SandboxUnavailable } from '../../sandbox/sandbox-processes.ts';
import type { Sandbox } from '../../sandbox/sandbox-runs.ts';
import type { ScriptOutcome } from '../../sandbox/script.ts';
import type { TenantId } from '../../tenant/tenant.ts';
import { type UserScriptInput, userScriptHarness } from './user-script-harness.ts';

type Members = Readonly<Record<string, unknown>>;

/** What a script came to. */
export type ScriptVerdict =
  /** What it called back with; null for nothing. */
  | { readonly kind: 'answered'; readonly result: unknown }
  /** Name or password are wrong; the id of the user where the script gave one. */
  | { readonly kind: 'wrong'; readonly userId: string | null; readonly message: string }
  | { readonly kind: 'unauthorized'; readonly message: string }
  /** What it was given cannot be; the code of the error, such as `user_exists`. */
  | { readonly kind: 'invalid'; readonly code: string; readonly message: string }
  /** It is broken, or what it asks is; `reason` is one of the log's words, the message the script's own. */
  | { readonly kind: 'failed'; readonly reason: `script-${string}`; readonly message: string };

/** Which script runs, on what, and for whom. */
interface ScriptCall {
  readonly tenantId: TenantId;
  readonly script: string;
  readonly args: readonly unknown[];
  /** Scripts of one tenant take turns between these. */
  readonly member: string;
  readonly caller?: Caller;
}

const HARNESS = String(userScriptHarness);
const LONGEST_MESSAGE = 256;
/** Without blanks and control characters: it becomes part of a `sub`. */
const PLAIN_ID = /^[\x21-\x7e]{1,128}$/;

const ENDS: Readonly<Record<Exclude<ScriptOutcome['end'], 'finished'>, string>> = {
  'processor-time': 'It needed more than 200 ms of processor time.',
  memory: 'It needed more memory than there is.',
  silent: 'It ended without calling back.',
  'large-result': 'What it called back with is larger than 256 KiB.',
  killed: 'It took longer than a second, or than five where hosts are granted.',
  broken: 'It brought its process down.',
};

/** Runs it; throws `TurnedAway` when too many wait for theirs. */
export async function runUserScript(
  sandbox: Sandbox,
  { configuration }: UserScripts,
  { tenantId, script, args, member, caller }: ScriptCall,
): Promise<ScriptVerdict> {
  const input: UserScriptInput = { args, configuration: JSON.parse(configuration.reveal()) as Record<string, string> };
  const order = { harness: HARNESS, scripts: [script], input };
  try {
    return readVerdict(await sandbox.run({ tenant: tenantId, member }, order, caller));
  } catch (error) {
    if (error instanceof SandboxUnavailable) return { kind: 'failed', reason: 'script-sandbox', message: '' };
    throw error;
  }
}

/** Security: only the word `answered` lets anybody in. */
function readVerdict(outcome: ScriptOutcome): ScriptVerdict {
  if (outcome.end !== 'finished')
    return { kind: 'failed', reason: `script-${outcome.end}`, message: ENDS[outcome.end] };
  const result = membersOf(outcome.result) ?? {};
  const message = lineOf(result['message']);
  switch (outcome.verdict) {
    case 'answered':
      return { kind: 'answered', result: result['result'] ?? null };
    case 'wrong': {
      const { user } = result;
      return { kind: 'wrong', userId: typeof user === 'string' && PLAIN_ID.test(user) ? user : null, message };
    }
    case 'unauthorized':
      return { kind: 'unauthorized', message };
    case 'invalid':
      return { kind: 'invalid', code: lineOf(result['code']), message };
    case 'failed':
      return { kind: 'failed', reason: 'script-error', message };
    default:
      return { kind: 'failed', reason: 'script-threw', message };
  }
}

/** The id that a script gives a user; null for one that cannot be part of a user id. */
export function scriptedId(value: unknown): string | null {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && PLAIN_ID.test(text) ? text : null;
}

/** The value as an object; null for anything else. */
export function membersOf(value: unknown): Members | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : null;
}

/** One line of text. */
function lineOf(value: unknown): string {
  const text = typeof value === 'string' ? value : '';
  return text
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, LONGEST_MESSAGE);
}
