// A connection that nobody saved, read as the tenant file is read. Called where one is tried before it is made.
import { DATABASE_STRATEGY, type StoredConnection } from '../connection/connection.ts';
import { strategyOf } from '../connection/connection-wire.ts';
import { splitUserSource } from '../connection/user-source.ts';
import { requireSense, splitSecrets } from './apply-connections.ts';
import { readOptionFiles } from './connection-files.ts';
import { checkTenantFile, type TenantFile } from './tenant-file.ts';

/** What somebody who tries it says of it. */
export interface ConnectionDraft {
  readonly strategy: string;
  readonly options: object;
}

const NAME = 'draft';
const DRAFT = {
  ...{ id: NAME as StoredConnection['id'], name: NAME, realms: [NAME] },
  isDomainConnection: false,
  enabledClients: new Set<string>(),
  // Security: the addresses are a stranger's, whoever asks.
  trusted: false,
} as const;

/**
 * The connection that would be made of it. Throws `TenantFileError` for what would not be saved either; `locate` names
 * a place of the draft.
 */
export function readConnectionDraft(
  { strategy, options }: ConnectionDraft,
  locate: TenantFile['locate'],
): StoredConnection {
  const isDatabase = strategy === DATABASE_STRATEGY;
  const section = isDatabase ? 'databases' : 'connections';
  const content = { tenant: { name: NAME }, [section]: [{ name: NAME, strategy, options }] };
  const file = checkTenantFile(content, locate, null);
  const [wire] = file.content.connections ?? [];
  const [read] = readOptionFiles(file);
  if (!wire || !read) {
    const source = splitUserSource(options);
    const stored = { ...options, ...source.options };
    return { ...DRAFT, strategy: DATABASE_STRATEGY, options: stored, secrets: source.secrets };
  }
  const given = splitSecrets(wire, read);
  requireSense({ file }, ['connections', 0], given, strategyOf(wire));
  return { ...DRAFT, strategy: strategyOf(wire), ...given };
}
