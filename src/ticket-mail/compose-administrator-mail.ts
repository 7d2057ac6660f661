// Writes a mail to the administrators of a tenant about what attack protection did. There is one text for everybody, and no link that
// does anything: what it tells of can be seen in the dashboard.
import { ADMINISTRATORS, type StoredConnection } from '../connection/connection.ts';
import { html } from '../lib/html.ts';
import { readMailbox } from '../lib/mailbox.ts';
import type { AdministratorMailName, MailIncident, QueuedMail } from '../mail/mail-request.ts';
import type { Composed } from '../mail/mail-sender.ts';
import type { Tenant, TenantId } from '../tenant/tenant.ts';
import type { User } from '../user/user.ts';

interface Parts {
  readonly tenants: { findById(id: TenantId): Promise<Tenant | null> };
  readonly connections: { list(tenantId: TenantId): Promise<readonly StoredConnection[]> };
  readonly users: {
    listIdsOf(tenantId: TenantId, connectionId: string, most?: number): Promise<readonly string[]>;
    findById(tenantId: TenantId, userId: string): Promise<User | null>;
  };
}

/** Throws when the database does not answer. */
export type ComposeAdministratorMail = (
  tenantId: TenantId,
  name: AdministratorMailName,
  queued: QueuedMail,
  defaultFrom: string | null,
) => Promise<Composed>;

/** All of them get one mail. */
const MOST_ADMINISTRATORS = 50;

const TEXTS: Readonly<
  Record<AdministratorMailName, { subject: string; says: (incident: MailIncident) => string; next: string }>
> = {
  throttled_address: {
    subject: 'An address is throttled',
    says: ({ address }) =>
      `Logins or sign-ups from ${address} failed so often that further ones have to wait, whatever the names.`,
    next: 'Is it the address of your own backend or office? Then put it on the allow list, or name it as a proxy.',
  },
  breached_password: {
    subject: 'A breached password was used',
    says: ({ userId, address }) =>
      `${userId === null ? 'Somebody who signs up' : `The user ${userId}`} used a password that is known from a data breach of some other service, at ${address}.`,
    next: 'Others may try it. Whether the password was refused is what your settings say.',
  },
};

/** Builds it. */
export function createAdministratorMailComposer({ tenants, connections, users }: Parts): ComposeAdministratorMail {
  /** The addresses of all who are not blocked. */
  async function addressesOf(tenantId: TenantId): Promise<string[]> {
    const own = (await connections.list(tenantId)).find(({ name }) => name === ADMINISTRATORS);
    const ids = own ? await users.listIdsOf(tenantId, own.id, MOST_ADMINISTRATORS) : [];
    const found = await Promise.all(ids.map((id) => users.findById(tenantId, id)));
    return found.flatMap((user) => (user && !user.blocked && user.email !== null ? [user.email] : [])).toSorted();
  }

  return async (tenantId, name, { request }, defaultFrom) => {
    const tenant = await tenants.findById(tenantId);
    const { incident, issuer } = request;
    if (!tenant || !incident) return { failure: 'There is no such tenant any more.', userId: null };
    const [to, ...alsoTo] = await addressesOf(tenantId);
    if (to === undefined) {
      return { failure: 'No administrator of the tenant has an e-mail address.', userId: null };
    }
    const { subject, says, next } = TEXTS[name];
    const called = tenant.friendlyName ?? tenant.name;
    const sender = readMailbox(defaultFrom ?? `no-reply@${new URL(issuer).hostname}`);
    if (!sender) return { failure: 'The sender of the mail is no address.', userId: null };
    const page = `${issuer}dashboard/attack-protection`;
    const lines = [`${called}: ${says(incident)}`, next, `See who is blocked, and your settings: ${page}`];
    const mail = {
      ...{ from: { name: sender.name || called, address: sender.address }, to, alsoTo },
      ...{ subject: `${subject} (${called})`, text: `${lines.join('\n\n')}\n` },
      html: html`<!doctype html>
<html lang="en"><body>${lines.map((line) => html`<p>${line}</p>`)}</body></html>`.text,
    };
    return { mail, userId: null, withdraw: async () => {} };
  };
}
