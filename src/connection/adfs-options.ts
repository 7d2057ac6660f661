// The options of an ADFS connection, by Auth0's names where Auth0 has them.
import Type, { type Static } from 'typebox';
import { Secret } from '../lib/secret.ts';

/** `options` of a connection whose strategy is `adfs`. */
export const AdfsOptionsWire = Type.Object(
  {
    adfs_server: Type.String({
      pattern: '^https://[^\\s/?#@]+(/[^\\s?#]*)?$',
      maxLength: 512,
      description: 'Address of the farm, such as `https://adfs.example.com`, or of its federation metadata.',
    }),
    protocol: Type.Optional(
      Type.Union([Type.Literal('oauth'), Type.Literal('ws-trust')], {
        description:
          'How a password is sent: `oauth` (default; ADFS 2016 and later), or `ws-trust` (WS-Trust 1.3, also for older farms).',
      }),
    ),
    client_id: Type.Optional(
      Type.String({ minLength: 1, maxLength: 256, description: 'With `oauth`: the application that ADFS knows.' }),
    ),
    client_secret: Type.Optional(
      Type.String({ minLength: 1, maxLength: 512, description: 'Its secret; left out for a native application.' }),
    ),
    entityId: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 512,
        description: 'With `ws-trust`: identifier of the relying party trust; default `urn:gatehouse`.',
      }),
    ),
    fedMetadataXml: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 1_048_576,
        description: 'With `ws-trust`: the federation metadata itself, where it cannot be fetched from the farm.',
      }),
    ),
    userIdAttribute: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 256,
        description:
          'The claim that a user id is made of; default `upn`. One that never changes is better, such as `primarysid`.',
      }),
    ),
    groups_attribute: Type.Optional(
      Type.String({ minLength: 1, maxLength: 256, description: 'The claim that lists groups, such as `group`.' }),
    ),
    should_trust_email_verified_connection: Type.Optional(
      Type.Union([Type.Literal('never_set_emails_as_verified'), Type.Literal('always_set_emails_as_verified')], {
        description: 'Whether e-mail addresses from there count as verified; default `never_set_emails_as_verified`.',
      }),
    ),
    ca: Type.Optional(
      Type.String({ minLength: 1, description: 'PEM certificates that may have signed that of the farm.' }),
    ),
    ca_file: Type.Optional(Type.String({ minLength: 1, description: 'File of the same, read when it is applied.' })),
  },
  { additionalProperties: false },
);
export type AdfsOptionsWire = Static<typeof AdfsOptionsWire>;

/** The options as the driver reads them. */
export interface AdfsOptions {
  /** Origin of the farm, without a slash at the end. */
  readonly server: string;
  readonly protocol:
    | {
        readonly kind: 'oauth';
        /** Null when the option is missing. */
        readonly clientId: string | null;
        /** Null for a native application. */
        readonly clientSecret: Secret | null;
      }
    | {
        readonly kind: 'ws-trust';
        readonly entityId: string;
        readonly metadataUrl: string;
        /** The metadata itself; null when it is fetched. */
        readonly metadata: string | null;
      };
  readonly userIdAttribute: string;
  /** Null when groups are not read. */
  readonly groupsAttribute: string | null;
  readonly trustsEmail: boolean;
  /** PEM; null for the authorities that the system trusts. */
  readonly ca: string | null;
}

const METADATA_PATH = '/FederationMetadata/2007-06/FederationMetadata.xml';

/** Wire to record. */
export function adfsOptionsOf(wire: AdfsOptionsWire): AdfsOptions {
  return {
    server: new URL(wire.adfs_server).origin,
    protocol: protocolOf(wire),
    userIdAttribute: wire.userIdAttribute ?? 'upn',
    groupsAttribute: wire.groups_attribute ?? null,
    trustsEmail: wire.should_trust_email_verified_connection === 'always_set_emails_as_verified',
    ca: wire.ca ?? null,
  };
}

function protocolOf(wire: AdfsOptionsWire): AdfsOptions['protocol'] {
  if (wire.protocol !== 'ws-trust') {
    const clientSecret = wire.client_secret === undefined ? null : new Secret(wire.client_secret);
    return { kind: 'oauth', clientId: wire.client_id ?? null, clientSecret };
  }
  const { origin, pathname, href } = new URL(wire.adfs_server);
  return {
    kind: 'ws-trust',
    entityId: wire.entityId ?? 'urn:gatehouse',
    metadataUrl: pathname === '/' ? origin + METADATA_PATH : href,
    metadata: wire.fedMetadataXml ?? null,
  };
}
