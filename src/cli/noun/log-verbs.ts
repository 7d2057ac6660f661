// The commands about log events.
import { ConfigurationError } from '../../config/load-config.ts';
import { type Invocation, show, textFlag } from '../command.ts';
import { printable } from '../printable.ts';
import { alignedTable } from '../table.ts';
import type { NounWork } from './noun.ts';
import { limitOf, withTenant } from './verbs.ts';

type Event = Readonly<Record<string, unknown>>;

const COLUMNS = ['date', 'type', 'user_name', 'client_name', 'ip', 'description'];
const FOLLOW_EVERY_MS = 1000;
const PAGE = 200;

/** Lists the newest events, oldest of them first; with `--follow` every new one as it comes, until the process ends. */
export async function listLogs(invocation: Invocation): Promise<void> {
  await withTenant(invocation, async (work) => {
    const type = textFlag(invocation, 'type');
    const isWanted = (event: Event) => type === null || event['type'] === type;
    const newest = (await work.stores.logs.listNewest(work.tenant.id, limitOf(invocation))).toReversed();
    const events = newest.filter(isWanted);
    if (invocation.flags['follow'] !== true) {
      const rows = events.map(cellsOf);
      return show(invocation, events, rows.length === 0 ? ['There is no event.'] : alignedTable(COLUMNS, rows));
    }
    for (const event of events) printLine(invocation, event);
    return follow(work, invocation, idOf(newest.at(-1)) ?? '', isWanted);
  });
}

async function follow(
  { ground, stores, tenant }: NounWork,
  invocation: Invocation,
  after: string,
  isWanted: (event: Event) => boolean,
): Promise<void> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort());
  let last = after;
  while (!stop.signal.aborted) {
    const events = await stores.logs.listAfter(tenant.id, last, PAGE);
    for (const event of events.filter(isWanted)) printLine(invocation, event);
    last = idOf(events.at(-1)) ?? last;
    if (events.length < PAGE) await ground.clock.sleep(FOLLOW_EVERY_MS, stop.signal);
  }
}

function idOf(event: Event | undefined): string | null {
  const id = event?.['log_id'];
  return typeof id === 'string' ? id : null;
}

/** One event a line, as JSON or as words. */
function printLine({ terminal, flags }: Invocation, event: Event): void {
  terminal.print(flags['json'] === true ? JSON.stringify(event) : cellsOf(event).filter(Boolean).join('  '));
}

function cellsOf(event: Event): string[] {
  return COLUMNS.map((column) => {
    const value = event[column];
    return typeof value === 'string' ? printable(value) : '';
  });
}

/** Shows one event whole. */
export async function showLog(invocation: Invocation): Promise<void> {
  const [logId = ''] = invocation.args;
  await withTenant(invocation, async ({ stores, tenant }) => {
    const event = await stores.logs.findById(tenant.id, logId);
    if (!event)
      throw new ConfigurationError(`There is no event ${logId}. See them with \`gatehouse log list --json\`.`);
    show(invocation, event, [JSON.stringify(event, null, 2)]);
  });
}
