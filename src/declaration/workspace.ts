// What the parts of one application of a tenant file share: the transaction they write in, the report they add to, and how a
// thing is compared with what is stored.
import type { ActionBindingStore } from '../action/action-binding-store.ts';
import type { ActionStore } from '../action/action-store.ts';
import type { AttackProtectionStore } from '../attack-protection/attack-protection-store.ts';
import type { ClientCredentialStore } from '../client/client-credential-store.ts';
import type { ClientGrantStore } from '../client/client-grant-store.ts';
import type { ClientStore } from '../client/client-store.ts';
import type { ConnectionStore } from '../connection/connection-store.ts';
import type { CredentialStore } from '../directory/database/credential-store.ts';
import type { KeyStore } from '../key/key-store.ts';
import type { Secret } from '../lib/secret.ts';
import type { LogErasureStore } from '../log/log-erasure-store.ts';
import type { ResourceServerStore } from '../resource-server/resource-server-store.ts';
import type { RoleAssignmentStore } from '../role/role-assignment-store.ts';
import type { RoleStore } from '../role/role-store.ts';
import type { RuleConfigStore } from '../rule/rule-config-store.ts';
import type { RuleStore } from '../rule/rule-store.ts';
import type { Sql } from '../storage/database.ts';
import type { TenantDomain } from '../tenant/tenant.ts';
import type { TenantStore } from '../tenant/tenant-store.ts';
import type { TicketStore } from '../ticket/ticket-store.ts';
import type { RefreshTokenStore } from '../token/refresh-token-store.ts';
import type { UserStore } from '../user/user-store.ts';
import { differenceOf, type MemberChange } from './difference.ts';
import { type FilePath, type TenantFile, TenantFileError } from './tenant-file.ts';

/** The stores that a file is written to. */
export interface ApplyStores {
  readonly tenants: TenantStore;
  readonly clients: ClientStore;
  readonly clientCredentials: ClientCredentialStore;
  readonly clientGrants: ClientGrantStore;
  readonly resourceServers: ResourceServerStore;
  readonly connections: ConnectionStore;
  readonly users: UserStore;
  readonly roles: RoleStore;
  readonly roleAssignments: RoleAssignmentStore;
  readonly credentials: CredentialStore;
  readonly refreshTokens: RefreshTokenStore;
  readonly tickets: TicketStore;
  readonly keys: KeyStore;
  readonly attackProtection: AttackProtectionStore;
  readonly rules: RuleStore;
  readonly ruleConfigs: RuleConfigStore;
  readonly actions: ActionStore;
  readonly actionBindings: ActionBindingStore;
  readonly logErasures: LogErasureStore;
}

/** Completes the domains that a file names, for a command that knows better. */
export type DefaultDomains = (named: readonly TenantDomain[]) => readonly TenantDomain[];

/** Who says it: the operator of the server, or somebody with a token for the Management API. */
export type Origin = 'operator' | 'api';

/** What was done to one thing. */
export interface Change {
  readonly action: 'created' | 'updated' | 'unchanged';
  readonly noun: string;
  readonly name: string;
  /** What differs; empty for an unchanged thing. */
  readonly members: readonly MemberChange[];
}

/** A secret that the server made, shown to the operator once. */
export interface MadeSecret {
  readonly owner: string;
  readonly secret: Secret;
}

/** What the parts of one application share. */
export interface Workspace {
  readonly sql: Sql;
  readonly stores: ApplyStores;
  readonly file: TenantFile;
  readonly now: number;
  readonly defaultDomains: DefaultDomains | null;
  readonly origin: Origin;
  /** True refuses passwords that their connection does not take; false warns of them. */
  readonly refusesPasswords: boolean;
  readonly changes: Change[];
  readonly warnings: string[];
  readonly madeSecrets: MadeSecret[];
}

/** Writes the thing when it differs from what is stored, and notes what was done. */
export async function saveWhenChanged<T extends object>(
  work: Workspace,
  noun: string,
  name: string,
  stored: T | null,
  wanted: T,
  save: () => Promise<void>,
): Promise<void> {
  const members = differenceOf(stored, wanted);
  const same = stored !== null && members.length === 0;
  if (!same) await save();
  work.changes.push({ action: same ? 'unchanged' : stored === null ? 'created' : 'updated', noun, name, members });
}

/** The error for one place of the file. */
export function problemAt(work: Pick<Workspace, 'file'>, path: FilePath, words: string): TenantFileError {
  return new TenantFileError([`${work.file.locate(path)}: ${words}`]);
}
