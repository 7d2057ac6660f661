// A user: a person as the tenant knows them, with the identities they have in its connections.
import Type, { type Static } from 'typebox';

declare const userIdBrand: unique symbol;
/** `PROVIDER|ID`, such as `auth0|67e9930075b689b7db2688df`; the subject of tokens. */
export type UserId = string & { readonly [userIdBrand]: true };

export type Metadata = Readonly<Record<string, unknown>>;

/** What is told about a person; null where nothing is known. */
export interface Profile {
  readonly email: string | null;
  readonly emailVerified: boolean;
  readonly username: string | null;
  readonly phoneNumber: string | null;
  readonly phoneVerified: boolean;
  readonly name: string | null;
  readonly givenName: string | null;
  readonly familyName: string | null;
  readonly middleName: string | null;
  readonly nickname: string | null;
  readonly picture: string | null;
}

export interface User extends Profile {
  readonly userId: UserId;
  /** True when an administrator shut the user out; told only to somebody who knows the password. */
  readonly blocked: boolean;
  readonly userMetadata: Metadata;
  readonly appMetadata: Metadata;
  /** The groups that the user's directory told at the last login; null where none has any say. */
  readonly groups: readonly string[] | null;
  /** Further attributes of that directory, by its own names; null for a user of our own database. */
  readonly upstreamAttributes: Metadata | null;
  /** Milliseconds since 1970 UTC; the latest change of the user's own data. */
  readonly updatedAt: number;
  readonly createdAt: number;
}

/** Auth0's limits on what one user may be given directly. */
const MOST_ROLES = 50;
const MOST_PERMISSIONS = 1000;

const Text = Type.String({ minLength: 1, maxLength: 300 });

const ByteEncoding = Type.Union([Type.Literal('base64'), Type.Literal('hex'), Type.Literal('utf8')]);
const HashText = Type.String({ minLength: 1, maxLength: 2048 });

/** A hash of another system, in the members of Auth0's bulk import; what goes with which algorithm is checked where it is read. */
export const CustomPasswordHash = Type.Object(
  {
    algorithm: Type.Union([
      Type.Literal('argon2'),
      Type.Literal('bcrypt'),
      Type.Literal('hmac'),
      Type.Literal('ldap'),
      Type.Literal('md4'),
      Type.Literal('md5'),
      Type.Literal('sha1'),
      Type.Literal('sha256'),
      Type.Literal('sha512'),
      Type.Literal('pbkdf2'),
      Type.Literal('scrypt'),
    ]),
    hash: Type.Object(
      {
        value: HashText,
        encoding: Type.Optional(ByteEncoding),
        digest: Type.Optional(
          Type.Union([
            Type.Literal('md4'),
            Type.Literal('md5'),
            Type.Literal('ripemd160'),
            Type.Literal('sha1'),
            Type.Literal('sha224'),
            Type.Literal('sha256'),
            Type.Literal('sha384'),
            Type.Literal('sha512'),
            Type.Literal('whirlpool'),
          ]),
        ),
        key: Type.Optional(
          Type.Object(
            { value: HashText, encoding: Type.Optional(ByteEncoding) },
            { additionalProperties: false, description: 'Of `hmac`; its encoding is `utf8` when left out.' },
          ),
        ),
      },
      { additionalProperties: false },
    ),
    salt: Type.Optional(
      Type.Object(
        {
          value: HashText,
          encoding: Type.Optional(ByteEncoding),
          position: Type.Optional(Type.Union([Type.Literal('prefix'), Type.Literal('suffix')])),
        },
        { additionalProperties: false, description: 'In `utf8` and before the password unless it says otherwise.' },
      ),
    ),
    password: Type.Optional(
      Type.Object(
        {
          encoding: Type.Optional(
            Type.Union([
              Type.Literal('ascii'),
              Type.Literal('utf8'),
              Type.Literal('utf16le'),
              Type.Literal('ucs2'),
              Type.Literal('latin1'),
              Type.Literal('binary'),
            ]),
          ),
        },
        { additionalProperties: false, description: 'The encoding of the password when it was hashed.' },
      ),
    ),
    keylen: Type.Optional(Type.Integer({ minimum: 16, maximum: 512, description: 'Of `scrypt`, in bytes.' })),
    cost: Type.Optional(Type.Integer({ minimum: 2, maximum: 2 ** 30, description: 'Of `scrypt`; default 16384.' })),
    blockSize: Type.Optional(Type.Integer({ minimum: 1, maximum: 1024, description: 'Of `scrypt`; default 8.' })),
    parallelization: Type.Optional(Type.Integer({ minimum: 1, maximum: 16, description: 'Of `scrypt`; default 1.' })),
  },
  { additionalProperties: false, description: 'A hash of another system, in place of `password`; see user-import.md.' },
);
export type CustomPasswordHash = Static<typeof CustomPasswordHash>;

/** One entry of `users` in the declarative form; the members are those of Auth0's user object and its bulk import. */
export const UserWire = Type.Object(
  {
    connection: Type.String({ minLength: 1, description: 'Name of a database connection.' }),
    email: Type.Optional(Type.String({ pattern: '^[^@\\s]+@[^@\\s]+$', maxLength: 254 })),
    username: Type.Optional(Type.String({ pattern: '^[^@\\s]+$', minLength: 1, maxLength: 128 })),
    user_id: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9._-]+$',
        maxLength: 128,
        description: 'Stored as `auth0|ID`; made when left out.',
      }),
    ),
    password: Type.Optional(Type.String({ minLength: 1, maxLength: 1024 })),
    password_hash: Type.Optional(
      Type.String({
        pattern: '^\\$(2[ab]\\$[0-9]{2}\\$[./A-Za-z0-9]{53}|argon2id\\$.+)$',
        description: 'A bcrypt ($2a$, $2b$) or argon2id hash, in place of `password`.',
      }),
    ),
    custom_password_hash: Type.Optional(CustomPasswordHash),
    email_verified: Type.Optional(Type.Boolean()),
    phone_number: Type.Optional(Type.String({ pattern: '^\\+[0-9]{5,15}$' })),
    phone_verified: Type.Optional(Type.Boolean()),
    blocked: Type.Optional(Type.Boolean()),
    name: Type.Optional(Text),
    given_name: Type.Optional(Text),
    family_name: Type.Optional(Text),
    middle_name: Type.Optional(Text),
    nickname: Type.Optional(Text),
    picture: Type.Optional(Type.String({ pattern: '^https?://', maxLength: 2048 })),
    roles: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), { maxItems: MOST_ROLES, description: 'Names of roles.' }),
    ),
    permissions: Type.Optional(
      Type.Array(
        Type.Object(
          {
            resource_server_identifier: Type.String({ minLength: 1, description: 'Identifier of an API.' }),
            permission_name: Type.String({ minLength: 1, description: 'A scope of that API.' }),
          },
          { additionalProperties: false },
        ),
        { maxItems: MOST_PERMISSIONS, description: 'Given to the user directly, beside those of the roles.' },
      ),
    ),
    user_metadata: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    app_metadata: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  },
  { additionalProperties: false },
);
export type UserWire = Static<typeof UserWire>;
