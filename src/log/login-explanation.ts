// Why a token request was refused and what to do about it, for the operator: a sentence and a fix for every reason there is.
// The tables are keyed by the closed list of reasons, so the compiler asks for what is missing.
import type { RejectionReason, RequestReason } from '../error/refusal-reason.ts';
import { ACCESS_EXPLANATIONS } from './access-explanation.ts';
import { CALLER_EXPLANATIONS } from './caller-explanation.ts';
import { CODE_EXPLANATIONS } from './code-explanation.ts';
import { explainAssertion, explainOutage, REJECTION_EXPLANATIONS } from './directory-explanation.ts';
import { REFRESH_TOKEN_EXPLANATIONS } from './refresh-token-explanation.ts';
import { type Explain, type Explanation, explained, type RefusedLogin } from './refused-login.ts';
import { SIGN_UP_EXPLANATIONS } from './sign-up-explanation.ts';

const EXPLANATIONS: Readonly<Record<RequestReason | RejectionReason, Explain>> = {
  ...CALLER_EXPLANATIONS,
  ...ACCESS_EXPLANATIONS,
  ...REFRESH_TOKEN_EXPLANATIONS,
  ...REJECTION_EXPLANATIONS,
  ...CODE_EXPLANATIONS,
  ...SIGN_UP_EXPLANATIONS,
};

/** Explains a refused request. */
export function explainLogin(login: RefusedLogin): Explanation {
  const { reason } = login;
  const known = Object.hasOwn(EXPLANATIONS, reason) ? EXPLANATIONS[reason as keyof typeof EXPLANATIONS] : undefined;
  return { reason, ...(known ?? explainFamily(reason))(login) };
}

function explainFamily(reason: string): Explain {
  if (reason.startsWith('assertion-')) return explainAssertion;
  if (/^(directory|azure-ad|adfs|upstream|script)-/.test(reason)) return explainOutage;
  return explainOlder;
}

/** Earlier versions had reasons that are none any more. */
const explainOlder: Explain = ({ description }) =>
  explained(
    `The request was refused: ${description.replace(/\.?$/, '.')}`,
    'Send it again: this version tells more of it.',
  );
