// The canonical form of names: two spellings either always or never mean the same person, here and in the whole server.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { hash } from '@node-rs/argon2';
import * as fc from 'fast-check';
import { TenantFileError } from '../../src/declaration/tenant-file.ts';
import { canonicalIdentifier } from '../../src/user/identifier.ts';
import { BACKEND_CLIENT, BACKEND_SECRET, REALM_GRANT, SAMPLE_TENANT } from '../support/sample-tenant.ts';
import { startServer, type TestServer } from '../support/start-server.ts';
import { PAIRS } from './identifier-pairs.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 40 });

test('the table of pairs is a long one', () => {
  assert.ok(PAIRS.length >= 200, String(PAIRS.length));
});

for (const { why, one, other, same } of PAIRS) {
  test(`${JSON.stringify(one)} and ${JSON.stringify(other)} are ${same ? 'one name' : 'two names'}: ${why} [T-31]`, () => {
    assert.equal(canonicalIdentifier(one) === canonicalIdentifier(other), same);
  });
}

test('the canonical form of a canonical form is itself [T-31]', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const canonical = canonicalIdentifier(text);
      assert.equal(canonicalIdentifier(canonical), canonical);
    }),
    { numRuns: 2000 },
  );
});

test('the canonical form of every single character is its own, also beside others [T-31]', () => {
  for (let code = 0; code <= 0x10ffff; code += 1) {
    const character = String.fromCodePoint(code);
    for (const text of [character, `a${character}b`]) {
      const canonical = canonicalIdentifier(text);
      if (canonicalIdentifier(canonical) !== canonical) assert.fail(`U+${code.toString(16)}`);
    }
  }
});

test('it is well-formed, normalised and has no outer spaces [T-31]', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const canonical = canonicalIdentifier(text);
      assert.ok(canonical.isWellFormed());
      assert.equal(canonical.normalize('NFKC'), canonical);
      assert.doesNotMatch(canonical, /^ | $/);
    }),
    { numRuns: 1000 },
  );
});

test('normalising or padding a text does not change its canonical form [T-31]', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const canonical = canonicalIdentifier(text);
      for (const form of ['NFC', 'NFD', 'NFKC', 'NFKD'] as const) {
        assert.equal(canonicalIdentifier(text.toWellFormed().normalize(form)), canonical, form);
      }
      assert.equal(canonicalIdentifier(`  ${text} `), canonical);
    }),
    // A capital that has no small letter of its own before it is normalised.
    { numRuns: 1000, examples: [['\u210b']] },
  );
});

const PASSWORD = 'one for all';
/** What the declarative form takes as a user name. */
const USER_NAME = /^[^@\s]+$/;
const pairs = PAIRS.map((pair, index) => ({ ...pair, realm: `pair-${index}` })).filter(({ one }) =>
  USER_NAME.test(one),
);

let server: TestServer;
before(async () => {
  // All have one password, and its hash is made once.
  const passwordHash = await hash(PASSWORD, { memoryCost: 8192, timeCost: 1, parallelism: 1 });
  server = await startServer({
    tenant: {
      ...SAMPLE_TENANT,
      databases: [
        ...SAMPLE_TENANT.databases,
        ...pairs.map(({ realm }) => ({
          name: realm,
          enabled_clients: ['Backend'],
          options: { requires_username: true },
        })),
      ],
      users: [
        ...SAMPLE_TENANT.users,
        ...pairs.map(({ realm, one }) => ({ connection: realm, username: one, password_hash: passwordHash })),
      ],
    },
  });
});
after(() => server.close());

const login = (realm: string, username: string) =>
  server.token({
    grant_type: REALM_GRANT,
    realm,
    username,
    password: PASSWORD,
    client_id: BACKEND_CLIENT,
    client_secret: BACKEND_SECRET,
  });

test('a user logs in by every spelling of the own name and by no other name [T-31]', async () => {
  for (const { realm, one, other, same } of pairs) {
    assert.equal((await login(realm, one)).statusCode, 200, one);
    assert.equal((await login(realm, other)).statusCode, same ? 200 : 403, `${one} as ${other}`);
  }
});

test('another spelling makes no second account, and another name makes one [T-31]', async () => {
  const again = pairs.filter(({ other }) => USER_NAME.test(other) && other.isWellFormed());
  const others = again.map(({ realm, other }) => ({ connection: realm, username: other, password: PASSWORD }));
  await server.apply({ tenant: SAMPLE_TENANT.tenant, users: others });
  const { sql } = server.ground.database;
  const rows = await sql
    .selectFrom('identities')
    .innerJoin('connections', 'connections.id', 'identities.connection_id')
    .select('connections.name')
    .execute();
  for (const { realm, one, other, same } of again) {
    const accounts = rows.filter((row) => row.name === realm).length;
    assert.equal(accounts, same ? 1 : 2, `${one} and ${other}`);
    assert.equal((await login(realm, other)).statusCode, 200, `${other} beside ${one}`);
  }
});

test('another spelling of a name cannot be given to somebody else [T-31]', async () => {
  const again = pairs.filter(({ other, same }) => same && USER_NAME.test(other) && other.isWellFormed());
  assert.ok(again.length > 80);
  for (const { realm, one, other } of again) {
    const users = [
      { connection: realm, user_id: 'somebody-else', username: other, password_hash: `$2b$04$${'a'.repeat(53)}` },
    ];
    await assert.rejects(
      server.apply({ tenant: SAMPLE_TENANT.tenant, users }),
      (error) => error instanceof TenantFileError && /belongs to another user/.test(error.message),
      `${one} and ${other}`,
    );
  }
  const { sql } = server.ground.database;
  assert.deepEqual(
    await sql.selectFrom('users').select('user_id').where('user_id', '=', 'auth0|somebody-else').execute(),
    [],
  );
});

test('an e-mail address and a user name share one space of names [T-31]', async () => {
  const user = { connection: 'Username-Password-Authentication', password: 'x' };
  const taken = [
    { ...user, user_id: 'other', email: 'USER@EXAMPLE.COM' },
    { ...user, user_id: 'other', email: 'ｕser@example.com' },
    { ...user, user_id: 'other', username: 'SAM' },
    { ...user, user_id: 'other', username: 'ſam' },
  ];
  for (const one of taken) {
    await assert.rejects(server.apply({ tenant: SAMPLE_TENANT.tenant, users: [one] }), TenantFileError);
  }
});
