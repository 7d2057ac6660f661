// A client grant: the permission of one client on one API, with the scopes it may have there. Consulted for a client that
// asks for itself, and for a user's token when the API's policy is `require_client_grant`.
import Type, { type Static } from 'typebox';

export interface ClientGrant {
  readonly id: string;
  readonly clientId: string;
  readonly audience: string;
  /** Whether the client asks for itself (`client`) or on behalf of a user (`user`). */
  readonly subjectType: 'client' | 'user';
  readonly scope: readonly string[];
}

/** One entry of `clientGrants` in the declarative form. */
export const ClientGrantWire = Type.Object(
  {
    client_id: Type.String({ minLength: 1, description: 'Name or client_id of a client.' }),
    audience: Type.String({ minLength: 1, description: 'Identifier of an API.' }),
    subject_type: Type.Optional(
      Type.Union([Type.Literal('client'), Type.Literal('user')], {
        description: 'Whether the client asks for itself or on behalf of a user; default `client`.',
      }),
    ),
    scope: Type.Array(Type.String({ minLength: 1 }), { description: 'Scopes that the client may have there.' }),
  },
  { additionalProperties: false },
);
export type ClientGrantWire = Static<typeof ClientGrantWire>;
