// create, list, show, update and delete, the same for every noun of a tenant.

import { ConfigurationError } from '../../config/load-config.ts';
import { type Ground } from '../../ground.ts';
import { bumpConfigurationVersion } from '../../storage/configuration-version.ts';
import { createStores } from '../../stores.ts';
import { type Invocation, type RunCommand, show, textFlag } from '../command.ts';
import { withGround } from '../ground.ts';
import { createOperatorAudit } from '../operator-audit.ts';
import { alignedTable } from '../table.ts';
import { getTenant } from '../tenant-choice.ts';
import { applyEntry, showReport } from './apply-entry.ts';
import { withMembers } from './member-values.ts';
import type { Entry, Found, Noun, NounWork } from './noun.ts';

const DEFAULT_LIMIT = 50;

/** Opens the ground for one command about one tenant. */
export async function withTenant<T>(invocation: Invocation, work: (nounWork: NounWork) => Promise<T>): Promise<T> {
  return withGround(invocation.configuration, async (ground) =>
    work(await workOn(ground, textFlag(invocation, 'tenant'))),
  );
}

async function workOn(ground: Ground, tenantName: string | null): Promise<NounWork> {
  const stores = createStores(ground);
  const tenant = await getTenant(stores, tenantName);
  return { ground, stores, tenant, exporting: { stores, tenant, withSecrets: false, notes: [] } };
}

/** The verbs of a noun by name. */
export function verbsOf(noun: Noun): Readonly<Record<'create' | 'list' | 'show' | 'update' | 'delete', RunCommand>> {
  return {
    create: (invocation) =>
      withTenant(invocation, async (work) => {
        const [called = ''] = invocation.args;
        const begun = { [noun.nameMember(called)]: called, ...noun.beginWith?.(invocation) };
        const entry = await withMembers(invocation, noun.schemaOf(begun), begun);
        if (await findSame(work, noun, called, entry)) {
          throw new ConfigurationError(
            `The ${noun.name} ${called} exists already. Change it with \`gatehouse ${noun.name} update\`.`,
          );
        }
        const report = await applyEntry(work, noun, entry);
        showReport(invocation, report, (await findSame(work, noun, called, entry))?.entry ?? null);
      }),

    list: (invocation) =>
      withTenant(invocation, async (work) => {
        const most = limitOf(invocation);
        const entries = await noun.list(work, most);
        const rows = entries.map((entry) => noun.columns.map((column) => cellOf(entry[column])));
        show(invocation, entries, rows.length === 0 ? [`There is no ${noun.name}.`] : alignedTable(noun.columns, rows));
        if (entries.length === most) {
          invocation.terminal.note(`These are the first ${most}; see more with --limit.`);
        }
      }),

    show: (invocation) =>
      withTenant(invocation, async (work) => {
        const { entry } = await getFound(work, noun, invocation.args[0] ?? '');
        const { stringify } = await import('yaml');
        show(invocation, entry, [stringify(entry).trimEnd()]);
      }),

    update: (invocation) =>
      withTenant(invocation, async (work) => {
        const [called = ''] = invocation.args;
        const { entry } = await getFound(work, noun, called);
        const changed = await withMembers(invocation, noun.schemaOf(entry), entry);
        if (changed === entry) throw new ConfigurationError('Say what to change, such as --set name=Orders.');
        const report = await applyEntry(work, noun, changed);
        const renamed = changed[noun.nameMember(called)];
        const name = typeof renamed === 'string' ? renamed : called;
        showReport(invocation, report, (await findSame(work, noun, name, changed))?.entry ?? null);
      }),

    delete: (invocation) =>
      withTenant(invocation, async (work) => {
        const [called = ''] = invocation.args;
        const found = await getFound(work, noun, called);
        await work.ground.database.transaction(async (sql) => {
          await found.remove(sql);
          await bumpConfigurationVersion(sql);
          const tell = createOperatorAudit(work.ground, `gatehouse ${noun.name} delete`);
          await tell(sql, work.tenant, [{ action: 'deleted', noun: noun.name, name: called, members: [] }]);
        });
        show(invocation, { deleted: called }, [`deleted ${noun.name} ${called}`]);
      }),
  };
}

function findSame(work: NounWork, noun: Noun, called: string, entry: Entry): Promise<Found | null> {
  return noun.findSame ? noun.findSame(work, entry) : noun.find(work, called);
}

/** The thing that is called this; throws a plain error when there is none. */
export async function getFound(work: NounWork, noun: Noun, called: string): Promise<Found> {
  const found = await noun.find(work, called);
  if (found) return found;
  throw new ConfigurationError(
    `There is no ${noun.name} ${called} in the tenant ${work.tenant.name}. See them with \`gatehouse ${noun.name} list\`.`,
  );
}

/** The value of `--limit`. */
export function limitOf(invocation: Invocation): number {
  const text = textFlag(invocation, 'limit');
  if (text === null) return DEFAULT_LIMIT;
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new ConfigurationError('--limit must be a whole number from 1 to 9999999.');
  return Number(text);
}

function cellOf(value: Entry[string]): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map((item) => cellOf(namedItem(item))).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : `${value as string | number | boolean}`;
}

/** Of scopes and permissions the list shows what they are called. */
function namedItem(item: unknown): unknown {
  if (typeof item !== 'object' || item === null) return item;
  const { value, permission_name: permission } = item as Record<string, unknown>;
  return value ?? permission ?? item;
}
