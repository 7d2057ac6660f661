// The form of Active Directory connections.
import type { StrategyForm } from './option-field.ts';
import { groupsClaimField, profileGroup, serverGroup, signInSafety } from './shared-fields.ts';

/** The form. */
export const activeDirectoryForm: StrategyForm = {
  about: 'Passwords are checked at your domain controllers themselves: there is no connector to install.',
  groups: [
    {
      ...serverGroup,
      fields: serverGroup.fields.map((field) =>
        field.name === 'urls' && field.kind === 'lines'
          ? { ...field, placeholder: 'ldaps://dc1.corp.example.com\nldaps://dc2.corp.example.com' }
          : field,
      ),
    },
    {
      title: 'Users',
      about:
        'People type ada, CORP\\ada or ada@corp.example.com. The service account needs no rights beyond those of every user.',
      fields: [
        {
          name: 'bind_dn',
          kind: 'text',
          label: 'Service account',
          help: 'The account that searches: a user principal name, DOMAIN\\name or a distinguished name.',
          placeholder: 'svc-gatehouse@corp.example.com',
          required: true,
        },
        {
          name: 'bind_password',
          kind: 'secret',
          label: 'Its password',
          help: 'Stored encrypted, and never shown.',
          required: true,
          isStored: ({ bind_dn: account }) => account !== undefined,
        },
        {
          name: 'base',
          kind: 'text',
          label: 'Base',
          help: 'Below which entry the users are: the domain, or the top of the forest with addresses of a Global Catalog.',
          placeholder: 'dc=corp,dc=example,dc=com',
          required: true,
        },
        {
          name: 'user_filter',
          kind: 'text',
          label: 'Filter for users',
          help: 'Finds a user; {0} is what was typed. Left empty, the three usual forms of a name are taken.',
          placeholder: '(&(objectClass=user)(mail={0}))',
        },
      ],
    },
    {
      title: 'Lockout',
      about:
        'A wrong password counts at the domain, too, which locks accounts after a few. Keep these below the lockout threshold of the domain: the live test reads it and warns.',
      fields: [
        {
          name: 'max_bad_binds',
          kind: 'number',
          label: 'Wrong passwords passed on',
          help: 'For one account, from all sources together.',
          standard: 4,
          min: 1,
          max: 1000,
        },
        {
          name: 'bad_bind_window_minutes',
          kind: 'number',
          label: 'In how many minutes',
          help: 'At or above the time after which the domain resets its own counter.',
          standard: 30,
          min: 1,
          max: 10_080,
        },
      ],
    },
    {
      title: 'Groups',
      fields: [
        {
          name: 'groups',
          kind: 'choice',
          label: 'Which groups are read',
          help: 'Nested groups take a domain controller about twice as long.',
          choices: [
            { value: 'nested', label: 'Also those that groups are in' },
            { value: 'direct', label: 'Those that the user is in directly' },
            { value: 'none', label: 'None' },
          ],
          standard: 'nested',
        },
        groupsClaimField,
        {
          name: 'group_base',
          kind: 'text',
          label: 'Base for groups',
          help: 'Below which entry nested groups are searched for. Left empty, the same as for users.',
          applies: ({ groups }) => groups === 'nested',
        },
      ],
    },
    profileGroup,
    signInSafety,
  ],
};
