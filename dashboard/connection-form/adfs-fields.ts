// The form of ADFS connections.
import type { OptionValues, StrategyForm } from './option-field.ts';
import { caField, groupsClaimField, signInSafety } from './shared-fields.ts';

const usesOauth = ({ protocol }: OptionValues) => protocol === 'oauth';
const usesWsTrust = ({ protocol }: OptionValues) => protocol === 'ws-trust';

/** The form. */
export const adfsForm: StrategyForm = {
  about:
    'Active Directory Federation Services: each login asks your farm for claims. Where this server reaches a domain controller, the kind Active Directory tells more about refusals.',
  before: [
    'Server 2016 and later: add an application group with a server application and a web API whose identifier is the client id, and allow the client the scopes openid and allatclaims.',
    'Older farms: enable the endpoint /adfs/services/trust/13/usernamemixed, and add a relying party trust without an encryption certificate.',
    'Add issuance rules for e-mail address, given name, surname and groups.',
  ],
  groups: [
    {
      title: 'Farm',
      fields: [
        {
          name: 'adfs_server',
          kind: 'text',
          label: 'ADFS server',
          help: 'Address of the farm, or of its federation metadata.',
          placeholder: 'https://adfs.example.com',
          required: true,
        },
        {
          name: 'protocol',
          kind: 'choice',
          label: 'Protocol',
          help: 'How a password is sent. Windows Server 2012 R2 and older know WS-Trust only.',
          choices: [
            { value: 'oauth', label: 'OAuth 2.0 (Server 2016 and later)' },
            { value: 'ws-trust', label: 'WS-Trust 1.3' },
          ],
          standard: 'oauth',
        },
        {
          name: 'client_id',
          kind: 'text',
          label: 'Client ID',
          help: 'Of the application that ADFS knows.',
          required: true,
          applies: usesOauth,
        },
        {
          name: 'client_secret',
          kind: 'secret',
          label: 'Client secret',
          help: 'Stored encrypted, and never shown. A native application has none.',
          applies: usesOauth,
        },
        {
          name: 'entityId',
          kind: 'text',
          label: 'Identifier of the relying party trust',
          help: 'As the farm has it.',
          placeholder: 'urn:gatehouse',
          applies: usesWsTrust,
        },
        {
          name: 'fedMetadataXml',
          kind: 'long',
          label: 'Federation metadata',
          help: 'The XML itself, where it cannot be fetched from the farm. Left empty, it is fetched, and again when the farm’s certificate changes.',
          applies: usesWsTrust,
        },
        caField,
      ],
    },
    {
      title: 'Users and groups',
      fields: [
        {
          name: 'userIdAttribute',
          kind: 'text',
          label: 'Claim of the user id',
          help: 'A name can be given to somebody else after its owner has left: a claim that never changes is better, such as primarysid. Choose before the first login.',
          placeholder: 'upn',
        },
        {
          name: 'groups_attribute',
          kind: 'text',
          label: 'Claim that lists groups',
          help: 'As the farm calls it. Left empty, no groups are read.',
          placeholder: 'group',
        },
        groupsClaimField,
      ],
    },
    signInSafety,
  ],
};
