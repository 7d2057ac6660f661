// A trial of customer code: on whom it is tried, and what came of it.

/** On whom. */
export interface TrialSubject {
  readonly userId: string;
  /** Null for a login of no application in particular. */
  readonly clientId: string | null;
  /** Null for a login without an API. */
  readonly audience: string | null;
}

/** The subject, as the API's members are called. */
export function subjectMembers({ userId, clientId, audience }: TrialSubject): Record<string, string> {
  return {
    user_id: userId,
    ...(clientId === null ? {} : { client_id: clientId }),
    ...(audience === null ? {} : { audience }),
  };
}

/** What `POST /api/v2/rules/try` answers. */
export interface CodeTrial {
  readonly outcome: 'passed' | 'denied' | 'redirect' | 'multifactor' | 'failed';
  /** The words of the denial, or what is wrong with the code; null where there are none. */
  readonly message: string | null;
  readonly access_token_claims: Readonly<Record<string, unknown>>;
  readonly id_token_claims: Readonly<Record<string, unknown>>;
  readonly scope: string;
  readonly warnings: readonly string[];
  readonly metadata_updates: readonly { readonly of: string; readonly metadata: object }[];
  readonly console: readonly { readonly level: string; readonly text: string }[];
  readonly duration_ms: number;
}

/** What the outcome means for a login. */
export const OUTCOME_WORDS: Readonly<Record<CodeTrial['outcome'], string>> = {
  passed: 'Passed: the user gets tokens',
  denied: 'Denied: the login is refused',
  redirect: 'Refused: there is no browser to redirect',
  multifactor: 'Refused: there is no second factor',
  failed: 'Failed: the login is refused',
};
