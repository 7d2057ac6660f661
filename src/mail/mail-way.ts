// Which way the mails of a tenant leave by: its own mail server, or else the operator's, or else the outbox of `dev`.
import type { TenantId } from '../tenant/tenant.ts';
import { type MailServer, serverOf } from './mail-provider.ts';
import type { MailProviderStore } from './mail-provider-store.ts';
import type { MailTransport, TransportOf } from './mail-transport.ts';
import { createSmtpTransport } from './smtp-transport.ts';

interface Parts {
  readonly mailProviders: MailProviderStore;
  /** The operator's own; null for none. */
  readonly operator: { readonly server: MailServer; readonly from: string | null } | null;
  readonly outbox: MailTransport | null;
  /** The address of a host that somebody named who is not the operator; throws for one that must not be connected to. */
  readonly resolve: (host: string) => Promise<string>;
}

/** Builds it. */
export function createMailWays({ mailProviders, operator, outbox, resolve }: Parts): TransportOf {
  const ofOperator =
    operator &&
    createSmtpTransport({ server: operator.server, defaultFrom: operator.from, resolve: async (host) => host });
  return async (tenantId: TenantId) => {
    const provider = await mailProviders.find(tenantId);
    // Security: a tenant's administrator must not reach what only this machine can.
    if (provider?.enabled) {
      return createSmtpTransport({ server: serverOf(provider), defaultFrom: provider.defaultFrom, resolve });
    }
    return ofOperator ?? outbox;
  };
}
