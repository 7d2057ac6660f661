// Every reason for which a token request can be refused has an explanation of its own, and the commands it names exist. The
// compiler sees to the closed list; here are the directories' own reasons, and the words.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { outageSentence } from '../../src/directory/outage-sentence.ts';
import type { RefusalReason } from '../../src/error/refusal-reason.ts';
import { ACCESS_EXPLANATIONS } from '../../src/log/access-explanation.ts';
import { CALLER_EXPLANATIONS } from '../../src/log/caller-explanation.ts';
import { CODE_EXPLANATIONS } from '../../src/log/code-explanation.ts';
import { REJECTION_EXPLANATIONS } from '../../src/log/directory-explanation.ts';
import { explainLogin } from '../../src/log/login-explanation.ts';
import type { Explanation, RefusedLogin } from '../../src/log/refused-login.ts';
import { SIGN_UP_EXPLANATIONS } from '../../src/log/sign-up-explanation.ts';
import { commandRefusal } from '../support/command-refusal.ts';

const LOGIN: Omit<RefusedLogin, 'reason'> = {
  description: 'Words of the answer',
  tenantName: 'acme',
  clientId: 'PublicClient',
  grantType: 'password',
  connectionName: 'Users',
  userId: 'auth0|67e9930075b689b7db2688df',
  audience: 'https://orders.example.com',
  scope: 'read:orders',
  ip: '203.0.113.9',
  grantTypes: ['client_credentials'],
  enabledClients: ['Other'],
  usableConnections: ['Users'],
  code: { name: 'Staff', message: 'Staff only' },
  directoryWords: null,
};
const EMPTY: Omit<RefusedLogin, 'reason'> = {
  ...LOGIN,
  ...{
    clientId: null,
    grantType: null,
    connectionName: null,
    userId: null,
    audience: null,
    scope: null,
    ip: null,
    code: null,
  },
  ...{ grantTypes: null, enabledClients: null, usableConnections: [] },
};

const explain = (reason: string, login = LOGIN): Explanation =>
  explainLogin({ ...login, reason: reason as RefusalReason });

const CLOSED = [
  ...[CALLER_EXPLANATIONS, ACCESS_EXPLANATIONS, REJECTION_EXPLANATIONS, CODE_EXPLANATIONS, SIGN_UP_EXPLANATIONS],
].flatMap((table) => Object.keys(table));
/** What the sources name, beside the closed list. */
const NAMED = [
  ...named('src/directory/**/*.ts', /'(directory-[a-z-]+[a-z])'/g),
  ...named('src/client/client-*.ts', /'(assertion-[a-z-]+[a-z])'/g),
  ...named('src/key/verify-assertion.ts', /refused\('([a-z-]+)'\)/g).map((name) => `assertion-${name}`),
];

function named(files: string, pattern: RegExp): string[] {
  const names = globSync(files).flatMap((file) => [...readFileSync(file, 'utf8').matchAll(pattern)]);
  return [...new Set(names.map(([, name]) => name ?? ''))];
}

function assertWhole({ says, fix }: Explanation, reason: string): void {
  for (const words of [says, fix.says]) {
    assert.match(words, /^[A-Z].*[.?]$/, reason);
    assert.doesNotMatch(words, /null|undefined|\.\.|  |It failed/, reason);
  }
  const { command } = fix;
  if (command === null) return;
  assert.match(command, /^gatehouse /, reason);
  assert.equal(commandRefusal(command.slice('gatehouse '.length)), null, command);
}

test('every reason of the closed list is explained, also where the event knows nothing else', () => {
  assert.ok(CLOSED.length > 50);
  for (const reason of CLOSED) {
    assertWhole(explain(reason), reason);
    assertWhole(explain(reason, EMPTY), reason);
  }
});

test('every reason that a directory or an assertion names in the sources has words of its own', () => {
  assert.ok(NAMED.length > 30);
  for (const reason of NAMED.filter((name) => !CLOSED.includes(name) && name !== 'directory-tls-failed')) {
    const directoryWords = outageSentence(reason as RefusalReason, 'ldap');
    const found = explain(reason, { ...LOGIN, directoryWords });
    assertWhole(found, reason);
    assert.ok(!found.says.includes(reason), `${reason} has words`);
  }
});

test('a number of Azure AD and one of ADFS are put into words, and what nobody knows is named', () => {
  const words = (reason: RefusalReason) => outageSentence(reason, 'waad');
  assert.equal(words('azure-ad-7000222-client-secret-expired'), 'client_secret has expired: make a new one.');
  assert.equal(words('adfs-client-refused'), 'client_id or client_secret is wrong.');
  assert.equal(words('azure-ad-99999-not-known-here'), null);
  assert.match(explain('azure-ad-99999-not-known-here').says, /The log calls it azure-ad-99999-not-known-here\./);
  assert.equal(words('wrong-password'), null);
});

test('a setting that is a list keeps what it has', () => {
  assert.equal(
    explain('grant-not-enabled').fix.command,
    'gatehouse client update PublicClient --set grant_types=client_credentials,password --tenant acme',
  );
  assert.equal(
    explain('connection-disabled').fix.command,
    'gatehouse connection update Users --set enabled_clients=Other,PublicClient --tenant acme',
  );
});

test('what is copied into a shell stays one word', () => {
  const { command } = explain('connection-disabled', { ...LOGIN, connectionName: "it's; rm -rf /" }).fix;
  assert.ok(command?.includes(String.raw`'it'\''s; rm -rf /'`), command ?? '');
});

test('a reason of an earlier version is no riddle', () => {
  assertWhole(explain('invalid_request'), 'invalid_request');
});
