// How customer code at a login refuses it. Thrown by grant/login-code-step.ts.
import { type LoginCode, OAuthError } from './oauth-error.ts';

const ONE_OF: Readonly<Record<LoginCode['kind'], string>> = { rule: 'A rule', action: 'An action' };

/** The refusals by rules and actions, by what happened. */
export const codeRefusals = {
  /** Auth0: the words are those of the code. */
  denied: (code: LoginCode) =>
    new OAuthError(
      403,
      'access_denied',
      code.message === '' ? `${ONE_OF[code.kind]} denied the login.` : code.message,
      {
        detail: { reason: `${code.kind}-denied`, code },
      },
    ),
  /** Security: what is wrong with the code is nothing for a caller. */
  failed: (code: LoginCode) =>
    new OAuthError(403, 'access_denied', `${ONE_OF[code.kind]} of this tenant failed.`, {
      detail: { reason: `${code.kind}-failed`, code },
    }),
  redirects: (kind: LoginCode['kind']) =>
    new OAuthError(
      403,
      'interaction_required',
      `${ONE_OF[kind]} asks for a page in a browser, which this grant cannot show.`,
      { detail: { reason: `${kind}-redirect` } },
    ),
  wantsSecondFactor: (kind: LoginCode['kind']) =>
    new OAuthError(403, 'access_denied', `${ONE_OF[kind]} asks for a second factor, which this server does not have.`, {
      detail: { reason: `${kind}-second-factor` },
    }),
} as const;
