// The flags that many commands about what is in the database share.
import type { Flag } from '../command.ts';

export const TENANT: Flag = { form: '--tenant <name>', words: 'which tenant (default: the only one)' };

export const DATABASE: Flag = { form: '--connection <name>', words: 'which database (default: the only one)' };

export const LIMIT: Flag = { form: '--limit <number>', words: 'how many at most (default: 50)' };

/** One member whose value everybody may see. */
export const SET: Flag = {
  form: '--set <member=value>',
  words: 'a member as in the tenant file, lists with commas; empty to clear',
  repeatable: true,
};

/** The three ways to give a member. */
export const MEMBERS: readonly Flag[] = [
  SET,
  { form: '--env <member=name>', words: 'a member whose value is in this environment variable', repeatable: true },
  { form: '--stdin <member>', words: 'a member whose value is read from standard input' },
];

/** The flags of trying a rule or an action; `values` says what `--set` gives it. */
export function tryFlags(values: string): readonly Flag[] {
  return [
    { form: '--user <user>', words: 'whom the code sees: user_id, e-mail address or user name' },
    { form: '--client <client>', words: 'whose login it is: client_id or name' },
    { form: '--audience <identifier>', words: 'the API that the token is for' },
    { form: '--set <key=value>', words: values, repeatable: true },
    TENANT,
  ];
}
