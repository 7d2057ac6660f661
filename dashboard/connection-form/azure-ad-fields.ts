// The form of Windows Azure AD (Microsoft Entra ID) connections.
import type { OptionValues, StrategyForm } from './option-field.ts';
import { groupsClaimField, signInSafety } from './shared-fields.ts';

const readsGroups = ({ ext_groups: groups }: OptionValues) => groups === true;

/** The form. */
export const azureAdForm: StrategyForm = {
  about:
    'Microsoft Entra ID: each login asks your tenant for a token with the user name and the password. Microsoft refuses accounts that must give a second factor.',
  before: [
    'In the Entra admin centre register an application for accounts of this directory only. It needs no redirect address.',
    'Make a client secret for it, or allow public client flows under Authentication.',
    'Add the delegated permissions openid, profile and email of Microsoft Graph, and what the options below name. Grant admin consent: nobody can consent during a login.',
  ],
  groups: [
    {
      title: 'Application',
      fields: [
        {
          name: 'tenant_domain',
          kind: 'text',
          label: 'Tenant',
          help: 'Domain or id of the one tenant whose users may log in.',
          placeholder: 'example.onmicrosoft.com',
          required: true,
        },
        {
          name: 'client_id',
          kind: 'text',
          label: 'Application (client) ID',
          help: 'From the overview of the registered application.',
          placeholder: '00001111-aaaa-2222-bbbb-3333cccc4444',
          required: true,
        },
        {
          name: 'client_secret',
          kind: 'secret',
          label: 'Client secret',
          help: 'The value of the secret, not its id. Stored encrypted, and never shown. A public client has none.',
        },
      ],
    },
    {
      title: 'Profile and groups',
      fields: [
        {
          name: 'ext_profile',
          kind: 'switch',
          label: 'Extended profile',
          help: 'Adds job, company, place and telephone numbers. Needs the permission User.Read.',
          standard: false,
        },
        {
          name: 'ext_groups',
          kind: 'switch',
          label: 'Groups',
          help: 'Reads the groups of the user. Needs the permission GroupMember.Read.All.',
          standard: false,
        },
        {
          name: 'ext_nested_groups',
          kind: 'switch',
          label: 'Nested groups',
          help: 'Reads also the groups that those groups are in.',
          standard: false,
          applies: readsGroups,
        },
        {
          name: 'max_groups_to_retrieve',
          kind: 'number',
          label: 'Most groups',
          help: 'No more than these are read.',
          standard: 50,
          min: 1,
          max: 2000,
          applies: readsGroups,
        },
        groupsClaimField,
      ],
    },
    {
      title: 'Sign-in at Microsoft',
      isAdvanced: true,
      fields: [
        {
          name: 'second_factor',
          kind: 'choice',
          label: 'When the tenant asks for a second factor',
          help: 'Letting users in all the same is against the wish of the tenant, and needs a client secret with the application permission User.Read.All. Do so only where something else asks for the second factor.',
          choices: [
            { value: 'required', label: 'Refuse the login' },
            { value: 'ignored', label: 'Let the user in all the same' },
          ],
          standard: 'required',
        },
        {
          name: 'userid_attribute',
          kind: 'choice',
          label: 'User id',
          help: 'The claim that a user id is made of. Choose before the first login.',
          choices: [
            { value: 'oid', label: 'oid: the same in every application' },
            { value: 'sub', label: 'sub: differs by application' },
          ],
          standard: 'oid',
        },
        {
          name: 'identity_api',
          kind: 'choice',
          label: 'Identity API',
          help: 'Which of the two token endpoints is asked.',
          choices: [
            { value: 'microsoft-identity-platform-v2.0', label: 'Microsoft identity platform (v2.0)' },
            { value: 'azure-active-directory-v1.0', label: 'Azure Active Directory (v1.0)' },
          ],
          standard: 'microsoft-identity-platform-v2.0',
        },
        {
          name: 'login_url',
          kind: 'text',
          label: 'Login address',
          help: 'For a national cloud.',
          placeholder: 'https://login.microsoftonline.com',
        },
        {
          name: 'graph_url',
          kind: 'text',
          label: 'Graph address',
          help: 'For a national cloud.',
          placeholder: 'https://graph.microsoft.com',
        },
      ],
    },
    signInSafety,
  ],
};
