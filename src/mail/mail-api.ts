// Management: the provider through which mail would be sent, and templates of mails. This version sends no mail, so there is
// neither, and setting one up is refused.
import Type from 'typebox';
import { apiRefusals } from '../error/api-error.ts';
import { refusedEndpoint } from '../management/absent-family.ts';
import { type Endpoint, endpoint } from '../management/endpoint.ts';
import { FIELDS_QUERY } from '../management/field-filter.ts';

const LACKS = 'mail';
const PROVIDER = { path: '/emails/provider', tag: 'emails' };
const TEMPLATE = {
  path: '/email-templates/{templateName}',
  tag: 'email-templates',
  params: { templateName: { description: 'Which mail.', example: 'verify_email' } },
};

/** The endpoints of the mail provider and of mail templates. */
export function createMailEndpoints(): Endpoint[] {
  return [
    endpoint({
      ...{ ...PROVIDER, method: 'GET', scopes: ['read:email_provider'], status: 404 },
      summary: 'Show the mail provider: there is none',
      query: Type.Object(FIELDS_QUERY, { additionalProperties: false }),
      async handle() {
        throw apiRefusals.missing('email provider');
      },
    }),
    refusedEndpoint({ ...PROVIDER, method: 'POST', scopes: ['create:email_provider'], lacks: LACKS }),
    refusedEndpoint({ ...PROVIDER, method: 'PATCH', scopes: ['update:email_provider'], lacks: LACKS }),
    endpoint({
      ...{ ...TEMPLATE, method: 'GET', scopes: ['read:email_templates'], status: 404 },
      summary: 'Show a mail template: there is none',
      async handle() {
        throw apiRefusals.missing('email template');
      },
    }),
    refusedEndpoint({ ...TEMPLATE, method: 'PUT', scopes: ['update:email_templates'], lacks: LACKS }),
    refusedEndpoint({ ...TEMPLATE, method: 'PATCH', scopes: ['update:email_templates'], lacks: LACKS }),
    refusedEndpoint({
      ...{ path: '/email-templates', tag: TEMPLATE.tag, method: 'POST', lacks: LACKS },
      scopes: ['create:email_templates'],
    }),
  ];
}
