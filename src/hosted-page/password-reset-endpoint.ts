// /u/reset-password: the page on which somebody with a ticket sets a new password. It works without a script: the rules stand
// there, the browser knows the least length, and the server says in place which of them a password does not keep.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { PasswordPolicy } from '../connection/database-options.ts';
import type { PasswordProblemName } from '../directory/database/password-policy.ts';
import { leastLength, type PasswordRule, passwordRules } from '../directory/database/password-rules.ts';
import type { ClientAddressOf } from '../http/client-ip.ts';
import type { Routes } from '../http/server.ts';
import { getTenant } from '../http/tenant-of-request.ts';
import { equalInConstantTime } from '../lib/constant-time.ts';
import { type Html, html } from '../lib/html.ts';
import { Secret } from '../lib/secret.ts';
import type { TenantResolver } from '../tenant/tenant-resolver.ts';
import { pathOfTicket } from '../ticket/ticket.ts';
import type { OpenTicket, OpenTickets } from './open-ticket.ts';
import { placeOf, sendPage } from './page.ts';
import type { PasswordReset } from './reset-password.ts';
import { sendDone, sendInvalidLink } from './result-page.ts';
import { originOf, readFields, ticketOf, ticketOfQuery } from './ticket-request.ts';

interface Parts {
  readonly resolveTenant: TenantResolver;
  readonly clientAddress: ClientAddressOf;
  readonly openTicket: OpenTickets;
  readonly passwords: PasswordReset;
}

interface Form {
  readonly secret: Secret;
  readonly place: string;
  readonly open: OpenTicket;
  readonly policy: PasswordPolicy;
}

const KIND = 'password-change';
const PATH = pathOfTicket(KIND);
const TITLE = 'Set a new password';
const LONGEST_PASSWORD = 1024;
const FAILED = 'fcp';

/** Adds the page. */
export function createPasswordResetEndpoint(parts: Parts): Routes {
  const { resolveTenant, clientAddress, openTicket, passwords } = parts;

  async function formOf(request: FastifyRequest, secret: Secret | null): Promise<Form | { readonly place: string }> {
    const { tenant } = await getTenant(resolveTenant, request);
    const place = placeOf(tenant);
    const open = await openTicket(tenant, KIND, secret, { origin: originOf(request, clientAddress), type: FAILED });
    const policy = open && (await passwords.policyFor(tenant, open.user));
    return secret && open && policy !== null ? { secret, place, open, policy } : { place };
  }

  async function show(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const form = await formOf(request, ticketOfQuery(request));
    return 'open' in form ? sendForm(reply, 200, form, null, null) : sendInvalidLink(reply, form.place);
  }

  async function set(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const fields = readFields(request, ['ticket', 'password', 'confirmation']);
    const form = await formOf(request, ticketOf(fields.get('ticket')));
    if (!('open' in form)) return sendInvalidLink(reply, form.place);
    const password = new Secret(fields.get('password') ?? '');
    try {
      const problem = problemOf(password.reveal(), fields.get('confirmation') ?? '');
      if (problem !== null) return await sendForm(reply, 400, form, problem, null);
      const { tenant } = await getTenant(resolveTenant, request);
      const origin = originOf(request, clientAddress);
      const outcome = await passwords.reset(tenant, form.secret, form.open, password, origin);
      switch (outcome) {
        case 'done':
          return await sendDone(
            reply,
            form.place,
            form.open.ticket,
            'Your password is changed',
            'You can log in with the new password now.',
          );
        case 'leaked':
          return await sendForm(reply, 400, form, LEAKED, null);
        case 'busy':
          return await sendForm(reply, 503, form, 'There is too much to do at the moment. Please try again.', null);
        case 'failed':
          return await sendForm(reply, 503, form, 'The password could not be changed. Please try again later.', null);
        case 'invalid':
          return await sendInvalidLink(reply, form.place);
        default:
          return await sendForm(reply, 400, form, PROBLEMS[outcome.name], password);
      }
    } finally {
      password.forget();
    }
  }

  return (server) => {
    server.get(PATH, show);
    server.post(PATH, set);
  };
}

const PROBLEMS: Readonly<Record<PasswordProblemName, string>> = {
  PasswordStrengthError: 'This password does not keep the rules below.',
  PasswordDictionaryError: 'This password is too common.',
  PasswordNoUserInfoError: 'This password contains your name or your address.',
  PasswordHistoryError: 'You had this password lately.',
};

const LEAKED =
  'This password is known from a data breach of some other service, and others may try it. Please choose another one.';

/** What is wrong with what was typed, whatever the policy; null for nothing. */
function problemOf(password: string, confirmation: string): string | null {
  if (password === '') return 'Please type a password.';
  if (password.length > LONGEST_PASSWORD) return `A password has ${LONGEST_PASSWORD} characters at most.`;
  return equalInConstantTime(password, confirmation) ? null : 'The two passwords are not the same.';
}

/** The form; `typed` is a password that does not keep the rules. */
function sendForm(
  reply: FastifyReply,
  status: number,
  { secret, place, open, policy }: Form,
  problem: string | null,
  typed: Secret | null,
): FastifyReply {
  const rules = passwordRules(policy, typed);
  const least = leastLength(policy);
  const { email, username } = open.user;
  const error = problem === null ? null : html`<p class="error" role="alert" id="problem">${problem}</p>`;
  const described = problem === null ? 'rules' : 'problem rules';
  const body = html`<main><h1>${TITLE}</h1><p class="place">${place}: ${email ?? username ?? ''}</p>${error}
<form method="post" action="${PATH}">
<input type="hidden" name="ticket" value="${secret.reveal()}">
<input type="hidden" name="username" autocomplete="username" value="${email ?? username ?? ''}">
<label for="password">New password</label>
<input id="password" name="password" type="password" autocomplete="new-password" required minlength="${least}" maxlength="${LONGEST_PASSWORD}" aria-describedby="${described}"${problem === null ? null : html` aria-invalid="true"`}>
<ul class="rules" id="rules">${rules.map(toItem)}</ul>
<label for="confirmation">The same again</label>
<input id="confirmation" name="confirmation" type="password" autocomplete="new-password" required minlength="${least}" maxlength="${LONGEST_PASSWORD}">
<button>${TITLE}</button></form></main>`;
  return sendPage(reply, status, { title: TITLE, place, body });
}

function toItem({ words, kept, parts }: PasswordRule): Html {
  const inner = parts.length === 0 ? null : html`<ul>${parts.map(toItem)}</ul>`;
  if (kept === null) return html`<li>${words}${inner}</li>`;
  return html`<li class="${kept ? 'kept' : 'missing'}">${words} - ${kept ? 'kept' : 'missing'}${inner}</li>`;
}
