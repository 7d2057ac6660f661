// The form of database connections.
import type { OptionField, OptionValues, StrategyForm } from './option-field.ts';
import { bruteForceField } from './shared-fields.ts';

const passwordFields: readonly OptionField[] = [
  {
    name: 'passwordPolicy',
    kind: 'choice',
    label: 'Password Policy',
    help: 'What a new password must be at least. Passwords that people have already stay valid.',
    choices: [
      { value: 'none', label: 'None: at least one character' },
      { value: 'low', label: 'Low: at least 6 characters' },
      { value: 'fair', label: 'Fair: 8 characters, with lower case, upper case and digits' },
      { value: 'good', label: 'Good: 8 characters, three of lower case, upper case, digits, others' },
      { value: 'excellent', label: 'Excellent: 10 characters as in Good, no more than two equal ones in a row' },
    ],
    standard: 'good',
  },
  {
    name: 'password_complexity_options.min_length',
    kind: 'number',
    label: 'Minimum Length',
    help: 'In place of the length that the policy has.',
    ...{ standard: null, min: 1, max: 128 },
  },
  {
    name: 'password_history.enable',
    kind: 'switch',
    label: 'Password History',
    help: 'Passwords that the user had lately are refused. Their hashes are kept for that.',
    standard: false,
  },
  {
    name: 'password_history.size',
    kind: 'number',
    label: 'How many passwords',
    help: 'The present one is the first of them.',
    ...{ standard: 5, min: 1, max: 24 },
    applies: (values) => isOn(values, 'password_history'),
  },
  {
    name: 'password_dictionary.enable',
    kind: 'switch',
    label: 'Password Dictionary',
    help: 'The 10,000 passwords that people choose most are refused.',
    standard: false,
  },
  {
    name: 'password_dictionary.dictionary',
    kind: 'lines',
    label: 'Further words',
    help: 'Refused as well, one a line. Letter case makes no difference.',
    applies: (values) => isOn(values, 'password_dictionary'),
  },
  {
    name: 'password_no_personal_info.enable',
    kind: 'switch',
    label: 'Personal Data',
    help: 'Passwords that hold a name of the user, or the first part of the e-mail address, are refused.',
    standard: false,
  },
];

const accountFields: readonly OptionField[] = [
  {
    name: 'disable_signup',
    kind: 'switch',
    label: 'Disable Sign Ups',
    help: 'Off, everybody who reaches an application of this connection may make an account here.',
    standard: true,
  },
  {
    name: 'requires_username',
    kind: 'switch',
    label: 'Requires Username',
    help: 'Users have user names beside their e-mail addresses, and may log in with either.',
    standard: false,
  },
  {
    name: 'validation.username.min',
    kind: 'number',
    label: 'Shortest user name',
    help: 'Of those that people choose.',
    ...{ standard: 1, min: 1, max: 128 },
    applies: hasUsernames,
  },
  {
    name: 'validation.username.max',
    kind: 'number',
    label: 'Longest user name',
    help: '',
    ...{ standard: 15, min: 1, max: 128 },
    applies: hasUsernames,
  },
  {
    name: 'disable_self_service_change_password',
    kind: 'switch',
    label: 'Disable Password Change by Mail',
    help: 'Nobody is sent a link to a new password. Links that an administrator makes work all the same.',
    standard: false,
  },
  bruteForceField,
];

/** The form. */
export const databaseForm: StrategyForm = {
  about: 'Users and their passwords are kept here. It needs no other server.',
  groups: [
    { title: 'Passwords', about: 'They hold wherever a new password is set.', fields: passwordFields },
    { title: 'Names and accounts', fields: accountFields },
  ],
};

/** True when this option of options is switched on. */
function isOn(values: OptionValues, name: string): boolean {
  return (values[name] as { readonly enable?: unknown } | undefined)?.enable === true;
}

function hasUsernames({ requires_username: isRequired }: OptionValues): boolean {
  return isRequired === true;
}
