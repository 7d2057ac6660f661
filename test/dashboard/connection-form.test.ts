// The guided forms of connections: each knows every option that the API takes, and what it sends is what somebody meant.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missingIn, optionsOf, valuesOf } from '../../dashboard/connection-form/option-values.ts';
import { fieldsOf, formOf } from '../../dashboard/connection-form/strategy-form.ts';
import { DIRECTORY_OPTIONS } from '../../src/connection/connection-wire.ts';
import { DatabaseWire } from '../../src/connection/database-options.ts';

const LDAP = { urls: ['ldaps://ldap.example.com'], base: 'dc=example,dc=com', bind_dn: 'cn=gatehouse' };
/**
 * A file of the server's machine; what is there for Auth0's exports alone, where each has one value; and where the users of a
 * database come from, which is said in the tenant file or at the command line.
 */
const WITHOUT_FIELD = [
  ...['ca_file', 'waad_protocol', 'use_wsfed', 'useCommonEndpoint'],
  ...['import_mode', 'upstream.issuer', 'upstream.client_id', 'upstream.client_secret', 'upstream.realm'],
  ...['enabledDatabaseCustomization', 'customScripts.login', 'customScripts.get_user'],
  ...['create', 'change_password', 'verify', 'delete'].map((name) => `customScripts.${name}`),
  ...['configuration', 'bareConfiguration'],
];

function form(strategy: string) {
  const found = formOf(strategy);
  assert.ok(found);
  return found;
}

interface Node {
  readonly properties?: Readonly<Record<string, Node>>;
}

/** The options of a schema, those inside others by their path. */
function namesIn({ properties = {} }: Node): string[] {
  return Object.entries(properties).flatMap(([name, node]) =>
    node.properties ? namesIn(node).map((inner) => `${name}.${inner}`) : [name],
  );
}

test('every option of every kind of connection has a field, and no field is of an option that there is not', () => {
  const schemas = Object.entries(DIRECTORY_OPTIONS).map(([strategy, { schema }]) => [strategy, schema] as const);
  for (const [strategy, schema] of [...schemas, ['auth0', DatabaseWire.properties.options] as const]) {
    const wanted = namesIn(schema as Node)
      .filter((name) => !WITHOUT_FIELD.includes(name))
      .toSorted();
    // A question about several options is the form's own.
    const fields = fieldsOf(form(strategy)).filter((field) => !(field.kind === 'choice' && field.derived));
    assert.deepEqual(fields.map(({ name }) => name).toSorted(), wanted, strategy);
  }
});

test('stored options come out of the form as they went in, and those without a field stay', () => {
  const stored = { ...LDAP, profile_map: { email: 'rfc822Mailbox' }, group_base: 'ou=groups', ca_file: 'corp.pem' };
  assert.deepEqual(optionsOf(form('ldap'), valuesOf(form('ldap'), stored), stored), stored);
});

test('where the users of a database come from stays when its form is saved', () => {
  const upstream = { issuer: 'https://acme.eu.auth0.com/', client_id: 'Mover' };
  const stored = { passwordPolicy: 'low', requires_username: true, import_mode: true, upstream };
  assert.deepEqual(optionsOf(form('auth0'), valuesOf(form('auth0'), stored), stored), stored);
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

test('the options of a database go out as the API has them, and without what has no effect', () => {
  const database = form('auth0');
  assert.deepEqual(optionsOf(database, valuesOf(database, null), {}), {});
  const stored = {
    passwordPolicy: 'fair',
    password_complexity_options: { min_length: 12 },
    password_history: { enable: true, size: 7 },
    password_dictionary: { enable: true, dictionary: ['acme', 'acme 2026'] },
    password_no_personal_info: { enable: true },
    disable_signup: false,
    requires_username: true,
    validation: { username: { min: 3, max: 20 } },
  };
  const values = valuesOf(database, stored);
  assert.deepEqual(optionsOf(database, values, stored), stored);
  const off = { ...values, password_history: { enable: false, size: 7 }, requires_username: false };
  const { password_history: _, requires_username: _r, validation: _v, ...others } = stored;
  assert.deepEqual(optionsOf(database, off, stored), others);
});
