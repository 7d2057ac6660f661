// Explanations of refusals by rules and actions, and of what stands around them.
import { atCaller, commandLine, type Explain, explained, type RefusedLogin, type Setting } from './refused-login.ts';

/** What the two kinds of code are called, asked for and mended by. */
interface Kind {
  readonly kind: 'rule' | 'action';
  readonly One: string;
  readonly The: string;
  /** The member that holds the code. */
  readonly member: string;
  readonly tries: string;
  /** Who wants to redirect does so by this. */
  readonly redirects: string;
  readonly redirectFix: string;
  readonly wantsFactor: string;
  readonly off: string;
}

const RULE: Kind = {
  ...{ kind: 'rule', One: 'A rule', The: 'The rule', member: 'script' },
  tries: 'POST /api/v2/rules/try or `gatehouse rule try`',
  redirects: 'A rule set context.redirect',
  redirectFix: 'Let the rule look at context.protocol and set it for other protocols only.',
  wantsFactor: 'A rule set context.multifactor',
  off: 'disable it',
};
const ACTION: Kind = {
  ...{ kind: 'action', One: 'An action', The: 'The action', member: 'code' },
  tries: 'POST /api/v2/actions/actions/{id}/test or `gatehouse action try`',
  redirects: 'An action asked for a page by api.redirect or api.prompt',
  redirectFix: 'Let the action ask api.redirect.canRedirect() first.',
  wantsFactor: 'An action asked for a second factor by api.multifactor or api.authentication',
  off: 'take it out of the bindings of post-login',
};

/** By reason; login-explanation.ts puts all tables together. */
export const CODE_EXPLANATIONS = {
  'rule-denied': (login) => denied(login, RULE),
  'rule-failed': (login) => failed(login, RULE),
  'rule-redirect': (login) => redirects(login, RULE),
  'rule-second-factor': (login) => wantsFactor(login, RULE),
  'action-denied': (login) => denied(login, ACTION),
  'action-failed': (login) => failed(login, ACTION),
  'action-redirect': (login) => redirects(login, ACTION),
  'action-second-factor': (login) => wantsFactor(login, ACTION),
  'rule-sandbox': () =>
    explained(
      'No process could be started for the rules or actions, so nothing was decided.',
      'Look at the memory and the limits of the machine. Each process takes some 80 MB, and sandbox_processes says how many there may be.',
      ofProcesses(),
    ),
  'rule-line-full': () => tooMany(),
  'rule-line-displaced': () => tooMany(),
  'rule-line-late': () => tooMany(),
  'rule-line-gone': () =>
    explained(
      'The caller closed the connection while the login waited for its rules or actions.',
      'Give the caller more time: ten seconds are enough for every login.',
      atCaller('timeout'),
    ),
} satisfies Readonly<Record<string, Explain>>;

function denied(login: RefusedLogin, kind: Kind) {
  return explained(
    `${nameOf(login, kind)} denied the login${words(login)}`,
    `The password was right: the ${kind.kind} decides. Change it, or what it looks at, when the user is to be let in; try it with ${kind.tries}.`,
    settingOf(login, kind),
    show(login, kind),
  );
}

function failed(login: RefusedLogin, kind: Kind) {
  return explained(
    `${nameOf(login, kind)} failed, and a login whose ${kind.kind}s fail is refused${words(login)}`,
    `Mend the ${kind.kind}, and try it with ${kind.tries}; or ${kind.off} when logins may do without.`,
    settingOf(login, kind),
    show(login, kind),
  );
}

function redirects(login: RefusedLogin, kind: Kind) {
  return explained(
    `${kind.redirects}, and the password grant has no browser to redirect.`,
    kind.redirectFix,
    settingOf(login, kind),
  );
}

function wantsFactor(login: RefusedLogin, kind: Kind) {
  return explained(
    `${kind.wantsFactor}, and this version has no second factor.`,
    `Let the ${kind.kind} deny the login or leave it alone instead.`,
    settingOf(login, kind),
  );
}

function tooMany() {
  return explained(
    'More logins waited for their rules or actions than could be run in time.',
    'Does one take long? Try it and look at its duration. Or allow more processes by sandbox_processes.',
    ofProcesses(),
  );
}

function nameOf({ code }: RefusedLogin, { One, The }: Kind): string {
  return code === null ? One : `${The} ${code.name}`;
}

function words({ code }: RefusedLogin): string {
  return code === null || code.message === '' ? '.' : `: ${code.message.replace(/\.?$/, '.')}`;
}

function settingOf({ code }: RefusedLogin, { kind, member }: Kind): Setting {
  return { kind, id: code?.name ?? null, member };
}

function ofProcesses(): Setting {
  return { kind: 'configuration', id: null, member: 'sandbox_processes' };
}

function show(login: RefusedLogin, { kind }: Kind): string | null {
  return login.code === null ? null : commandLine(login, kind, 'show', login.code.name);
}
