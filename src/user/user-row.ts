// How users and identities lie in their tables, for user-store.ts.
import { searchKey } from '../lib/fold-case.ts';
import type { IdentitiesTable, UsersTable } from '../storage/schema-user.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { Identity, LinkedProfile } from './identity.ts';
import type { Metadata, User, UserId } from './user.ts';

/** The identity of a row. */
export function toIdentity(row: IdentitiesTable): Identity {
  return {
    connectionId: row.connection_id,
    identityId: row.identity_id,
    provider: row.provider,
    userId: row.user_id as UserId,
    linkedProfile: row.linked_profile === null ? null : (JSON.parse(row.linked_profile) as LinkedProfile),
  };
}

/** The user of a row. */
export function toUser(row: UsersTable): User {
  return {
    userId: row.user_id as UserId,
    email: row.email,
    emailVerified: row.email_verified === 1,
    username: row.username,
    phoneNumber: row.phone_number,
    phoneVerified: row.phone_verified === 1,
    name: row.name,
    givenName: row.given_name,
    familyName: row.family_name,
    middleName: row.middle_name,
    nickname: row.nickname,
    picture: row.picture,
    blocked: row.blocked === 1,
    userMetadata: JSON.parse(row.user_metadata) as Metadata,
    appMetadata: JSON.parse(row.app_metadata) as Metadata,
    groups: row.upstream_groups === null ? null : (JSON.parse(row.upstream_groups) as string[]),
    upstreamAttributes: row.upstream_attributes === null ? null : (JSON.parse(row.upstream_attributes) as Metadata),
    updatedAt: row.updated_at,
    createdAt: row.created_at,
  };
}

/** The row of a user who never logged in. */
export function newUserRow(tenantId: TenantId, user: User) {
  const row = changedUserRow(tenantId, user);
  return { ...row, last_login: null, last_ip: null, logins_count: 0, created_at: user.createdAt };
}

/** The columns that a change of the user writes. */
export function changedUserRow(tenantId: TenantId, user: User) {
  return {
    tenant_id: tenantId,
    user_id: user.userId,
    email: user.email,
    email_verified: user.emailVerified ? (1 as const) : (0 as const),
    username: user.username,
    phone_number: user.phoneNumber,
    phone_verified: user.phoneVerified ? (1 as const) : (0 as const),
    name: user.name,
    given_name: user.givenName,
    family_name: user.familyName,
    middle_name: user.middleName,
    nickname: user.nickname,
    email_key: searchKey(user.email ?? ''),
    username_key: searchKey(user.username ?? ''),
    name_key: searchKey(user.name ?? ''),
    nickname_key: searchKey(user.nickname ?? ''),
    picture: user.picture,
    blocked: user.blocked ? (1 as const) : (0 as const),
    user_metadata: JSON.stringify(user.userMetadata),
    app_metadata: JSON.stringify(user.appMetadata),
    upstream_groups: user.groups && JSON.stringify(user.groups),
    upstream_attributes: user.upstreamAttributes && JSON.stringify(user.upstreamAttributes),
    updated_at: user.updatedAt,
  };
}
