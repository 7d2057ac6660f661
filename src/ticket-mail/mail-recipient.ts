// Looks for the person that a mail is for, when it is about to be sent. Called by compose-ticket-mail.ts.
import type { Client } from '../client/client.ts';
import { ADMINISTRATORS, DATABASE_STRATEGY, isEnabledFor, type StoredConnection } from '../connection/connection.ts';
import { databaseOptionsOf } from '../connection/database-options.ts';
import { keepingScriptsOf, scriptedOwnerOf, takesChange } from '../connection/scripted-account.ts';
import type { MailRequest } from '../mail/mail-request.ts';
import type { TenantId } from '../tenant/tenant.ts';
import { canonicalIdentifier } from '../user/identifier.ts';
import { type Identity, userIdOf } from '../user/identity.ts';
import type { User } from '../user/user.ts';
import type { StoredUser } from '../user/user-store.ts';

export interface RecipientStores {
  readonly clients: { findById(tenantId: TenantId, clientId: string): Promise<Client | null> };
  readonly connections: { list(tenantId: TenantId): Promise<readonly StoredConnection[]> };
  readonly users: {
    findById(tenantId: TenantId, userId: string): Promise<User | null>;
    findByIdentity(tenantId: TenantId, connectionId: string, identityId: string): Promise<User | null>;
    listByEmail(tenantId: TenantId, email: string): Promise<StoredUser[]>;
    listIdentities(tenantId: TenantId, userId: string): Promise<Identity[]>;
  };
  readonly credentials: {
    findOwner(tenantId: TenantId, connectionId: string, identifier: string): Promise<string | null>;
  };
}

interface Person {
  readonly user: User;
  readonly connectionName: string;
}

/** Resolves to the person, or in words to why nobody gets the mail. */
export type FindRecipient = (tenantId: TenantId, request: MailRequest) => Promise<Person | string>;

/** Builds it. */
export function createFindRecipient({ clients, connections, users, credentials }: RecipientStores): FindRecipient {
  /** Whoever has this address in this connection; in words why nobody gets a mail. */
  async function findByEmail(
    tenantId: TenantId,
    recipient: { readonly connection: string; readonly email: string },
    clientId: string | null,
  ): Promise<Person | string> {
    const connection = (await connections.list(tenantId)).find(({ name }) => name === recipient.connection);
    if (!connection || connection.name === ADMINISTRATORS) return 'There is no such connection.';
    if (connection.strategy !== DATABASE_STRATEGY)
      return 'The connection is no database: its passwords are changed elsewhere.';
    const { selfServiceChangePassword } = databaseOptionsOf(connection.options);
    if (!selfServiceChangePassword) return 'Users of the connection do not change their passwords themselves.';
    if (clientId !== null && !(await mayUse(tenantId, connection, clientId)))
      return 'The client may not use the connection.';
    const scripts = keepingScriptsOf(connection);
    if (scripts?.changePassword === null) return 'The connection has no script change_password.';
    if (scripts) {
      const found = scriptedOwnerOf(await users.listByEmail(tenantId, recipient.email), connection, recipient.email);
      return found ? { user: found, connectionName: connection.name } : 'No one user of this address has logged in.';
    }
    const typed = canonicalIdentifier(recipient.email);
    const identityId = await credentials.findOwner(tenantId, connection.id, typed);
    const user = identityId && (await users.findByIdentity(tenantId, connection.id, identityId));
    if (!user || user.email === null || canonicalIdentifier(user.email) !== typed) return 'Nobody has this address.';
    if (userIdOf(connection, identityId) !== user.userId) return 'The account is linked to another user.';
    return { user, connectionName: connection.name };
  }

  async function mayUse(tenantId: TenantId, connection: StoredConnection, clientId: string): Promise<boolean> {
    return (await clients.findById(tenantId, clientId)) !== null && isEnabledFor(connection, clientId);
  }

  /** Whoever goes by this name in this connection, whichever kind it is of. */
  async function findByIdentifier(
    tenantId: TenantId,
    recipient: { readonly connection: string; readonly identifier: string },
  ): Promise<Person | string> {
    const connection = (await connections.list(tenantId)).find(({ name }) => name === recipient.connection);
    if (!connection) return 'There is no such connection.';
    const user = await ownerOf(tenantId, connection, recipient.identifier);
    return user ? { user, connectionName: connection.name } : 'Nobody has this name.';
  }

  async function ownerOf(tenantId: TenantId, connection: StoredConnection, typed: string): Promise<User | null> {
    const { id, strategy, options } = connection;
    if (strategy === DATABASE_STRATEGY && databaseOptionsOf(options).keepsPasswords) {
      const identityId = await credentials.findOwner(tenantId, id, canonicalIdentifier(typed));
      return identityId === null ? null : users.findByIdentity(tenantId, id, identityId);
    }
    const found = (await users.listByEmail(tenantId, typed)).filter(({ identities }) =>
      identities.some(({ connectionId }) => connectionId === id),
    );
    return found.length === 1 ? (found[0]?.user ?? null) : null;
  }

  return async (tenantId, { name, recipient, clientId }) => {
    if ('administrators' in recipient) return 'The mail is for administrators.';
    if ('email' in recipient) return findByEmail(tenantId, recipient, clientId);
    if ('identifier' in recipient) return findByIdentifier(tenantId, recipient);
    const user = await users.findById(tenantId, recipient.userId);
    if (!user) return 'There is no such user any more.';
    if (name === 'stolen_credentials') {
      const identities = await users.listIdentities(tenantId, user.userId);
      const all = await connections.list(tenantId);
      if (!takesChange(user, identities, all, 'changePassword'))
        return 'The password of the user is changed elsewhere.';
    }
    return { user, connectionName: '' };
  };
}
