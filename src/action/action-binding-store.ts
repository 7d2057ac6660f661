// Which actions run at a trigger, and in which order: rows in, rows out.
import { randomUUID } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { Sql } from '../storage/database.ts';
import type { ActionBindingsTable } from '../storage/schema-code.ts';
import { sealedPlace } from '../storage/sealed-column.ts';
import type { Vault } from '../storage/vault.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { ActionId, ActionSecret } from './action.ts';
import { readSecrets } from './action-secrets.ts';

export type ActionBindingStore = ReturnType<typeof createActionBindingStore>;

/** An action at its place. */
export interface ActionBinding {
  /** A UUID; it stays while the action is bound to the trigger. */
  readonly id: string;
  readonly actionId: ActionId;
  readonly displayName: string;
  /** Milliseconds since 1970 UTC. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What runs: the deployed version of an action, under the action's name. */
export interface BoundAction {
  readonly name: string;
  readonly code: string;
  readonly secrets: readonly ActionSecret[];
}

/** Reads and writes the bindings. */
export function createActionBindingStore(database: Sql, vault: Vault) {
  const bindingsOf = (tenantId: TenantId, triggerId: string, sql: Sql) =>
    sql.selectFrom('action_bindings').where('tenant_id', '=', tenantId).where('trigger_id', '=', triggerId);

  async function list(tenantId: TenantId, triggerId: string, sql: Sql = database): Promise<ActionBinding[]> {
    return (await bindingsOf(tenantId, triggerId, sql).selectAll().orderBy('position').execute()).map(fromRow);
  }

  return {
    /** All of the trigger, in their order. */
    list,

    /** True when a trigger runs the action. */
    async isBound(tenantId: TenantId, actionId: ActionId, sql: Sql = database): Promise<boolean> {
      const query = sql.selectFrom('action_bindings').select('id').where('tenant_id', '=', tenantId);
      return (await query.where('action_id', '=', actionId).executeTakeFirst()) !== undefined;
    },

    /** What runs at the trigger, in its order. */
    async listBound(tenantId: TenantId, triggerId: string): Promise<BoundAction[]> {
      const rows = await database
        .selectFrom('action_bindings')
        .innerJoin('actions', (on) =>
          on
            .onRef('actions.tenant_id', '=', 'action_bindings.tenant_id')
            .onRef('actions.id', '=', 'action_bindings.action_id'),
        )
        .innerJoin('action_versions', (on) =>
          on
            .onRef('action_versions.tenant_id', '=', 'actions.tenant_id')
            .onRef('action_versions.action_id', '=', 'actions.id')
            .onRef('action_versions.id', '=', 'actions.deployed_version_id'),
        )
        .select(['actions.name', 'action_versions.id', 'action_versions.action_id'])
        .select(['action_versions.code', 'action_versions.secrets_sealed'])
        .where('action_bindings.tenant_id', '=', tenantId)
        .where('action_bindings.trigger_id', '=', triggerId)
        .orderBy('action_bindings.position')
        .execute();
      return rows.map(({ name, code, id, action_id: actionId, secrets_sealed: sealed }) => ({
        ...{ name, code },
        secrets: readSecrets(
          vault.open(sealed, sealedPlace('action_versions', 'secrets_sealed', tenantId, actionId, id)),
        ),
      }));
    },

    /** Puts these in place of all of the trigger's; an action that was bound keeps its id and the time when that was made. */
    async replace(
      tenantId: TenantId,
      triggerId: string,
      wanted: readonly Pick<ActionBinding, 'actionId' | 'displayName'>[],
      now: number,
      sql: Sql,
    ): Promise<void> {
      const known = new Map((await list(tenantId, triggerId, sql)).map((one) => [one.actionId, one]));
      await sql
        .deleteFrom('action_bindings')
        .where('tenant_id', '=', tenantId)
        .where('trigger_id', '=', triggerId)
        .execute();
      for (const [position, { actionId, displayName }] of wanted.entries()) {
        const { id = randomUUID(), createdAt = now } = known.get(actionId) ?? {};
        await sql
          .insertInto('action_bindings')
          .values({
            ...{ tenant_id: tenantId, id, trigger_id: triggerId, position, action_id: actionId },
            ...{ display_name: displayName, created_at: createdAt, updated_at: now },
          })
          .execute();
      }
    },
  };
}

function fromRow(row: Selectable<ActionBindingsTable>): ActionBinding {
  return {
    ...{ id: row.id, actionId: row.action_id as ActionId, displayName: row.display_name },
    ...{ createdAt: row.created_at, updatedAt: row.updated_at },
  };
}
