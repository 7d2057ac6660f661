// Management: the texts of mails, in Liquid as at Auth0. The mails are those that this version sends.
import Type, { type Static } from 'typebox';
import { apiRefusals } from '../error/api-error.ts';
import type { Clock } from '../lib/clock.ts';
import { readMailbox } from '../lib/mailbox.ts';
import { notInThisVersion } from '../management/absent-family.ts';
import type { Changes } from '../management/changes.ts';
import { type Call, type Endpoint, endpoint } from '../management/endpoint.ts';
import { isResultUrl } from '../ticket/ticket.ts';
import { LONGEST_TEMPLATE, renderHtml, renderLine } from './liquid.ts';
import type { MailName } from './mail-request.ts';
import { DEFAULT_LIFETIME_SECONDS, MAIL_NAMES, type MailTemplate, type MailVariables } from './mail-template.ts';
import type { MailTemplateStore } from './mail-template-store.ts';

interface Parts {
  readonly stores: { readonly mailTemplates: MailTemplateStore };
  readonly changes: Changes;
  readonly clock: Clock;
}

const TAG = 'email-templates';
const NOUN = 'email template';
const NAMED = {
  path: '/email-templates/{templateName}',
  tag: TAG,
  params: { templateName: { description: 'Auth0’s name of the mail.', example: 'verify_email' } },
};
/** Auth0's other mails; a text for one would never be sent. */
const OTHER_NAMES = [
  ...['verify_email_by_code', 'auth_email_by_code', 'reset_email_by_code', 'welcome_email', 'enrollment_email'],
  ...['mfa_oob_code', 'user_invitation', 'change_password'],
  ...['password_reset', 'async_approval'],
];
const LONGEST_LIFETIME_SECONDS = 30 * 86_400;

const optional = <T extends Parameters<typeof Type.Optional>[0]>(member: T) =>
  Type.Optional(Type.Union([member, Type.Null()]));
const MEMBERS = {
  body: optional(Type.String({ minLength: 1, maxLength: LONGEST_TEMPLATE, description: 'HTML in Liquid.' })),
  from: optional(
    Type.String({ maxLength: 320, description: '`Name <address>`, the name in Liquid; empty for the provider’s.' }),
  ),
  subject: optional(Type.String({ minLength: 1, maxLength: 512, description: 'In Liquid.' })),
  syntax: optional(Type.Literal('liquid')),
  resultUrl: optional(Type.String({ maxLength: 2048, description: 'Where whoever has used the link is sent.' })),
  urlLifetimeInSeconds: optional(
    Type.Integer({ minimum: 0, maximum: LONGEST_LIFETIME_SECONDS, description: 'Of the link; default 432000.' }),
  ),
  includeEmailInRedirect: Type.Optional(
    Type.Boolean({ description: 'True (default) adds the address to `resultUrl`.' }),
  ),
  enabled: optional(Type.Boolean({ description: 'False has the built-in text sent; default true.' })),
};
const NewTemplate = Type.Object(
  { template: Type.String({ pattern: '^[a-z_]+$', maxLength: 64 }), ...MEMBERS },
  { additionalProperties: false },
);
const ChangedTemplate = Type.Object(
  { ...MEMBERS, template: Type.Optional(NewTemplate.properties.template) },
  { additionalProperties: false, minProperties: 1 },
);
type ChangedTemplate = Static<typeof ChangedTemplate>;

const EXAMPLE = {
  template: 'verify_email',
  from: 'Example <hello@example.com>',
  subject: 'Confirm your address for {{ friendly_name }}',
  body: '<p>Hello {{ user.given_name }}, <a href="{{ url }}">confirm your address</a>.</p>',
  syntax: 'liquid',
  enabled: true,
};

/** The endpoints of the texts of mails. */
export function createMailTemplateEndpoints({ stores: { mailTemplates }, changes, clock }: Parts): Endpoint[] {
  async function write(
    call: Call<unknown, ChangedTemplate>,
    name: string,
    action: 'created' | 'updated',
    start: (stored: MailTemplate | null) => MailTemplate | null,
  ): Promise<object> {
    const { tenant, body } = call;
    const known = requireSent(name);
    if (body.template !== undefined && body.template !== known) {
      throw apiRefusals.invalidBody("'The name is another one than in the path' on property template.");
    }
    await requireSound(tenant.name, { subject: body.subject ?? '', body: body.body ?? '', from: body.from ?? '' });
    return changes.configure(call, async (sql) => {
      const template = changed(known, start(await mailTemplates.find(tenant.id, known, sql)), body);
      await mailTemplates.save(tenant.id, template, clock.now(), sql);
      const members = Object.keys(body).filter((member) => member !== 'template');
      return { result: show(template), changes: [{ action, noun: NOUN, name: known, members }] };
    });
  }

  return [
    endpoint({
      ...{ ...NAMED, method: 'GET', scopes: ['read:email_templates'], status: 200 },
      summary: 'Show the tenant’s own text of a mail',
      async handle({ tenant, params }) {
        const template = await mailTemplates.find(tenant.id, params['templateName'] ?? '');
        if (!template) throw apiRefusals.missing(NOUN);
        return show(template);
      },
    }),
    endpoint({
      ...{ path: '/email-templates', tag: TAG, method: 'POST', scopes: ['create:email_templates'], status: 201 },
      summary: 'Write the text of a mail, `verify_email` or `reset_email`',
      body: NewTemplate,
      example: { body: { ...EXAMPLE, template: 'reset_email' } },
      handle: (call) =>
        write(call, call.body.template, 'created', (stored) => {
          if (stored) throw apiRefusals.conflict('The template already exists', 'email_template_conflict');
          return null;
        }),
    }),
    endpoint({
      ...{ ...NAMED, method: 'PUT', scopes: ['update:email_templates'], status: 200 },
      summary: 'Write the text of a mail, in place of what there is',
      body: NewTemplate,
      example: { body: EXAMPLE },
      handle: (call) => write(call, call.params['templateName'] ?? '', 'updated', () => null),
    }),
    endpoint({
      ...{ ...NAMED, method: 'PATCH', scopes: ['update:email_templates'], status: 200 },
      summary: 'Change the tenant’s own text of a mail',
      body: ChangedTemplate,
      example: { body: { subject: 'Please confirm your address' } },
      handle: (call) =>
        write(call, call.params['templateName'] ?? '', 'updated', (stored) => {
          if (!stored) throw apiRefusals.missing(NOUN);
          return stored;
        }),
    }),
  ];
}

/** The name of a mail that is sent; throws `ApiError` for any other. */
function requireSent(name: string): MailName {
  const known = MAIL_NAMES.find((one) => one === name);
  if (known) return known;
  if (OTHER_NAMES.includes(name)) throw notInThisVersion(`mail ${name}: a text for it would never be sent`);
  throw apiRefusals.missing(NOUN);
}

/** The template as the body wants it; null takes a member back to its default. Throws `ApiError`. */
function changed(name: MailName, stored: MailTemplate | null, body: ChangedTemplate): MailTemplate {
  const pick = <T>(given: T | null | undefined, kept: T | undefined, otherwise: T): T =>
    given === undefined ? (kept ?? otherwise) : (given ?? otherwise);
  const resultUrl = body.resultUrl === undefined ? (stored?.resultUrl ?? null) : body.resultUrl || null;
  if (resultUrl !== null && !isResultUrl(resultUrl)) {
    throw apiRefusals.invalidBody("'The value is no http or https address' on property resultUrl.");
  }
  const template = {
    ...{ name, resultUrl },
    enabled: pick(body.enabled, stored?.enabled, true),
    from: pick(body.from, stored?.from, ''),
    subject: pick(body.subject, stored?.subject, ''),
    body: pick(body.body, stored?.body, ''),
    lifetimeSeconds: pick(body.urlLifetimeInSeconds, stored?.lifetimeSeconds, 0) || DEFAULT_LIFETIME_SECONDS,
    includesEmail: body.includeEmailInRedirect ?? stored?.includesEmail ?? true,
  };
  for (const member of ['subject', 'body'] as const) {
    if (template[member] === '') throw apiRefusals.invalidBody(`'Missing required property: ${member}'.`);
  }
  return template;
}

/** Throws `ApiError` for what could not be sent: it is looked at now, and not when somebody waits for a mail. */
async function requireSound(tenantName: string, texts: Pick<MailTemplate, 'subject' | 'body' | 'from'>): Promise<void> {
  const sample: MailVariables = {
    ...{ application: { name: '', clientID: '' }, connection: { name: '' } },
    ...{ tenant: tenantName, friendly_name: tenantName, user: {}, url: 'https://example.com/' },
  };
  const mailbox = texts.from === '' ? { name: '' } : readMailbox(texts.from);
  if (!mailbox) throw apiRefusals.invalidBody("'The value is no address' on property from.");
  for (const [member, render, text] of [
    ['from', renderLine, mailbox.name],
    ['subject', renderLine, texts.subject],
    ['body', renderHtml, texts.body],
  ] as const) {
    await render(text, sample).catch((error: unknown) => {
      throw apiRefusals.invalidBody(`'${firstLine(error)}' on property ${member}.`);
    });
  }
}

function firstLine(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return line.replaceAll(/\p{Cc}/gu, ' ').slice(0, 200);
}

function show(template: MailTemplate): object {
  return {
    template: template.name,
    body: template.body,
    from: template.from,
    subject: template.subject,
    syntax: 'liquid',
    resultUrl: template.resultUrl ?? '',
    urlLifetimeInSeconds: template.lifetimeSeconds,
    includeEmailInRedirect: template.includesEmail,
    enabled: template.enabled,
  };
}
