// A role: a named set of permissions that users are given together. A permission is one scope of one API, held by a user
// directly or through a role; APIs with `enforce_policies` grant a user nothing else.
import Type, { type Static } from 'typebox';

declare const roleIdBrand: unique symbol;
/** `rol_` and 16 letters and digits. */
export type RoleId = string & { readonly [roleIdBrand]: true };

/** One scope of one API that somebody may have. */
export interface Permission {
  /** The API's identifier. */
  readonly resourceServerIdentifier: string;
  /** The scope's value. */
  readonly permissionName: string;
}

export interface Role {
  readonly id: RoleId;
  /** Unique within the tenant. */
  readonly name: string;
  readonly description: string | null;
  /** In the order of `inOrder`. */
  readonly permissions: readonly Permission[];
}

const MOST_PERMISSIONS_OF_ROLE = 1000;

/** A permission in the declarative form. */
export const PermissionWire = Type.Object(
  {
    resource_server_identifier: Type.String({ minLength: 1, description: 'Identifier of an API.' }),
    permission_name: Type.String({ minLength: 1, description: 'A scope of that API.' }),
  },
  { additionalProperties: false },
);
export type PermissionWire = Static<typeof PermissionWire>;

/** One entry of `roles` in the declarative form; the members are those of Auth0's role object. */
export const RoleWire = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 255 }),
    description: Type.Optional(Type.String({ maxLength: 255 })),
    permissions: Type.Optional(Type.Array(PermissionWire, { maxItems: MOST_PERMISSIONS_OF_ROLE })),
  },
  { additionalProperties: false },
);
export type RoleWire = Static<typeof RoleWire>;

/** The permissions without repeats, in the one order in which they are stored and compared. */
export function inOrder(permissions: readonly Permission[]): Permission[] {
  const byKey = new Map(permissions.map((one) => [`${one.resourceServerIdentifier} ${one.permissionName}`, one]));
  return [...byKey].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, permission]) => permission);
}
