// The guided forms of connections: each knows every option that the API takes, and what it sends is what somebody meant.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missingIn, optionsOf, valuesOf } from '../../dashboard/connection-form/option-values.ts';
import { fieldsOf, formOf } from '../../dashboard/connection-form/strategy-form.ts';
import { DIRECTORY_OPTIONS } from '../../src/connection/connection-wire.ts';
import { DatabaseWire } from '../../src/connection/database-options.ts';

const LDAP = { urls: ['ldaps://ldap.example.com'], base: 'dc=example,dc=com', bind_dn: 'cn=gatehouse' };
/** A file of the server's machine, and what is there for Auth0's exports alone: each has one value. */
const WITHOUT_FIELD = [...['ca_file', 'waad_protocol', 'use_wsfed', 'useCommonEndpoint']];

function form(strategy: string) {
  const found = formOf(strategy);
  assert.ok(found);
  return found;
}

test('every option of every kind of connection has a field, and no field is of an option that there is not', () => {
  const schemas = Object.entries(DIRECTORY_OPTIONS).map(([strategy, { schema }]) => [strategy, schema] as const);
  for (const [strategy, schema] of [...schemas, ['auth0', DatabaseWire.properties.options] as const]) {
    const properties = schema.properties as Record<string, { properties?: object }>;
    const options = Object.entries(properties).flatMap(([name, { properties: members }]) =>
      members ? Object.keys(members).map((member) => `${name}.${member}`) : [name],
    );
    const wanted = options.filter((name) => !WITHOUT_FIELD.includes(name)).toSorted();
    // A question about several options is the form's own.
    const fields = fieldsOf(form(strategy)).filter((field) => !(field.kind === 'choice' && field.derived));
    assert.deepEqual(fields.map(({ name }) => name).toSorted(), wanted, strategy);
  }
});

test('stored options come out of the form as they went in, and those without a field stay', () => {
  const stored = { ...LDAP, profile_map: { email: 'rfc822Mailbox' }, group_base: 'ou=groups', ca_file: 'corp.pem' };
  assert.deepEqual(optionsOf(form('ldap'), valuesOf(form('ldap'), stored), stored), stored);
});

test('what is as it would be anyway is not sent, and neither is what has no effect', () => {
  const values = { ...valuesOf(form('ldap'), LDAP), start_tls: true, way: 'anonymous', groups_claim: ' ' };
  assert.deepEqual(optionsOf(form('ldap'), values, LDAP), { urls: LDAP.urls, base: LDAP.base });
});

test('a new LDAP connection needs a service account and its password, a stored one keeps its password', () => {
  const missing = Object.keys(missingIn(form('ldap'), valuesOf(form('ldap'), null), null));
  assert.deepEqual(missing, ['urls', 'bind_dn', 'bind_password', 'base']);
  assert.deepEqual(missingIn(form('ldap'), valuesOf(form('ldap'), LDAP), LDAP), {});
});

test('a password keeps its blanks, and addresses stand one a line', () => {
  const values = { ...valuesOf(form('ldap'), LDAP), bind_password: ' x ', urls: 'ldaps://a.test\n\n ldaps://b.test ' };
  const { bind_password: password, urls } = optionsOf(form('ldap'), values, LDAP);
  assert.equal(password, ' x ');
  assert.deepEqual(urls, ['ldaps://a.test', 'ldaps://b.test']);
});
