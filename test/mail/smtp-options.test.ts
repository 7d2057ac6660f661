// The options of the operator's mail server: what would be unsafe, or have no effect, is refused at the start.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfiguration } from '../../src/config/load-config.ts';

const load = async (flags: Record<string, unknown>) =>
  (await loadConfiguration({ file: null, environment: {}, flags })).smtp;

test('without a host there is no mail server, with one it wants TLS', async () => {
  assert.equal(await load({}), null);
  const smtp = await load({
    smtp_host: 'mail.example.com',
    smtp_user: 'a',
    smtp_password: 'b',
    mail_from: 'A <a@b.example>',
  });
  assert.deepEqual([smtp?.port, smtp?.security, smtp?.from], [587, 'starttls', 'A <a@b.example>']);
  assert.equal(smtp?.login?.password.reveal(), 'b');
});

test('what is unsafe, half said, or without effect is refused', async () => {
  for (const [flags, words] of [
    [{ smtp_port: 25 }, /smtp_port does nothing without smtp_host/],
    [{ mail_from: 'a@b.example' }, /mail_from does nothing without smtp_host/],
    [{ smtp_host: 'mail.example.com', smtp_security: 'none' }, /on this machine/],
    [{ smtp_host: 'mail.example.com', smtp_user: 'a' }, /go together/],
    [{ smtp_host: 'mail.example.com', mail_from: 'nobody' }, /mail_from must be/],
  ] as const) {
    await assert.rejects(load(flags), words);
  }
});
