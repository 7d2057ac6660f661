// Management: the mail server of the tenant, in Auth0's words an e-mail provider. Of Auth0's kinds there is `smtp`.
import Type, { type Static } from 'typebox';
import { apiRefusals } from '../error/api-error.ts';
import type { Clock } from '../lib/clock.ts';
import { readMailbox } from '../lib/mailbox.ts';
import { Secret } from '../lib/secret.ts';
import type { Changes } from '../management/changes.ts';
import { type Call, type Endpoint, endpoint } from '../management/endpoint.ts';
import { FIELDS_QUERY, fieldFilter } from '../management/field-filter.ts';
import type { MailProvider } from './mail-provider.ts';
import type { MailProviderStore } from './mail-provider-store.ts';

interface Parts {
  readonly stores: { readonly mailProviders: MailProviderStore };
  readonly changes: Changes;
  readonly clock: Clock;
}

const PLACE = { path: '/emails/provider', tag: 'emails' };
const NOUN = 'email provider';
const ONLY_KIND = 'smtp';
const DEFAULT_PORT = 587;

const MEMBERS = {
  name: Type.String({ minLength: 1, maxLength: 64, description: 'Only `smtp`.' }),
  enabled: Type.Optional(
    Type.Boolean({ description: 'False has mails leave by the way of the operator; default true.' }),
  ),
  default_from_address: Type.Optional(
    Type.String({ maxLength: 320, description: 'Who mails are from whose template does not say.' }),
  ),
  credentials: Type.Object(
    {
      smtp_host: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9.:-]+$', maxLength: 253 })),
      smtp_port: Type.Optional(
        Type.Integer({
          ...{ minimum: 1, maximum: 65_535 },
          description: 'Default 587, with STARTTLS; on 465 TLS is spoken from the first byte.',
        }),
      ),
      smtp_user: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
      smtp_pass: Type.Optional(Type.String({ minLength: 1, maxLength: 1024, description: 'Never told again.' })),
    },
    { additionalProperties: true },
  ),
};
const NewProvider = Type.Object(MEMBERS, { additionalProperties: false });
const ChangedProvider = Type.Object(
  { ...MEMBERS, name: Type.Optional(MEMBERS.name), credentials: Type.Optional(MEMBERS.credentials) },
  { additionalProperties: false, minProperties: 1 },
);
type ChangedProvider = Static<typeof ChangedProvider>;

/** The endpoints of the mail server. */
export function createMailProviderEndpoints({ stores: { mailProviders }, changes, clock }: Parts): Endpoint[] {
  function write(
    call: Call<unknown, ChangedProvider>,
    action: 'created' | 'updated',
    make: (stored: MailProvider | null) => MailProvider,
  ): Promise<object> {
    const { tenant, body } = call;
    return changes.configure(call, async (sql) => {
      const provider = make(await mailProviders.find(tenant.id, sql));
      await mailProviders.save(tenant.id, provider, clock.now(), sql);
      const members = Object.keys(body).flatMap((name) =>
        name === 'credentials' ? Object.keys(body.credentials ?? {}).map((one) => `credentials.${one}`) : [name],
      );
      return { result: show(provider), changes: [{ action, noun: NOUN, name: ONLY_KIND, members }] };
    });
  }

  return [
    endpoint({
      ...{ ...PLACE, method: 'GET', scopes: ['read:email_provider'], status: 200 },
      summary: 'Show the mail server of the tenant',
      query: Type.Object(FIELDS_QUERY, { additionalProperties: false }),
      async handle({ tenant, query }) {
        const provider = await mailProviders.find(tenant.id);
        if (!provider) throw apiRefusals.missing(NOUN);
        return fieldFilter(query)(show(provider));
      },
    }),
    endpoint({
      ...{ ...PLACE, method: 'POST', scopes: ['create:email_provider'], status: 201 },
      summary: 'Give the tenant a mail server of its own',
      body: NewProvider,
      example: {
        body: {
          ...{ name: ONLY_KIND, default_from_address: 'hello@example.com' },
          credentials: { smtp_host: 'mail.example.com', smtp_port: 587, smtp_user: 'hello', smtp_pass: 'a-password' },
        },
      },
      handle: (call) =>
        write(call, 'created', (stored) => {
          if (stored) throw apiRefusals.conflict('There is already an email provider', 'email_provider_conflict');
          return changed(null, call.body);
        }),
    }),
    endpoint({
      ...{ ...PLACE, method: 'PATCH', scopes: ['update:email_provider'], status: 200 },
      summary: 'Change the mail server of the tenant; another server is sent no password that it was not given',
      body: ChangedProvider,
      example: { body: { enabled: false } },
      handle: (call) =>
        write(call, 'updated', (stored) => {
          if (!stored) throw apiRefusals.missing(NOUN);
          return changed(stored, call.body);
        }),
    }),
    endpoint({
      ...{ ...PLACE, method: 'DELETE', scopes: ['delete:email_provider'], status: 204 },
      summary: 'Take the mail server of the tenant away; 204 too when there is none',
      handle: (call) =>
        changes.configure(call, async (sql) => {
          const deleted = await mailProviders.delete(call.tenant.id, sql);
          const change = { action: 'deleted', noun: NOUN, name: ONLY_KIND, members: [] } as const;
          return { result: undefined, changes: deleted ? [change] : [] };
        }),
    }),
  ];
}

/** The provider as the body wants it; throws `ApiError`. */
function changed(stored: MailProvider | null, body: ChangedProvider): MailProvider {
  const { name = ONLY_KIND, enabled, default_from_address: from, credentials } = body;
  if (name !== ONLY_KIND) {
    throw apiRefusals.badRequest(
      `This version of Gatehouse sends mail through ${ONLY_KIND} servers, and not through ${name.slice(0, 64)}.`,
      'operation_not_supported',
    );
  }
  if (from !== undefined && from !== '' && !readMailbox(from)) {
    throw apiRefusals.invalidBody("'The value is no address' on property default_from_address.");
  }
  return {
    ...(credentials || !stored ? serverOf(stored, credentials ?? {}) : stored),
    enabled: enabled ?? stored?.enabled ?? true,
    defaultFrom: from === undefined ? (stored?.defaultFrom ?? null) : from || null,
  };
}

type Server = Pick<MailProvider, 'host' | 'port' | 'userName' | 'password'>;

/** Security: a password goes to the server that it was given for, and to no other one. */
function serverOf(stored: MailProvider | null, credentials: NonNullable<ChangedProvider['credentials']>): Server {
  const { smtp_host: host, smtp_port: port = DEFAULT_PORT, smtp_user: user, smtp_pass: pass, ...others } = credentials;
  const [other] = Object.keys(others);
  if (other !== undefined) {
    throw apiRefusals.invalidBody(
      `'Additional properties not allowed: ${other.slice(0, 100)}' on property credentials.`,
    );
  }
  if (host === undefined)
    throw apiRefusals.invalidBody("'Missing required property: smtp_host' on property credentials.");
  const server = { host, port, userName: user ?? null };
  const isSame = stored && stored.host === host && stored.port === port && stored.userName === server.userName;
  const password = pass === undefined ? (isSame ? stored.password : null) : new Secret(pass);
  if ((server.userName === null) !== (password === null)) {
    throw apiRefusals.invalidBody(
      "'smtp_user and smtp_pass go together, also when the server changes' on property credentials.",
    );
  }
  return { ...server, password };
}

function show({ enabled, defaultFrom, host, port, userName }: MailProvider): object {
  return {
    ...{ name: ONLY_KIND, enabled },
    ...(defaultFrom === null ? {} : { default_from_address: defaultFrom }),
    credentials: { smtp_host: host, smtp_port: port, ...(userName === null ? {} : { smtp_user: userName }) },
  };
}
