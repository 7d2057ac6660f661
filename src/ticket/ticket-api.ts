// Management: tickets, which are links to a page where somebody changes a password or confirms an address. Whoever asks for one
// hands it on; no mail is sent.
import Type, { type Static } from 'typebox';
import { ADMINISTRATORS, DATABASE_STRATEGY } from '../connection/connection.ts';
import { keepingScriptsOf, scriptedAccountOf, scriptedOwnerOf, takesChange } from '../connection/scripted-account.ts';
import type { ApplyStores } from '../declaration/workspace.ts';
import { apiRefusals } from '../error/api-error.ts';
import { randomBase64Url } from '../lib/id.ts';
import { Secret } from '../lib/secret.ts';
import type { SteadyTime } from '../lib/steady-clock.ts';
import { DEFAULT_LIFETIME_SECONDS } from '../mail/mail-template.ts';
import type { Changes } from '../management/changes.ts';
import { type Call, type Endpoint, endpoint } from '../management/endpoint.ts';
import type { UserChanges } from '../management/user-changes.ts';
import { canonicalIdentifier } from '../user/identifier.ts';
import type { User } from '../user/user.ts';
import { addressOfTicket, isResultUrl, TICKET_BYTES, type TicketKind } from './ticket.ts';

interface Parts {
  readonly stores: ApplyStores;
  readonly changes: Changes;
  readonly users: UserChanges;
  readonly steadyTime: SteadyTime;
}

const PLACE = { tag: 'tickets', method: 'POST', scopes: ['create:user_tickets'], status: 201 } as const;
const LONGEST_SECONDS = 365 * 86_400;

const SHARED = {
  result_url: Type.Optional(
    Type.String({ maxLength: 2048, description: 'Where whoever has used the link is sent; http or https.' }),
  ),
  client_id: Type.Optional(Type.String({ minLength: 1, description: 'The application that it is about.' })),
  ttl_sec: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: LONGEST_SECONDS,
      description: 'How long the link works; 0 or none for 432000.',
    }),
  ),
  includeEmailInRedirect: Type.Optional(
    Type.Boolean({ description: 'True (default) adds the address to `result_url`.' }),
  ),
};
const UserIdMember = Type.String({ minLength: 1, maxLength: 512 });
const EmailVerification = Type.Object({ ...SHARED, user_id: UserIdMember }, { additionalProperties: false });
const PasswordChange = Type.Object(
  {
    ...SHARED,
    user_id: Type.Optional(UserIdMember),
    connection_id: Type.Optional(Type.String({ minLength: 1, description: 'With `email`, in place of `user_id`.' })),
    email: Type.Optional(Type.String({ minLength: 1, maxLength: 254 })),
    mark_email_as_verified: Type.Optional(
      Type.Boolean({ description: 'True confirms the address too: set it when the link goes there. Default false.' }),
    ),
  },
  { additionalProperties: false },
);
type Shared = Omit<Static<typeof EmailVerification>, 'user_id'>;

/** The endpoints of tickets. */
export function createTicketEndpoints({ stores, changes, users, steadyTime }: Parts): Endpoint[] {
  /** Throws `ApiError` for somebody whose password or address is not ours to change, and no script's. */
  async function requireOwn(
    { tenant }: Call,
    user: User,
    script: 'verify' | 'changePassword',
    verifies = false,
  ): Promise<User> {
    const identities = await stores.users.listIdentities(tenant.id, user.userId);
    const connections = await stores.connections.list(tenant.id);
    if (verifies && scriptedAccountOf(user, identities, connections)) {
      throw apiRefusals.badRequest(
        'mark_email_as_verified has no effect: whether the address is verified is what the script login says.',
        'operation_not_supported',
      );
    }
    if (takesChange(user, identities, connections, script)) return user;
    throw apiRefusals.badRequest('The user must belong to a database connection.', 'operation_not_supported');
  }

  async function findByEmail({ tenant }: Call, connectionId: string, email: string): Promise<User> {
    const connection = (await stores.connections.list(tenant.id)).find(({ id }) => id === connectionId);
    if (!connection || connection.name === ADMINISTRATORS) throw apiRefusals.missing('connection');
    if (connection.strategy !== DATABASE_STRATEGY) {
      throw apiRefusals.badRequest('The connection must be a database connection.', 'operation_not_supported');
    }
    if (keepingScriptsOf(connection)) {
      const found = scriptedOwnerOf(await stores.users.listByEmail(tenant.id, email), connection, email);
      if (!found) throw apiRefusals.missing('user');
      return users.getChangeable(tenant.id, found.userId);
    }
    const owner = await stores.credentials.findOwner(tenant.id, connection.id, canonicalIdentifier(email));
    const user = owner === null ? null : await stores.users.findByIdentity(tenant.id, connection.id, owner);
    if (!user) throw apiRefusals.missing('user');
    return users.getChangeable(tenant.id, user.userId);
  }

  async function issue(call: Call, kind: TicketKind, user: User, body: Shared, verifiesEmail: boolean) {
    const { tenant, issuer } = call;
    const { result_url: resultUrl, client_id: clientId, ttl_sec: seconds } = body;
    if (resultUrl !== undefined && !isResultUrl(resultUrl)) {
      throw apiRefusals.invalidBody("'The value is no http or https address' on property result_url.");
    }
    if (clientId !== undefined && !(await stores.clients.findById(tenant.id, clientId))) {
      throw apiRefusals.missing('client');
    }
    const secret = new Secret(randomBase64Url(TICKET_BYTES));
    const createdAt = steadyTime.now();
    const ticket = {
      ...{ kind, userId: user.userId, email: user.email, verifiesEmail, createdAt },
      clientId: clientId ?? null,
      ...{ resultUrl: resultUrl ?? null, blockKey: null },
      includesEmail: body.includeEmailInRedirect ?? true,
      expiresAt: createdAt + (seconds || DEFAULT_LIFETIME_SECONDS) * 1000,
    };
    return changes.write(call, async (sql) => {
      await stores.tickets.insert(tenant.id, secret, ticket, sql);
      const change = { action: 'created', noun: `${kind} ticket`, name: user.userId, members: [] } as const;
      return { result: { ticket: addressOfTicket(issuer, kind, secret) }, changes: [change] };
    });
  }

  return [
    endpoint({
      ...{ ...PLACE, path: '/tickets/email-verification' },
      summary: 'Make a link by which a user confirms the e-mail address',
      body: EmailVerification,
      example: { body: { user_id: 'auth0|67e9930075b689b7db2688df', ttl_sec: 3600 } },
      async handle(call) {
        const user = await requireOwn(call, await users.getChangeable(call.tenant.id, call.body.user_id), 'verify');
        if (user.email === null) {
          throw apiRefusals.badRequest('The user has no e-mail address to confirm.', 'operation_not_supported');
        }
        return issue(call, 'email-verification', user, call.body, true);
      },
    }),
    endpoint({
      ...{ ...PLACE, path: '/tickets/password-change' },
      summary: 'Make a link by which a user sets a new password',
      body: PasswordChange,
      example: {
        body: { user_id: 'auth0|67e9930075b689b7db2688df', result_url: 'https://app.example.com/', ttl_sec: 3600 },
      },
      async handle(call) {
        const { user_id: userId, connection_id: connectionId, email, mark_email_as_verified: verifies } = call.body;
        const isByEmail = connectionId !== undefined && email !== undefined && userId === undefined;
        const isById = connectionId === undefined && email === undefined && userId !== undefined;
        if (!isByEmail && !isById) {
          throw apiRefusals.invalidBody("'Either user_id, or connection_id and email'.");
        }
        const user = isByEmail
          ? await findByEmail(call, connectionId, email)
          : await users.getChangeable(call.tenant.id, userId ?? '');
        await requireOwn(call, user, 'changePassword', verifies);
        return issue(call, 'password-change', user, call.body, verifies ?? false);
      },
    }),
  ];
}
