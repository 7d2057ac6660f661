// A probe looks whether a connection works and says what it saw, step by step. The command line and the Management API run
// it, with somebody's user name and password or with neither; no login ever comes here.
import type { LoginAttempt } from './directory.ts';

/** One thing that was tried. */
export interface ProbeStep {
  /** What it was, such as `connect to ldaps://dc1.corp.example.com`. */
  readonly name: string;
  /** Null for a step that was left out, because an earlier one failed or nobody gave a password. */
  readonly passed: boolean | null;
  /** Milliseconds. */
  readonly tookMs: number;
  /** One plain sentence: what was found, or what went wrong and what to do. No secret stands in it. */
  readonly words: string;
}

/** Tries the connection; without an attempt only what needs no password of a user. Never throws for what it finds. */
export type Probe<C> = (connection: C, attempt: LoginAttempt | null) => Promise<readonly ProbeStep[]>;
