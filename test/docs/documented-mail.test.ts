// The examples of docs/mail.md and docs/password-change.md do what the pages say.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, test } from 'node:test';
import { loadConfiguration } from '../../src/config/load-config.ts';
import { linkIn, type MailedServer, startMailedServer } from '../support/mailed-server.ts';

const [MAIL, CHANGE] = ['mail', 'password-change'].map((name) => readFileSync(`docs/${name}.md`, 'utf8'));
const blocks = (page: string | undefined, language: string) =>
  [...(page ?? '').matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, block = '']) => block);
const json = (page: string | undefined) =>
  blocks(page, 'json').map((block) => JSON.parse(block) as Record<string, unknown>);

let server: MailedServer;
beforeEach(async () => {
  server = await startMailedServer();
});
afterEach(() => server.close());

test('the provider, the text and the job of the page are accepted', async () => {
  const [provider, template, job] = json(MAIL);
  assert.equal((await server.api('POST', '/emails/provider', provider)).status, 201);
  assert.equal((await server.api('POST', '/email-templates', template)).status, 201);
  assert.equal((await server.api('POST', '/jobs/verification-email', job)).status, 201);
});

test('the environment of the page is a configuration', async () => {
  const [shell = ''] = blocks(MAIL, 'sh');
  const environment = Object.fromEntries(
    [...shell.matchAll(/^export (\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [
      name,
      value.replace(/^'(.*)'$/, '$1'),
    ]),
  );
  const { GATEHOUSE_SMTP_PASSWORD_FILE: file, ...rest } = environment;
  assert.ok(file);
  const { smtp } = await loadConfiguration({
    ...{ file: null, flags: {} },
    environment: { ...rest, GATEHOUSE_SMTP_PASSWORD: 'x' },
  });
  assert.deepEqual([smtp?.host, smtp?.port, smtp?.security], ['mail.example.com', 587, 'starttls']);
});

test('the request of the page is answered with its words, and the ticket is a link to the page', async () => {
  const [request, ticket] = json(CHANGE);
  const [words = ''] = blocks(CHANGE, 'text');
  assert.equal((await server.askForPassword(request)).body, words.trim());
  assert.match(await server.newestLink(), /^\/u\/reset-password/);
  const made = await server.api('POST', '/tickets/password-change', ticket);
  assert.equal((await server.get(linkIn(String(made.json['ticket'])))).statusCode, 200);
});
