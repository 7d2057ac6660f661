// Options that several kinds of connections have.
import { type OptionField, type OptionGroup, type OptionValues, textOf } from './option-field.ts';

/** Whether failures count in brute-force protection. */
export const bruteForceField: OptionField = {
  name: 'brute_force_protection',
  kind: 'switch',
  label: 'Brute-force protection',
  help: 'Failed logins of this connection count, and too many of one name are blocked.',
  standard: true,
};

/** Whether e-mail addresses from there count as verified. */
const emailTrustField: OptionField = {
  name: 'should_trust_email_verified_connection',
  kind: 'choice',
  label: 'E-mail addresses from there',
  help: 'Whether they count as verified. Say yes only when people cannot choose their own address there.',
  choices: [
    { value: 'never_set_emails_as_verified', label: 'are not verified' },
    { value: 'always_set_emails_as_verified', label: 'are verified' },
  ],
  standard: 'never_set_emails_as_verified',
};

/** The claim by which tokens list groups. */
export const groupsClaimField: OptionField = {
  name: 'groups_claim',
  kind: 'text',
  label: 'Claim for groups',
  help: 'Access and ID tokens list the user’s groups in this claim. A URL of your own, so that it meets no other claim. Left empty, tokens tell no groups.',
  placeholder: 'https://example.com/groups',
};

/** The authorities that may have signed a server's certificate. */
export const caField: OptionField = {
  name: 'ca',
  kind: 'long',
  label: 'Certificate authority',
  help: 'The PEM text of the authority that signed the server’s certificate. Left empty, those that the system trusts.',
  placeholder: '-----BEGIN CERTIFICATE-----',
};

/** The options behind the fold that every directory has. */
export const signInSafety: OptionGroup = {
  title: 'Safety',
  isAdvanced: true,
  fields: [emailTrustField, bruteForceField],
};

/** True when one of the servers is asked without TLS from the first byte. */
function hasPlainUrl({ urls }: OptionValues): boolean {
  return /^\s*ldap:\/\//m.test(textOf(urls));
}

/** How an LDAP server is reached. */
export const serverGroup: OptionGroup = {
  title: 'Server',
  about: 'Where the directory answers. Several servers of one directory take over from each other.',
  fields: [
    {
      name: 'urls',
      kind: 'lines',
      label: 'Addresses',
      help: 'One a line; the first is preferred. With ldaps:// everything is encrypted from the first byte (port 636).',
      placeholder: 'ldaps://ldap.example.com',
      required: true,
    },
    {
      name: 'start_tls',
      kind: 'switch',
      label: 'StartTLS',
      help: 'Asks for encryption before anything else is said, and goes no further without. With ldap:// it is needed.',
      standard: false,
      applies: hasPlainUrl,
    },
    {
      name: 'allow_insecure',
      kind: 'switch',
      label: 'Send passwords in plain text',
      help: 'Everybody on the way can read them. For tests only.',
      standard: false,
      applies: (values) => hasPlainUrl(values) && values['start_tls'] !== true,
    },
    {
      ...caField,
      applies: (values) => !hasPlainUrl(values) || values['start_tls'] === true,
    },
  ],
};

const ATTRIBUTES = [
  ['user_id', 'User id', 'The stable id of which the user id is made. Choose before the first login.', ''],
  ['email', 'E-mail address', '', 'mail'],
  ['name', 'Name', '', 'displayName, else cn'],
  ['given_name', 'Given name', '', 'givenName'],
  ['family_name', 'Family name', '', 'sn'],
  ['nickname', 'Nickname', '', 'the user name'],
  ['picture', 'Picture', 'An attribute that has the address of a picture.', 'none'],
  ['phone_number', 'Telephone number', '', 'none'],
] as const;

/** Which attributes profiles are made of. */
export const profileGroup: OptionGroup = {
  title: 'Profile',
  about: 'The attributes of the directory that profiles are made of. What is left empty is taken from the usual one.',
  isAdvanced: true,
  fields: ATTRIBUTES.map(([name, label, help, placeholder]) => ({
    name: `profile_map.${name}`,
    kind: 'text',
    label,
    help,
    ...(placeholder === '' ? {} : { placeholder }),
  })),
};
