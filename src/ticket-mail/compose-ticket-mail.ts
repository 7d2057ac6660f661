// Writes a mail with a ticket in it, when it is about to be sent: looks for the person, makes the ticket, puts the link into
// the text. Whether there is anybody to write to comes out here, long after the request was answered.
import type { Client } from '../client/client.ts';
import { ADMINISTRATORS, DATABASE_STRATEGY, isEnabledFor, type StoredConnection } from '../connection/connection.ts';
import { databaseOptionsOf } from '../connection/database-options.ts';
import { keepingScriptsOf, scriptedOwnerOf } from '../connection/scripted-account.ts';
import { randomBase64Url } from '../lib/id.ts';
import { Secret } from '../lib/secret.ts';
import type { SteadyTime } from '../lib/steady-clock.ts';
import type { MailName, MailRequest, QueuedMail } from '../mail/mail-request.ts';
import type { Composed } from '../mail/mail-sender.ts';
import { DEFAULT_LIFETIME_SECONDS } from '../mail/mail-template.ts';
import type { MailTemplateStore } from '../mail/mail-template-store.ts';
import { templateInUse, writeMail } from '../mail/write-mail.ts';
import type { Tenant, TenantId } from '../tenant/tenant.ts';
import { addressOfTicket, TICKET_BYTES, type TicketKind } from '../ticket/ticket.ts';
import type { TicketStore } from '../ticket/ticket-store.ts';
import { canonicalIdentifier } from '../user/identifier.ts';
import { userIdOf } from '../user/identity.ts';
import type { User } from '../user/user.ts';
import type { StoredUser } from '../user/user-store.ts';

interface Parts {
  readonly tickets: TicketStore;
  readonly mailTemplates: MailTemplateStore;
  readonly tenants: { findById(id: TenantId): Promise<Tenant | null> };
  readonly clients: { findById(tenantId: TenantId, clientId: string): Promise<Client | null> };
  readonly connections: { list(tenantId: TenantId): Promise<readonly StoredConnection[]> };
  readonly users: {
    findById(tenantId: TenantId, userId: string): Promise<User | null>;
    findByIdentity(tenantId: TenantId, connectionId: string, identityId: string): Promise<User | null>;
    listByEmail(tenantId: TenantId, email: string): Promise<StoredUser[]>;
  };
  readonly credentials: {
    findOwner(tenantId: TenantId, connectionId: string, identifier: string): Promise<string | null>;
  };
  readonly steadyTime: SteadyTime;
}

/** Throws when a template that somebody wrote cannot be rendered, or the database does not answer. */
export type ComposeTicketMail = (
  tenantId: TenantId,
  queued: QueuedMail,
  defaultFrom: string | null,
) => Promise<Composed>;

interface Person {
  readonly user: User;
  readonly connectionName: string;
}

const KINDS: Readonly<Record<MailName, TicketKind>> = {
  verify_email: 'email-verification',
  reset_email: 'password-change',
};
const HOUR_MS = 3_600_000;
/** Security: whoever asks from many addresses still fills nobody's mailbox. */
const MOST_IN_AN_HOUR = 10;

/** Builds it. */
export function createTicketMailComposer(parts: Parts): ComposeTicketMail {
  const { tickets, mailTemplates, tenants, clients, connections, users, credentials, steadyTime } = parts;

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

  async function find(tenantId: TenantId, { recipient, clientId }: MailRequest): Promise<Person | string> {
    if ('email' in recipient) return findByEmail(tenantId, recipient, clientId);
    const user = await users.findById(tenantId, recipient.userId);
    return user ? { user, connectionName: '' } : 'There is no such user any more.';
  }

  return async (tenantId, { request, createdAt }, defaultFrom) => {
    const { name, issuer, clientId } = request;
    const kind = KINDS[name];
    const now = steadyTime.now();
    const [tenant, person] = [await tenants.findById(tenantId), await find(tenantId, request)];
    if (!tenant) return { failure: 'There is no such tenant any more.', userId: null };
    if (typeof person === 'string') return { failure: person, userId: null };
    const { user, connectionName } = person;
    const { userId, email } = user;
    if (email === null) return { failure: 'The user has no e-mail address.', userId };
    if (user.blocked) return { failure: 'The user is blocked.', userId };
    const template = templateInUse(await mailTemplates.find(tenantId, name));
    const expiresAt = createdAt + (template?.lifetimeSeconds ?? DEFAULT_LIFETIME_SECONDS) * 1000;
    if (expiresAt <= now) return { failure: 'The mail could not be sent before its link had ended.', userId };
    if ((await tickets.countSince(tenantId, kind, userId, now - HOUR_MS)) >= MOST_IN_AN_HOUR) {
      return { failure: 'The user was sent as many mails in an hour as there may be.', userId };
    }
    const secret = new Secret(randomBase64Url(TICKET_BYTES));
    const client = clientId === null ? null : await clients.findById(tenantId, clientId);
    const mail = await writeMail({
      ...{ name, template },
      // Security: never to the address as it was typed, which may only look like the user's.
      to: email,
      defaultFrom: defaultFrom ?? `no-reply@${new URL(issuer).hostname}`,
      variables: {
        application: { name: client?.name ?? '', clientID: client?.clientId ?? '' },
        connection: { name: connectionName },
        tenant: tenant.name,
        friendly_name: tenant.friendlyName ?? tenant.name,
        user: toVariables(user),
        url: addressOfTicket(issuer, kind, secret),
      },
    });
    await tickets.insert(tenantId, secret, {
      ...{ kind, userId, clientId, email, createdAt: now, expiresAt },
      resultUrl: template?.resultUrl ?? null,
      includesEmail: template?.includesEmail ?? true,
      // Who opened the mail has shown whose address it is.
      verifiesEmail: true,
    });
    return { mail, userId, withdraw: () => tickets.withdraw(tenantId, secret) };
  };
}

/** The user as Auth0's templates know one. */
function toVariables(user: User): Record<string, unknown> {
  return {
    ...{ user_id: user.userId, email: user.email, email_verified: user.emailVerified, username: user.username },
    ...{ name: user.name, given_name: user.givenName, family_name: user.familyName, nickname: user.nickname },
    ...{ picture: user.picture, user_metadata: user.userMetadata, app_metadata: user.appMetadata },
  };
}
