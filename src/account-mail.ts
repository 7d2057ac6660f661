// Puts together what brings people back to their accounts: the mails that are sent, the tickets in them, the pages that these
// lead to, and the endpoint that asks for a new password. Called by app.ts.

import type { KeyedHash } from './attack-protection/attempt-keys.ts';
import type { RefusesNewPassword } from './attack-protection/breach-guard.ts';
import type { PasswordHasher } from './directory/database/password-hash.ts';
import { createAccountScripts } from './directory/origin/account-scripts.ts';
import { createOutgoingAddresses } from './directory/outgoing-address.ts';
import type { Ground } from './ground.ts';
import { createEmailVerificationEndpoint } from './hosted-page/email-verification-endpoint.ts';
import { createLiftBlock } from './hosted-page/lift-block.ts';
import { createOpenTickets } from './hosted-page/open-ticket.ts';
import { createOutboxEndpoint } from './hosted-page/outbox-endpoint.ts';
import { createPasswordResetEndpoint } from './hosted-page/password-reset-endpoint.ts';
import { createPasswordReset } from './hosted-page/reset-password.ts';
import { createUnblockEndpoint } from './hosted-page/unblock-endpoint.ts';
import { createEmailVerification } from './hosted-page/verify-email.ts';
import type { ClientAddressOf } from './http/client-ip.ts';
import type { Cors } from './http/cors.ts';
import type { Routes } from './http/server.ts';
import type { FairLine } from './lib/fair-line.ts';
import type { SteadyTime } from './lib/steady-clock.ts';
import type { AccountLog } from './log/account-log.ts';
import { createMailQueue, type MailQueue } from './mail/mail-queue.ts';
import { createMailSender, type MailSender } from './mail/mail-sender.ts';
import { createMailWays } from './mail/mail-way.ts';
import { createChangePasswordEndpoint } from './oauth/change-password-endpoint.ts';
import type { Sandbox } from './sandbox/sandbox-runs.ts';
import type { GroupCommit } from './storage/group-commit.ts';
import type { Stores } from './stores.ts';
import type { TenantResolver } from './tenant/tenant-resolver.ts';
import { createAdministratorMailComposer } from './ticket-mail/compose-administrator-mail.ts';
import { createMailComposer } from './ticket-mail/compose-mail.ts';
import { createTicketMailComposer } from './ticket-mail/compose-ticket-mail.ts';
import { createMailEnd } from './ticket-mail/mail-end.ts';

interface Parts {
  readonly stores: Stores;
  readonly steadyTime: SteadyTime;
  readonly groupCommit: GroupCommit;
  readonly hasher: PasswordHasher;
  readonly line: FairLine;
  readonly resolveTenant: TenantResolver;
  readonly clientAddress: ClientAddressOf;
  readonly cors: Cors;
  readonly accountLog: AccountLog;
  readonly keyedHash: KeyedHash;
  readonly refusesNewPassword: RefusesNewPassword;
  /** Where the custom scripts of databases run. */
  readonly sandbox: Sandbox;
}

/** What the rest of the application uses of it. */
interface AccountMail {
  readonly queue: MailQueue;
  readonly sender: MailSender;
  readonly routes: readonly Routes[];
}

/** Builds it. */
export function createAccountMail(ground: Ground, parts: Parts): AccountMail {
  const { configuration, database, vault, clock, logger, outbox = null } = ground;
  const { stores, groupCommit, resolveTenant, clientAddress, cors } = parts;
  const { smtp } = configuration;
  const addresses = createOutgoingAddresses({ clock, networks: configuration.privateNetworks });
  const transportOf = createMailWays({
    mailProviders: stores.mailProviders,
    operator: smtp && { server: smtp, from: smtp.from },
    outbox,
    async resolve(host) {
      const [first] = await addresses.resolve(host, false);
      return first?.address ?? host;
    },
  });
  const queue = createMailQueue({ ...parts, mailRequests: stores.mailRequests, transportOf });
  const sender = createMailSender({
    ...{ ...parts, requests: stores.mailRequests, clock, logger, transportOf },
    compose: createMailComposer({
      ...{ mailNotices: stores.mailNotices, steadyTime: parts.steadyTime },
      composeTicketMail: createTicketMailComposer({ ...stores, steadyTime: parts.steadyTime }),
      composeAdministratorMail: createAdministratorMailComposer(stores),
    }),
    finish: createMailEnd({
      ...{ ...stores, ...parts, database, clock },
      fingerprint: (value) => vault.fingerprint(value),
      logUnknownUserNames: configuration.log.unknownUserNames,
    }),
  });
  const openTicket = createOpenTickets({ ...stores, ...parts, database });
  const front = { resolveTenant, clientAddress };
  const accountScripts = createAccountScripts(parts.sandbox);
  return {
    queue,
    sender,
    routes: [
      createChangePasswordEndpoint({ ...front, cors, mailQueue: queue, groupCommit, clock }),
      createEmailVerificationEndpoint({
        ...{ ...front, openTicket },
        verifyEmail: createEmailVerification({ ...stores, ...parts, accountScripts, database, clock }),
      }),
      createPasswordResetEndpoint({
        ...{ ...front, openTicket },
        passwords: createPasswordReset({ ...parts, accountScripts, database, clock }),
      }),
      createUnblockEndpoint({ ...front, openTicket, liftBlock: createLiftBlock({ ...stores, ...parts, database }) }),
      ...(outbox ? [createOutboxEndpoint({ resolveTenant, outbox })] : []),
    ],
  };
}
