// Every column that holds sealed values, in one list: stores name their rows by it, and a rotation of the master key goes
// through it. A new sealed column is one more line here; a test compares the list with the database.

/** A column whose name ends in `_sealed`, and the columns by which its rows are told apart. */
export interface SealedColumn {
  readonly table: string;
  readonly column: string;
  readonly key: readonly string[];
}

export const SEALED_COLUMNS = [
  { table: 'clients', column: 'client_secret_sealed', key: ['tenant_id', 'client_id'] },
  { table: 'clients', column: 'previous_secret_sealed', key: ['tenant_id', 'client_id'] },
  { table: 'resource_servers', column: 'signing_secret_sealed', key: ['tenant_id', 'id'] },
  { table: 'connections', column: 'secrets_sealed', key: ['tenant_id', 'id'] },
  { table: 'signing_keys', column: 'private_key_sealed', key: ['tenant_id', 'kid'] },
  { table: 'refresh_tokens', column: 'secret_sealed', key: ['tenant_id', 'id'] },
  { table: 'rule_configs', column: 'value_sealed', key: ['tenant_id', 'key'] },
  { table: 'actions', column: 'secrets_sealed', key: ['tenant_id', 'id'] },
  { table: 'action_versions', column: 'secrets_sealed', key: ['tenant_id', 'action_id', 'id'] },
  { table: 'mail_requests', column: 'content_sealed', key: ['tenant_id', 'id'] },
  { table: 'mail_providers', column: 'password_sealed', key: ['tenant_id'] },
  { table: 'log_chain', column: 'key_sealed', key: ['id'] },
  { table: 'log_streams', column: 'secrets_sealed', key: ['tenant_id', 'id'] },
] as const satisfies readonly SealedColumn[];

type Listed = (typeof SEALED_COLUMNS)[number];

/** What a value of this row and column is sealed to (see `Vault.seal`); the key's values stand in the order of the list. */
export function sealedPlace<Table extends Listed['table']>(
  table: Table,
  column: Extract<Listed, { table: Table }>['column'],
  ...key: readonly string[]
): string {
  return placeOfValue(table, column, key);
}

/** The same for a column of the list whose name is known only when it runs. */
export function placeOfValue(table: string, column: string, key: readonly string[]): string {
  return `${table}.${column.replace(/_sealed$/, '')} ${key.join(' ')}`;
}
