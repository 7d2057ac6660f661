// Explanations of refusals by rules, and of what stands around them.
import { atCaller, commandLine, type Explain, explained, type RefusedLogin, type Setting } from './refused-login.ts';

/** By reason; login-explanation.ts puts all tables together. */
export const RULE_EXPLANATIONS = {
  'rule-denied': (login) =>
    explained(
      `${ruleOf(login)} denied the login${words(login)}`,
      'The password was right: the rule decides. Change it, or what it looks at, when the user is to be let in; try it with POST /api/v2/rules/try or `gatehouse rule try`.',
      ofRule(login, 'script'),
      showRule(login),
    ),
  'rule-failed': (login) =>
    explained(
      `${ruleOf(login)} failed, and a login whose rules fail is refused${words(login)}`,
      'Mend the rule, and try it with POST /api/v2/rules/try or `gatehouse rule try`; or disable it when logins may do without.',
      ofRule(login, 'script'),
      showRule(login),
    ),
  'rule-redirect': (login) =>
    explained(
      'A rule set context.redirect, and the password grant has no browser to redirect.',
      'Let the rule look at context.protocol and set it for other protocols only.',
      ofRule(login, 'script'),
    ),
  'rule-second-factor': (login) =>
    explained(
      'A rule set context.multifactor, and this version has no second factor.',
      'Let the rule deny the login or leave it alone instead.',
      ofRule(login, 'script'),
    ),
  'rule-sandbox': () =>
    explained(
      'No process could be started for the rules, so nothing was decided.',
      'Look at the memory and the limits of the machine. Each process takes some 80 MB, and sandbox_processes says how many there may be.',
      ofProcesses(),
    ),
  'rule-line-full': () => tooMany(),
  'rule-line-displaced': () => tooMany(),
  'rule-line-late': () => tooMany(),
  'rule-line-gone': () =>
    explained(
      'The caller closed the connection while the login waited for its rules.',
      'Give the caller more time: ten seconds are enough for every login.',
      atCaller('timeout'),
    ),
} satisfies Readonly<Record<string, Explain>>;

function tooMany() {
  return explained(
    'More logins waited for their rules than could be run in time.',
    'Does a rule take long? Try it and look at its duration. Or allow more processes by sandbox_processes.',
    ofProcesses(),
  );
}

function ruleOf({ rule }: RefusedLogin): string {
  return rule === null ? 'A rule' : `The rule ${rule.name}`;
}

function words({ rule }: RefusedLogin): string {
  return rule === null || rule.message === '' ? '.' : `: ${rule.message.replace(/\.?$/, '.')}`;
}

function ofRule({ rule }: RefusedLogin, member: string): Setting {
  return { kind: 'rule', id: rule?.name ?? null, member };
}

function ofProcesses(): Setting {
  return { kind: 'configuration', id: null, member: 'sandbox_processes' };
}

function showRule(login: RefusedLogin): string | null {
  return login.rule === null ? null : commandLine(login, 'rule', 'show', login.rule.name);
}
