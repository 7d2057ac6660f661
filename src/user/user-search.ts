// What users can be searched by and sorted by, under the names that Auth0's user object has for it.
import { searchKey } from '../lib/fold-case.ts';
import { memberPath, type SearchField, type SearchFields } from '../storage/search-condition.ts';
import type { SearchOrder, SearchShape } from '../storage/search-request.ts';

const FIELDS: ReadonlyMap<string, SearchField> = new Map<string, SearchField>([
  ['user_id', { type: 'exact', column: 'users.user_id' }],
  ['email', nameField('email')],
  ['email.domain', { ...nameField('email'), after: '@' }],
  ['username', nameField('username')],
  ['name', nameField('name')],
  ['nickname', nameField('nickname')],
  ...['given_name', 'family_name', 'middle_name', 'phone_number', 'picture', 'last_ip'].map(
    (name): [string, SearchField] => [name, { type: 'text', column: `users.${name}` }],
  ),
  ...['email_verified', 'phone_verified', 'blocked'].map((name): [string, SearchField] => [
    name,
    { type: 'flag', column: `users.${name}` },
  ]),
  ...['created_at', 'updated_at', 'last_login'].map((name): [string, SearchField] => [
    name,
    { type: 'instant', column: `users.${name}` },
  ]),
  ['logins_count', { type: 'number', column: 'users.logins_count' }],
  ['identities.provider', { type: 'text', column: 'identities.provider', relation: 'identities' }],
  ['identities.user_id', { type: 'exact', column: 'identities.identity_id', relation: 'identities' }],
  ['identities.connection', { type: 'text', column: 'connections.name', relation: 'connections' }],
]);

const FIELDS_OF_USERS: SearchFields = {
  find(name) {
    const [, column, member] = /^(user_metadata|app_metadata)\.(.+)$/.exec(name) ?? [];
    if (column === undefined) return FIELDS.get(name) ?? null;
    const path = memberPath(member ?? '');
    return path && { type: 'json', column: `users.${column}`, path };
  },
  unnamed: ['email', 'username', 'name', 'nickname'],
};

const ORDERS: ReadonlyMap<string, SearchOrder> = new Map<string, SearchOrder>([
  ['user_id', { column: 'users.user_id' }],
  ...['email', 'username', 'name', 'nickname'].map((name): [string, SearchOrder] => [
    name,
    { column: `users.${name}_key` },
  ]),
  ['created_at', { column: 'users.created_at' }],
  ['updated_at', { column: 'users.updated_at' }],
  ['logins_count', { column: 'users.logins_count' }],
  ['last_login', { column: 'users.last_login', missing: 0 }],
]);

/** Searches of users. */
export const USER_SEARCH: SearchShape = { fields: FIELDS_OF_USERS, orders: ORDERS, usualSort: 'user_id:1' };

function nameField(name: 'email' | 'username' | 'name' | 'nickname'): SearchField {
  return { type: 'key', column: `users.${name}_key`, presence: `users.${name}`, encode: searchKey };
}
