// The bodies by which users are created and changed over the Management API. Called by user-api.ts and user-changes.ts.
import Type, { type Static } from 'typebox';
import { UserWire } from './user.ts';

const { properties } = UserWire;

const PROFILE = {
  email: properties.email,
  username: properties.username,
  phone_number: properties.phone_number,
  email_verified: properties.email_verified,
  phone_verified: properties.phone_verified,
  blocked: properties.blocked,
  given_name: properties.given_name,
  family_name: properties.family_name,
  name: properties.name,
  nickname: properties.nickname,
  picture: properties.picture,
};
const VERIFY = 'True sends a mail to confirm the address; default false.';

/** A new user. */
export const NewUserBody = Type.Object(
  {
    connection: properties.connection,
    user_id: properties.user_id,
    password: Type.Optional(Type.String({ minLength: 1, maxLength: 1024 })),
    ...PROFILE,
    verify_email: Type.Optional(Type.Boolean({ description: VERIFY })),
    user_metadata: properties.user_metadata,
    app_metadata: properties.app_metadata,
  },
  { additionalProperties: false },
);
export type NewUserBody = Static<typeof NewUserBody>;

const nullable = <T extends Parameters<typeof Type.Optional>[0]>(member: T) =>
  Type.Optional(Type.Union([member, Type.Null()]));
const Text = Type.String({ minLength: 1, maxLength: 300 });

/** What changes of a user; null takes a member back to its default, and a member out of metadata. */
export const ChangedUserBody = Type.Object(
  {
    connection: Type.Optional(Type.String({ minLength: 1, description: 'Which account of a user with several.' })),
    client_id: Type.Optional(Type.String({ description: 'The application that the mail of `verify_email` is about.' })),
    password: NewUserBody.properties.password,
    email: properties.email,
    username: properties.username,
    phone_number: nullable(Type.String({ pattern: '^\\+[0-9]{5,15}$' })),
    email_verified: properties.email_verified,
    phone_verified: properties.phone_verified,
    verify_email: Type.Optional(Type.Boolean({ description: VERIFY })),
    blocked: properties.blocked,
    given_name: nullable(Text),
    family_name: nullable(Text),
    name: nullable(Text),
    nickname: nullable(Text),
    picture: nullable(Type.String({ pattern: '^https?://', maxLength: 2048 })),
    user_metadata: nullable(Type.Record(Type.String(), Type.Unknown())),
    app_metadata: nullable(Type.Record(Type.String(), Type.Unknown())),
  },
  { additionalProperties: false, minProperties: 1 },
);
export type ChangedUserBody = Static<typeof ChangedUserBody>;
