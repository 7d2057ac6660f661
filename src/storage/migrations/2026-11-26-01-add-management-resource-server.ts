// The Management API as a resource server of every tenant that is there already.
import { type Kysely, sql as raw } from 'kysely';

export async function up(sql: Kysely<unknown>): Promise<void> {
  await raw`
    insert into resource_servers
      (tenant_id, id, identifier, name, signing_alg, signing_secret_sealed, token_lifetime, token_dialect, scopes,
       user_policy, enforce_policies, created_at, updated_at)
    select id, '6d616e6167656d656e742d61', 'urn:gatehouse:management-api', null, 'RS256', null, 86400, 'access_token',
      '[]', 'allow_all', 1, created_at, created_at
    from tenants`.execute(sql);
}
