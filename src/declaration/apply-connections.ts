// The `connections` section: directories that are not our own database.
import { isDeepStrictEqual } from 'node:util';
import type { ConnectionId, StoredConnection } from '../connection/connection.ts';
import {
  type ConnectionWire,
  DIRECTORY_OPTIONS,
  type DirectoryStrategy,
  strategyOf,
} from '../connection/connection-wire.ts';
import type { DatabaseWire } from '../connection/database-options.ts';
import { randomAlphanumeric } from '../lib/id.ts';
import { Secret } from '../lib/secret.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { clientIdOf } from './apply-clients.ts';
import type { FilePath } from './tenant-file.ts';
import { problemAt, saveWhenChanged, type Workspace } from './workspace.ts';

/** Writes the connections of the file; `options` are theirs in order, with what they name in files read. */
export async function applyConnections(
  work: Workspace,
  tenant: Tenant,
  options: readonly ConnectionWire['options'][],
): Promise<void> {
  const { sql, stores, file, now } = work;
  for (const [index, wire] of (file.content.connections ?? []).entries()) {
    const path = ['connections', index];
    const strategy = strategyOf(wire);
    const others = await stores.connections.list(tenant.id, sql);
    const stored = others.find((connection) => connection.name === wire.name) ?? null;
    requireSameStrategy(work, path, stored, strategy);
    const given = splitSecrets(wire, options[index] ?? {});
    const connection: StoredConnection = {
      ...(await commonMembersOf(work, tenant, path, wire, stored, others)),
      trusted: isTrusted(work, stored, strategy, given.options),
      strategy,
      options: given.options,
      secrets: { ...keptSecrets(work, path, wire, given, stored), ...given.secrets },
    };
    requireSense(work, path, connection, strategy);
    if (connection.options['allow_insecure'] === true) {
      const words = 'sends passwords in plain text, for everybody on the way to read (allow_insecure).';
      work.warnings.push(`${file.locate([...path, 'options', 'allow_insecure'])}: ${wire.name} ${words}`);
    }
    await saveWhenChanged(work, 'connection', connection.name, comparable(stored), comparable(connection), () =>
      stores.connections.save(tenant.id, connection, now, sql),
    );
  }
}

/**
 * True when the operator named the addresses. Security: what somebody else points at a private network is looked at as
 * that of a stranger.
 */
function isTrusted(
  { origin }: Workspace,
  stored: StoredConnection | null,
  strategy: DirectoryStrategy,
  options: Given['options'],
): boolean {
  if (origin === 'operator') return true;
  const { destination } = DIRECTORY_OPTIONS[strategy];
  return (
    stored?.trusted === true && destination.every((name) => isDeepStrictEqual(stored.options[name], options[name]))
  );
}

type Given = Pick<StoredConnection, 'options' | 'secrets'>;

/** The options of an entry, the secret ones apart; `options` are the entry's with what they name in files read. */
export function splitSecrets(wire: ConnectionWire, options: ConnectionWire['options']): Given {
  const { secrets } = DIRECTORY_OPTIONS[strategyOf(wire)];
  const entries = Object.entries(options);
  return {
    options: Object.fromEntries(entries.filter(([name]) => !Object.hasOwn(secrets, name))),
    secrets: Object.fromEntries(
      entries
        .filter((entry): entry is [string, string] => Object.hasOwn(secrets, entry[0]))
        .map(([name, value]) => [name, new Secret(value)]),
    ),
  };
}

/**
 * The stored secrets that the entry leaves out. Security: with another address such a secret would go to whoever is there,
 * and somebody who may change a connection could read it without ever having known it.
 */
function keptSecrets(
  work: Workspace,
  path: FilePath,
  wire: ConnectionWire,
  given: Given,
  stored: StoredConnection | null,
): StoredConnection['secrets'] {
  if (!stored) return {};
  const { secrets, destination } = DIRECTORY_OPTIONS[strategyOf(wire)];
  const kept = Object.entries(stored.secrets).filter(
    ([name]) => !Object.hasOwn(given.secrets, name) && given.options[secrets[name]?.belongsTo ?? ''] !== undefined,
  );
  const moved = destination.find((name) => !isDeepStrictEqual(stored.options[name], given.options[name]));
  const [secret] = kept;
  if (secret && moved !== undefined) {
    const words = `options.${moved} changes, so ${secret[0]} must be given with it: the stored one belongs to the old address.`;
    throw problemAt(work, [...path, 'options', secret[0]], words);
  }
  return Object.fromEntries(kept);
}

/** Looks at what a schema cannot say of the options; throws `TenantFileError`. */
export function requireSense(
  work: Pick<Workspace, 'file'>,
  path: FilePath,
  { options, secrets }: Given,
  strategy: DirectoryStrategy,
): void {
  const { secrets: known, problemsOf } = DIRECTORY_OPTIONS[strategy];
  for (const [name, { belongsTo, required }] of Object.entries(known)) {
    const [isGiven, isWanted] = [Object.hasOwn(secrets, name), options[belongsTo] !== undefined];
    const place = [...path, 'options', name];
    if (isGiven && !isWanted) throw problemAt(work, place, `${name} has no effect without ${belongsTo}.`);
    // Security: a name that is sent without its password is taken for nobody's, and answered with what nobody may see.
    if (required && isWanted && !isGiven) throw problemAt(work, place, `${name} is missing: ${belongsTo} needs it.`);
  }
  const [problem] = problemsOf({ ...options, ...secrets });
  if (problem) throw problemAt(work, [...path, 'options', problem.option], problem.words);
}

/** The connection with its secrets among the options, as the file has them; null for none. */
export function comparable(connection: StoredConnection): object;
export function comparable(connection: StoredConnection | null): object | null;
export function comparable(connection: StoredConnection | null): object | null {
  if (!connection) return null;
  const { secrets, options, ...rest } = connection;
  return { ...rest, options: { ...options, ...secrets } };
}

/** What entries of `databases` and of `connections` share. */
export async function commonMembersOf(
  work: Workspace,
  tenant: Tenant,
  path: FilePath,
  wire: Pick<DatabaseWire, 'name' | 'realms' | 'enabled_clients' | 'is_domain_connection'>,
  stored: StoredConnection | null,
  others: readonly StoredConnection[],
): Promise<Omit<StoredConnection, 'strategy' | 'options' | 'secrets'>> {
  const realms = wire.realms ?? [wire.name];
  const rival = others.find((other) => other !== stored && other.realms.some((realm) => realms.includes(realm)));
  if (rival) throw problemAt(work, [...path, 'realms'], `The connection ${rival.name} answers to this realm already.`);
  const enabledClients = new Set<string>();
  for (const [position, called] of (wire.enabled_clients ?? []).entries()) {
    enabledClients.add(await clientIdOf(work, tenant, [...path, 'enabled_clients', position], called));
  }
  return {
    id: stored?.id ?? (`con_${randomAlphanumeric(16)}` as ConnectionId),
    name: wire.name,
    realms,
    isDomainConnection: wire.is_domain_connection ?? false,
    enabledClients,
    trusted: true,
  };
}

/** Users of one kind of directory are not those of another, whatever their connection is called. */
export function requireSameStrategy(
  work: Workspace,
  path: FilePath,
  stored: StoredConnection | null,
  strategy: StoredConnection['strategy'],
): void {
  if (!stored || stored.strategy === strategy) return;
  const words = `${stored.name} is a connection of the strategy ${stored.strategy}, which never changes: choose another name, or delete it first.`;
  throw problemAt(work, [...path, 'name'], words);
}
