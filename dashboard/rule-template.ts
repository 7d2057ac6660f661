// What a new rule can begin with: the things that most rules do.
import type { Choice } from './client.ts';

/** A rule to begin with; `label` is a name for it, too. */
export interface RuleTemplate extends Choice {
  readonly script: string;
}

/** The templates, by the word that stands for each in an address. */
export const RULE_TEMPLATES: readonly RuleTemplate[] = [
  {
    value: 'empty',
    label: 'Empty rule',
    about: 'Lets everybody in, and adds nothing.',
    script: `function emptyRule(user, context, callback) {
  // What you want to look at is in user and context.
  return callback(null, user, context);
}
`,
  },
  {
    value: 'add-claim',
    label: 'Add a claim',
    about: 'Puts something that is known of the user into the tokens, under a namespace of your own.',
    script: `function addClaim(user, context, callback) {
  const namespace = 'https://example.com/';
  const department = (user.app_metadata || {}).department || 'none';
  context.idToken[namespace + 'department'] = department;
  context.accessToken[namespace + 'department'] = department;
  return callback(null, user, context);
}
`,
  },
  {
    value: 'email-domain',
    label: 'Only one e-mail domain',
    about: 'Refuses everybody whose e-mail address is of another domain, or not verified.',
    script: `function onlyOneDomain(user, context, callback) {
  const domain = 'example.com';
  if (user.email_verified && (user.email || '').toLowerCase().endsWith('@' + domain)) {
    return callback(null, user, context);
  }
  return callback(new UnauthorizedError('Only staff may log in here.'));
}
`,
  },
  {
    value: 'add-roles',
    label: 'Roles into the token',
    about: 'Tells the application and the API which roles the user has.',
    script: `function addRoles(user, context, callback) {
  const claim = 'https://example.com/roles';
  const { roles } = context.authorization;
  context.idToken[claim] = roles;
  context.accessToken[claim] = roles;
  return callback(null, user, context);
}
`,
  },
];
