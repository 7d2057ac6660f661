// Senders of mails, as people write them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readMailbox } from './mailbox.ts';

test('a name and an address, or an address alone', () => {
  assert.deepEqual(readMailbox('a@example.com'), { name: '', address: 'a@example.com' });
  assert.deepEqual(readMailbox('A, B <a@example.com>'), { name: 'A, B', address: 'a@example.com' });
  assert.deepEqual(readMailbox('"A" <a@example.com>'), { name: 'A', address: 'a@example.com' });
});

test('nothing that is two addresses, or none', () => {
  for (const text of [
    '',
    'a',
    '<a>',
    'a@b, c@d',
    'A <a@b> <c@d>',
    'A <a@b>, c@d',
    'A <a b@c>',
    'a@b@c',
    '<a@b',
    'a@b\r\nBcc: c@d',
  ]) {
    assert.equal(readMailbox(text), null, text);
  }
});
