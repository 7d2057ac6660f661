// Which options decide where a secret is sent: every one that speaks of a server, an address or TLS must be listed as such,
// or a stored secret could be led astray by a new option.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DIRECTORY_OPTIONS } from '../../src/connection/connection-wire.ts';

const WORDS = new Set([
  ...['url', 'urls', 'uri', 'uris', 'host', 'hosts', 'port', 'server', 'servers', 'address', 'proxy'],
  ...['tls', 'ssl', 'starttls', 'sni', 'ca', 'cert', 'certificate', 'certificates', 'plain', 'plaintext'],
]);

/** Only the file that is applied has it: what stands in it is stored as `ca`. */
const NEVER_STORED = new Set(['ca_file']);

for (const [strategy, { schema, destination, secrets }] of Object.entries(DIRECTORY_OPTIONS)) {
  const options = Object.keys(schema.properties).filter((option) => !NEVER_STORED.has(option));

  test(`an option of ${strategy} that names a server or speaks of TLS changes with the secret only [T-34]`, () => {
    const telling = options.filter((option) => option.split('_').some((word) => WORDS.has(word)));
    assert.notEqual(telling.length, 0);
    assert.deepEqual(
      telling.filter((option) => !destination.includes(option)),
      [],
    );
  });

  test(`what is listed about the secrets of ${strategy} are its options`, () => {
    for (const name of [...destination, ...Object.keys(secrets)]) assert.ok(options.includes(name), name);
    for (const { belongsTo } of Object.values(secrets)) assert.ok(options.includes(belongsTo), belongsTo);
  });

  test(`every secret option of ${strategy} is listed as one [T-34]`, () => {
    const telling = options.filter((option) => /(^|_)(secret|password|key)$/.test(option));
    assert.deepEqual(
      telling.filter((option) => !Object.hasOwn(secrets, option)),
      [],
    );
  });
}
