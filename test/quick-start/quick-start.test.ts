// What the quick starts are filled in with, in every language; for those that the tests cannot run this is all there is.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonLiteral, objectiveCLiteral, swiftLiteral } from '../../dashboard/quick-start/literal.ts';
import { type QuickStartValues, quickStarts } from '../../dashboard/quick-start/quick-start.ts';
import { tokenRequest } from '../../dashboard/quick-start/snippet.ts';
import { NOT_RUN } from '../../scripts/docs/print-quick-starts.ts';
import { HOSTILE, refusedValues } from './hostile.ts';

const members = (values: QuickStartValues) => Object.fromEntries(tokenRequest(values));

test('a confidential application with a realm sends its secret and the realm', () => {
  assert.deepEqual(members(HOSTILE), {
    grant_type: 'http://auth0.com/oauth/grant-type/password-realm',
    realm: HOSTILE.realm,
    username: HOSTILE.username,
    password: HOSTILE.password,
    audience: HOSTILE.audience,
    scope: HOSTILE.scope,
    client_id: HOSTILE.clientId,
    client_secret: HOSTILE.clientSecret,
  });
});

test('a public application without a realm sends neither', () => {
  const sent = members({ ...HOSTILE, clientSecret: null, realm: null });
  assert.equal(sent['grant_type'], 'password');
  assert.deepEqual(
    Object.keys(sent).filter((name) => name === 'realm' || name === 'client_secret'),
    [],
  );
});

test('a secret that is not known is shown as a placeholder', () => {
  assert.equal(members({ ...HOSTILE, clientSecret: '' })['client_secret'], 'YOUR_CLIENT_SECRET');
});

test('an empty audience and an empty scope are left out', () => {
  const sent = Object.keys(members({ ...HOSTILE, audience: '', scope: '' }));
  assert.deepEqual(sent, ['grant_type', 'realm', 'username', 'password', 'client_id', 'client_secret']);
});

/** How the languages whose programs are not run write text. */
const LITERALS: Readonly<Record<string, (text: string) => string>> = {
  csharp: jsonLiteral,
  'objective-c': objectiveCLiteral,
  swift: swiftLiteral,
};

for (const { language, label, getToken, callApi } of quickStarts.filter((one) => NOT_RUN.has(one.language))) {
  test(`the quick start for ${label} is filled in with every value as a literal`, () => {
    const literal = LITERALS[language] ?? assert.fail('its literals are not known here');
    for (const values of [HOSTILE, refusedValues(HOSTILE)]) {
      const sent = [`${values.issuer}/oauth/token`, ...Object.values(members(values))];
      const absent = sent.filter((value) => !getToken(values).includes(literal(value)));
      assert.deepEqual(absent, []);
      assert.ok(callApi(values).includes(literal(values.apiUrl)));
    }
  });
}

test('each language has a name and an address of its own, and says how its file is run', () => {
  for (const name of ['language', 'label', 'fileName'] as const) {
    assert.equal(new Set(quickStarts.map((one) => one[name])).size, 11);
  }
  for (const { language, run, fileName } of quickStarts) {
    assert.match(language, /^[a-z-]+$/);
    assert.ok(run.includes(fileName));
  }
});
