// The form of LDAP connections.
import { type OptionField, type OptionValues, type StrategyForm, textOf } from './option-field.ts';
import { groupsClaimField, profileGroup, serverGroup, signInSafety } from './shared-fields.ts';

/** How users are found; it decides which of the other options there are. */
const wayField: OptionField = {
  name: 'way',
  kind: 'choice',
  label: 'How users are found',
  help: 'Most directories let only a service account search.',
  choices: [
    { value: 'account', label: 'A service account searches' },
    { value: 'anonymous', label: 'Anybody may search' },
    { value: 'template', label: 'No search: names follow a template' },
  ],
  standard: 'account',
  derived: ({ bind_dn: account, user_dn_template: template }) =>
    account !== undefined ? 'account' : template === undefined ? 'anonymous' : 'template',
};
const searches = ({ way }: OptionValues) => way !== 'template';
const hasAccount = ({ way }: OptionValues) => way === 'account';
const hasGroupBase = ({ group_base: base }: OptionValues) => textOf(base) !== '';

/** The form. */
export const ldapForm: StrategyForm = {
  about: 'OpenLDAP, 389 Directory Server, FreeIPA and others. Users are searched for, and bind with their password.',
  groups: [
    serverGroup,
    {
      title: 'Users',
      fields: [
        wayField,
        {
          name: 'bind_dn',
          kind: 'text',
          label: 'Service account',
          help: 'The distinguished name of the account that searches.',
          placeholder: 'cn=gatehouse,dc=example,dc=com',
          required: true,
          applies: hasAccount,
        },
        {
          name: 'bind_password',
          kind: 'secret',
          label: 'Its password',
          help: 'Stored encrypted, and never shown.',
          required: true,
          isStored: ({ bind_dn: account }) => account !== undefined,
          applies: hasAccount,
        },
        {
          name: 'base',
          kind: 'text',
          label: 'Base',
          help: 'Below which entry the users are.',
          placeholder: 'dc=example,dc=com',
          required: true,
          applies: searches,
        },
        {
          name: 'user_filter',
          kind: 'text',
          label: 'Filter for users',
          help: 'Finds a user; {0} is what was typed. When two entries match, nobody is let in.',
          placeholder: '(&(objectClass=person)(|(uid={0})(mail={0})))',
          applies: searches,
        },
        {
          name: 'user_dn_template',
          kind: 'text',
          label: 'Template',
          help: 'The distinguished name of a user; {0} is what was typed. People must be allowed to read their own entry.',
          placeholder: 'uid={0},ou=people,dc=example,dc=com',
          required: true,
          applies: (values) => !searches(values),
        },
      ],
    },
    {
      title: 'Groups',
      fields: [
        groupsClaimField,
        {
          name: 'group_base',
          kind: 'text',
          label: 'Base for groups',
          help: 'Below which entry groups are searched for. Left empty, the groups are what the user’s own memberOf says.',
          placeholder: 'ou=groups,dc=example,dc=com',
        },
        {
          name: 'group_filter',
          kind: 'text',
          label: 'Filter for groups',
          help: 'Finds the groups of a user; {0} is the distinguished name, {1} the uid.',
          placeholder: '(|(member={0})(uniqueMember={0})(memberUid={1}))',
          applies: hasGroupBase,
        },
        {
          name: 'nested_groups',
          kind: 'switch',
          label: 'Nested groups',
          help: 'Reads also the groups that those groups are in.',
          standard: false,
          applies: hasGroupBase,
        },
      ],
    },
    profileGroup,
    signInSafety,
  ],
};
