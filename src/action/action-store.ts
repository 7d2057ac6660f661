// Actions and their versions: rows in, rows out. Secrets lie sealed.
import type { Selectable } from 'kysely';
import type { Sql } from '../storage/database.ts';
import type { ActionsTable, ActionVersionsTable } from '../storage/schema-code.ts';
import { sealedPlace } from '../storage/sealed-column.ts';
import type { Vault } from '../storage/vault.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { Action, ActionContent, ActionId, ActionVersion } from './action.ts';
import { readSecrets, writeSecrets } from './action-secrets.ts';

export type ActionStore = ReturnType<typeof createActionStore>;

/** Which part of a list. */
interface Part {
  readonly start: number;
  readonly limit: number;
}

/** Which actions of a tenant a list is about; a member that is left out does not matter. */
export interface ActionFilter {
  readonly triggerId?: string | undefined;
  readonly name?: string | undefined;
  readonly deployed?: boolean | undefined;
}

/** Reads and writes actions. */
export function createActionStore(database: Sql, vault: Vault) {
  const actionsOf = (tenantId: TenantId, { triggerId, name, deployed }: ActionFilter, sql: Sql) => {
    let query = sql.selectFrom('actions').where('tenant_id', '=', tenantId);
    if (name !== undefined) query = query.where('name', '=', name);
    if (triggerId !== undefined) query = query.where('trigger_id', '=', triggerId);
    if (deployed === undefined) return query;
    return query.where('deployed_version_id', deployed ? 'is not' : 'is', null);
  };
  const versionsOf = (tenantId: TenantId, actionId: ActionId, sql: Sql) =>
    sql.selectFrom('action_versions').where('tenant_id', '=', tenantId).where('action_id', '=', actionId);

  return {
    /** The action of this id; null when the tenant has none. */
    async findById(tenantId: TenantId, id: string, sql: Sql = database): Promise<Action | null> {
      const row = await actionsOf(tenantId, {}, sql).selectAll().where('id', '=', id).executeTakeFirst();
      return row ? actionOf(row, vault) : null;
    },

    /** The action of this name; null when the tenant has none. */
    async findByName(tenantId: TenantId, name: string, sql: Sql = database): Promise<Action | null> {
      const row = await actionsOf(tenantId, { name }, sql).selectAll().executeTakeFirst();
      return row ? actionOf(row, vault) : null;
    },

    /** So many actions by name, from this one on. */
    async list(tenantId: TenantId, filter: ActionFilter, { start, limit }: Part): Promise<Action[]> {
      const query = actionsOf(tenantId, filter, database).selectAll().orderBy('name').limit(limit).offset(start);
      return (await query.execute()).map((row) => actionOf(row, vault));
    },

    /** How many actions there are. */
    async count(tenantId: TenantId, filter: ActionFilter): Promise<number> {
      const query = actionsOf(tenantId, filter, database);
      const { n } = await query.select((row) => row.fn.countAll<number | string>().as('n')).executeTakeFirstOrThrow();
      return Number(n);
    },

    /** Creates the action or overwrites it; throws when its name is another action's. */
    async save(tenantId: TenantId, action: Action, sql: Sql): Promise<void> {
      const { id, name, draft, deployedVersionId, createdAt, updatedAt } = action;
      const row = {
        name,
        ...columnsOf(draft),
        secrets_sealed: vault.seal(writeSecrets(draft.secrets), sealedPlace('actions', 'secrets_sealed', tenantId, id)),
        deployed_version_id: deployedVersionId,
        updated_at: updatedAt,
      };
      await sql
        .insertInto('actions')
        .values({ tenant_id: tenantId, id, ...row, created_at: createdAt })
        .onConflict((conflict) => conflict.columns(['tenant_id', 'id']).doUpdateSet(row))
        .execute();
    },

    /** Removes the action and its versions; false when there was none. */
    async delete(tenantId: TenantId, id: string, sql: Sql): Promise<boolean> {
      const query = sql.deleteFrom('actions').where('tenant_id', '=', tenantId).where('id', '=', id);
      return (await query.executeTakeFirst()).numDeletedRows > 0n;
    },

    /** A version of the action; null when it has none of this id. */
    async findVersion(tenantId: TenantId, actionId: ActionId, id: string, sql: Sql = database) {
      const row = await versionsOf(tenantId, actionId, sql).selectAll().where('id', '=', id).executeTakeFirst();
      return row ? versionOf(row, vault) : null;
    },

    /** So many versions of the action from the newest back, from this one on. */
    async listVersions(tenantId: TenantId, actionId: ActionId, { start, limit }: Part): Promise<ActionVersion[]> {
      const query = versionsOf(tenantId, actionId, database).selectAll().orderBy('number', 'desc');
      return (await query.limit(limit).offset(start).execute()).map((row) => versionOf(row, vault));
    },

    /** How many versions were made of the action, which is also the number of the newest. */
    async countVersions(tenantId: TenantId, actionId: ActionId, sql: Sql = database): Promise<number> {
      const query = versionsOf(tenantId, actionId, sql);
      const { n } = await query.select((row) => row.fn.countAll<number | string>().as('n')).executeTakeFirstOrThrow();
      return Number(n);
    },

    /** Adds a version; throws when there is one of its number. */
    async addVersion(tenantId: TenantId, version: ActionVersion, sql: Sql): Promise<void> {
      const { id, actionId, number, content, createdAt } = version;
      const place = sealedPlace('action_versions', 'secrets_sealed', tenantId, actionId, id);
      await sql
        .insertInto('action_versions')
        .values({
          ...{ tenant_id: tenantId, action_id: actionId, id, number, ...columnsOf(content) },
          secrets_sealed: vault.seal(writeSecrets(content.secrets), place),
          created_at: createdAt,
        })
        .execute();
    },
  };
}

function columnsOf({ code, dependencies, runtime, trigger }: ActionContent) {
  return {
    code,
    dependencies: JSON.stringify(dependencies),
    runtime,
    trigger_id: trigger.id,
    trigger_version: trigger.version,
  };
}

function actionOf(row: Selectable<ActionsTable>, vault: Vault): Action {
  const place = sealedPlace('actions', 'secrets_sealed', row.tenant_id, row.id);
  return {
    id: row.id as ActionId,
    name: row.name,
    draft: contentOf(row, vault.open(row.secrets_sealed, place)),
    deployedVersionId: row.deployed_version_id,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function versionOf(row: Selectable<ActionVersionsTable>, vault: Vault): ActionVersion {
  const place = sealedPlace('action_versions', 'secrets_sealed', row.tenant_id, row.action_id, row.id);
  return {
    id: row.id,
    actionId: row.action_id as ActionId,
    number: row.number,
    content: contentOf(row, vault.open(row.secrets_sealed, place)),
    createdAt: row.created_at,
  };
}

function contentOf(row: Selectable<ActionsTable> | Selectable<ActionVersionsTable>, secrets: string): ActionContent {
  return {
    code: row.code,
    dependencies: JSON.parse(row.dependencies) as ActionContent['dependencies'],
    runtime: row.runtime,
    trigger: { id: row.trigger_id, version: row.trigger_version },
    secrets: readSecrets(secrets),
  };
}
