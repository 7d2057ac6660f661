// What customer code decides about a login: read from what the sandbox answered, of which nothing is believed. Called by
// rule-pipeline.ts and action-pipeline.ts.
import type { MetadataUpdate } from '../user/metadata-update.ts';
import type { ConsoleLine, ScriptOutcome } from './script.ts';

type Members = Readonly<Record<string, unknown>>;

/** What rules or actions decided about a login. */
export type LoginVerdict =
  | {
      readonly kind: 'passed';
      /** What the access token is to say, not yet sifted. */
      readonly accessToken: Members;
      /** What the ID token is to say, not yet sifted. */
      readonly idToken: Members;
      /** The scope that they leave the token. */
      readonly scope: readonly string[];
      readonly updates: readonly MetadataUpdate[];
    }
  /** The one of this name said no, in words for the caller. */
  | {
      readonly kind: 'denied';
      readonly name: string;
      readonly message: string;
      readonly updates: readonly MetadataUpdate[];
    }
  /** One wants the user to be sent elsewhere, or to show a second factor. */
  | { readonly kind: 'redirect' | 'multifactor'; readonly updates: readonly MetadataUpdate[] }
  /** The one of this name is broken, in words for whoever wrote it. */
  | { readonly kind: 'failed'; readonly name: string; readonly message: string };

/** A run of customer code, with what it wrote to the console. */
export interface LoginCodeRun {
  readonly verdict: LoginVerdict;
  readonly console: readonly ConsoleLine[];
}

/** Auth0's bound on the claims of a token. */
const LARGEST_CLAIMS = 100 * 1024;
const MOST_SCOPES = 1000;
const LONGEST_MESSAGE = 256;
/** RFC 6749 3.3 */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

const FAULTS: Readonly<Record<Exclude<ScriptOutcome['end'], 'finished'>, string>> = {
  'processor-time': 'It needed more than 200 ms of processor time.',
  memory: 'It needed more memory than there is.',
  silent: 'It ended without calling back, or waits for what never comes.',
  'large-result': 'What it asks for is larger than 256 KiB.',
  killed: 'It took longer than it may: a second, or five where hosts are granted.',
  broken: 'It brought its process down.',
};

/** Reads the outcome of scripts of these names. */
export function readVerdict(outcome: ScriptOutcome, names: readonly string[]): LoginVerdict {
  const name = names[outcome.at] ?? '';
  const failed = (message: string): LoginVerdict => ({ kind: 'failed', name, message });
  if (outcome.end !== 'finished') return failed(FAULTS[outcome.end]);
  const result = membersOf(outcome.result);
  if (outcome.verdict === 'threw') return failed(textOf(result['message']));
  const updates = updatesOf(result['updates']);
  if (outcome.verdict === 'denied') return { kind: 'denied', name, message: textOf(result['message']), updates };
  // Security: only this word lets anybody in.
  if (outcome.verdict !== 'passed') return failed('It ended in a way that is not known.');
  if (result['redirect'] === true) return { kind: 'redirect', updates };
  if (result['multifactor'] === true) return { kind: 'multifactor', updates };
  const { scope, ...accessToken } = membersOf(result['accessToken']);
  const idToken = membersOf(result['idToken']);
  if ([accessToken, idToken].some((claims) => JSON.stringify(claims).length > LARGEST_CLAIMS)) {
    return failed('The claims of a token are larger than 100 KiB.');
  }
  const granted = scopeOf(scope);
  if (granted === null) return failed('The scope that it leaves the access token is not a list of scopes.');
  return { kind: 'passed', accessToken, idToken, scope: granted, updates };
}

/** Null for what is no list of scopes. */
function scopeOf(value: unknown): readonly string[] | null {
  const scopes: readonly unknown[] | null = Array.isArray(value) ? value : null;
  const isFine = scopes?.every((one) => typeof one === 'string' && SCOPE.test(one)) ?? false;
  return isFine && (scopes?.length ?? 0) <= MOST_SCOPES ? [...new Set(scopes as string[])] : null;
}

function updatesOf(value: unknown): MetadataUpdate[] {
  const updates: readonly unknown[] = Array.isArray(value) ? value : [];
  return updates.flatMap((one) => {
    const { of, metadata } = membersOf(one);
    return of === 'user_metadata' || of === 'app_metadata' ? [{ of, metadata: membersOf(metadata) }] : [];
  });
}

function membersOf(value: unknown): Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : {};
}

/** One line of text. */
function textOf(value: unknown): string {
  const text = typeof value === 'string' ? value : '';
  return text
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, LONGEST_MESSAGE);
}
