// Which database connection a command about users is about.
import { ConfigurationError } from '../../config/load-config.ts';
import { DATABASE_STRATEGY, type StoredConnection } from '../../connection/connection.ts';
import { type Invocation, textFlag } from '../command.ts';
import type { NounWork } from './noun.ts';

/** The databases of the tenant: all of them, or the one of `--connection`; throws a plain error when there is no such one. */
export async function listDatabases(
  { stores, tenant }: Pick<NounWork, 'stores' | 'tenant'>,
  invocation: Pick<Invocation, 'flags'>,
): Promise<readonly StoredConnection[]> {
  const name = textFlag(invocation, 'connection');
  const all = (await stores.connections.list(tenant.id)).filter(({ strategy }) => strategy === DATABASE_STRATEGY);
  const chosen = name === null ? all : all.filter((one) => one.name === name);
  if (chosen.length > 0) return chosen;
  const names = all.map((one) => one.name).join(', ') || 'none';
  throw new ConfigurationError(`There is no database${name === null ? '' : ` ${name}`}. There are: ${names}.`);
}

/** The database of `--connection`, or the only one there is; throws a plain error that names those to choose from. */
export async function getDatabase(work: NounWork, invocation: Pick<Invocation, 'flags'>): Promise<StoredConnection> {
  const [database, ...others] = await listDatabases(work, invocation);
  if (database && others.length === 0) return database;
  const names = [database, ...others].map((one) => one?.name).join(', ');
  throw new ConfigurationError(`There are several databases: choose one with --connection. There are: ${names}.`);
}
