// Whether somebody is still to move in, as the `get_user` script of a database connection says: a user who is made here would
// clash with them. Called where users are made.
import type { UserSource } from '../../connection/user-source.ts';
import type { Sandbox } from '../../sandbox/sandbox-runs.ts';
import type { TenantId } from '../../tenant/tenant.ts';
import { membersOf, runUserScript } from './user-script.ts';

/** Where somebody may be, and under which name. */
interface Question {
  readonly tenantId: TenantId;
  /** Of the connection; null when nobody is elsewhere. */
  readonly source: UserSource | null;
  /** E-mail address or user name. */
  readonly name: string;
  /** Who asks: scripts of one tenant take turns between these. */
  readonly member: string;
}

/** `unsure` when the script failed: nobody knows. Throws `TurnedAway`. */
export type LookUpUser = (question: Question) => Promise<'there' | 'nowhere' | 'unsure'>;

/** Builds it. A connection without such a script has nobody elsewhere. */
export function createUserLookup(sandbox: Sandbox): LookUpUser {
  return async ({ tenantId, source, name, member }) => {
    if (source?.kind !== 'scripts' || source.getUser === null) return 'nowhere';
    const call = { tenantId, script: source.getUser, args: [name], member };
    const verdict = await runUserScript(sandbox, source, call);
    if (verdict.kind !== 'answered') return 'unsure';
    return membersOf(verdict.result) === null ? 'nowhere' : 'there';
  };
}
