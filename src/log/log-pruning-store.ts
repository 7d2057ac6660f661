// Deletes log events, and counts for those that follow the log what they have not delivered.
import type { Sql } from '../storage/database.ts';
import type { LogSeal } from './log-seal.ts';

/** Events that somebody who follows the log will never deliver. */
interface Unsent {
  /** Of the stream or sink. */
  readonly id: string;
  readonly events: number;
}

export type LogPruningStore = ReturnType<typeof createLogPruningStore>;

/** Builds it. */
export function createLogPruningStore() {
  return {
    /** Notes for everybody who follows the log how many of these events are not delivered yet; those who lack none are left out. */
    async countUnsent({ tenantId, firstPosition, lastPosition }: LogSeal, sql: Sql): Promise<Unsent[]> {
      const behind = await sql
        .selectFrom('log_cursors')
        .select(['id', 'position'])
        .where('position', '<', lastPosition)
        .where((where) => where.or([where('tenant_id', '=', tenantId), where('tenant_id', 'is', null)]))
        .execute();
      const unsent: Unsent[] = [];
      for (const { id, position } of behind) {
        const { events } = await sql
          .selectFrom('log_events')
          .select((rows) => rows.fn.countAll<number>().as('events'))
          .where('tenant_id', '=', tenantId)
          .where('position', '>', Math.max(position, firstPosition - 1))
          .where('position', '<=', lastPosition)
          .executeTakeFirstOrThrow();
        await sql
          .updateTable('log_cursors')
          .set((row) => ({ missed: row('missed', '+', Number(events)) }))
          .where('id', '=', id)
          .execute();
        unsent.push({ id, events: Number(events) });
      }
      return unsent.filter(({ events }) => events > 0);
    },

    /** Deletes the events of the seal. */
    async deleteEvents(seal: LogSeal, sql: Sql): Promise<void> {
      await sql
        .deleteFrom('log_events')
        .where('tenant_id', '=', seal.tenantId)
        .where('position', '>=', seal.firstPosition)
        .where('position', '<=', seal.lastPosition)
        .execute();
    },
  };
}
