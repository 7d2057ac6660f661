// The form of database connections.
import type { StrategyForm } from './option-field.ts';
import { bruteForceField } from './shared-fields.ts';

/** The form. */
export const databaseForm: StrategyForm = {
  about: 'Users and their passwords are kept here. It needs no other server.',
  groups: [
    {
      title: 'Passwords and names',
      fields: [
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
          name: 'requires_username',
          kind: 'switch',
          label: 'Requires Username',
          help: 'Users have user names beside their e-mail addresses, and may log in with either.',
          standard: false,
        },
        {
          name: 'disable_self_service_change_password',
          kind: 'switch',
          label: 'Disable Password Change by Mail',
          help: 'Nobody is sent a link to a new password. Links that an administrator makes work all the same.',
          standard: false,
        },
        bruteForceField,
      ],
    },
  ],
};
