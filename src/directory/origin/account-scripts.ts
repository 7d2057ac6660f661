// Accounts in a database that only custom scripts reach: made, given other passwords, confirmed and deleted there. Called where
// each of these is asked for; what is kept here of them is the caller's.
import type { UserScripts } from '../../connection/user-source.ts';
import type { Caller } from '../../lib/caller.ts';
import type { Secret } from '../../lib/secret.ts';
import type { Sandbox } from '../../sandbox/sandbox-runs.ts';
import type { TenantId } from '../../tenant/tenant.ts';
import type { DirectoryAccount } from '../directory.ts';
import { scriptedAccount } from './script-login.ts';
import { membersOf, runUserScript, type ScriptVerdict } from './user-script.ts';

type Members = Readonly<Record<string, unknown>>;

/** Whose scripts run, and for whom. */
export interface AccountCall {
  readonly tenantId: TenantId;
  readonly scripts: UserScripts;
  /** Scripts of one tenant take turns between these. */
  readonly member: string;
  readonly caller?: Caller;
}

/** Why nothing came of it, in words for the log. */
export interface ScriptFailure {
  readonly kind: 'failed';
  readonly words: string;
}

/** What became of somebody new; `exists` when the name is taken there. */
export type Creation =
  | { readonly kind: 'made'; readonly account: DirectoryAccount }
  | { readonly kind: 'exists' }
  | ScriptFailure;

/**
 * Each throws `TurnedAway` when too many wait for their scripts, and an error where the connection has no such script. Null is
 * success; after a failure nobody knows what was done there, so that each may be asked for again.
 */
export interface AccountScripts {
  /** Asks for the name, makes the user unless somebody has it, and asks again for the id and the profile. */
  create(call: AccountCall, user: NewAccount, password: Secret): Promise<Creation>;
  changePassword(call: AccountCall, email: string, password: Secret): Promise<ScriptFailure | null>;
  /** Tells that somebody has shown that the address is theirs. */
  verify(call: AccountCall, email: string): Promise<ScriptFailure | null>;
  /** Deletes the account by its id inside of the connection. */
  remove(call: AccountCall, identityId: string): Promise<ScriptFailure | null>;
}

/** Somebody new, in the words of the wire; has one of these names at least. */
export type NewAccount = Members & { readonly email?: string; readonly username?: string };

/** Whom `get_user` knows; null for nobody. */
interface Found {
  readonly kind: 'found';
  readonly user: Members | null;
}

const NAMES = { create: 'create', changePassword: 'change_password', verify: 'verify', remove: 'delete' } as const;
const USER_EXISTS = 'user_exists';

/** Builds it over the sandbox. */
export function createAccountScripts(sandbox: Sandbox): AccountScripts {
  async function run(call: AccountCall, name: keyof typeof NAMES, args: readonly unknown[]): Promise<ScriptVerdict> {
    const script = call.scripts[name];
    if (script === null) throw new Error(`The connection has no script ${NAMES[name]}.`);
    return runUserScript(sandbox, call.scripts, { ...call, script, args });
  }

  async function find({ scripts, ...call }: AccountCall, name: string): Promise<Found | ScriptFailure> {
    if (scripts.getUser === null) throw new Error('The connection has no script get_user.');
    const verdict = await runUserScript(sandbox, scripts, { ...call, script: scripts.getUser, args: [name] });
    return verdict.kind === 'answered'
      ? { kind: 'found', user: membersOf(verdict.result) }
      : failureOf('get_user', verdict);
  }

  /** Security: only `true`, or what JavaScript takes for it, says that it was done. */
  async function change(call: AccountCall, name: 'changePassword' | 'verify', args: readonly unknown[]) {
    const verdict = await run(call, name, args);
    return verdict.kind === 'answered' && verdict.result ? null : failureOf(NAMES[name], verdict);
  }

  return {
    async create(call, user, password) {
      const name = user.email ?? user.username ?? '';
      const before = await find(call, name);
      if (before.kind === 'failed') return before;
      if (before.user !== null) return { kind: 'exists' };
      const verdict = await run(call, 'create', [{ ...user, password: password.reveal() }]);
      if (verdict.kind === 'invalid' && verdict.code === USER_EXISTS) return { kind: 'exists' };
      if (verdict.kind !== 'answered') return failureOf('create', verdict);
      const made = await find(call, name);
      if (made.kind === 'failed') return made;
      const outcome = scriptedAccount(made.user);
      if (outcome.kind === 'accepted') return { kind: 'made', account: outcome.account };
      return { kind: 'failed', words: 'The script get_user does not find whom create made, or gives no user_id.' };
    },
    changePassword: (call, email, password) => change(call, 'changePassword', [email, password.reveal()]),
    verify: (call, email) => change(call, 'verify', [email]),
    async remove(call, identityId) {
      const verdict = await run(call, 'remove', [identityId]);
      return verdict.kind === 'answered' ? null : failureOf('delete', verdict);
    },
  };
}

function failureOf(script: string, verdict: ScriptVerdict): ScriptFailure {
  const said = verdict.kind === 'answered' ? 'it called back with nothing, or false' : verdict.message;
  return { kind: 'failed', words: `The script ${script} failed: ${said}` };
}
