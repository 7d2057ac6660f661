// Everything that an LDAP server can do instead of answering: none of it is taken for a wrong password, ends the process,
// leaves a connection open, or sends a password where nobody but the server can read it.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type LdapOptionsWire, ldapOptionsOf } from '../../src/connection/ldap-options.ts';
import type { DirectoryOutcome } from '../../src/directory/directory.ts';
import { createLdapDriver } from '../../src/directory/ldap/ldap-directory.ts';
import { createOutgoingAddresses, type Resolver } from '../../src/directory/outgoing-address.ts';
import { askDirectory, connectionOf } from '../support/directory-login.ts';
import { type FaultyLdap, resultOf, startFaultyLdap, succeed } from '../support/faulty-ldap.ts';
import { hangUp, LDAP_FAULTS, on, onUserBind, result, SERVICE_NAME, silent } from '../support/ldap-faults.ts';
import { createTestClock } from '../support/test-clock.ts';

const PASSWORD = 'a password that nobody else may read';
const SERVICE_PASSWORD = 'the password of the service account';
/** For answers that never come. */
const IMPATIENT = { connectMs: 700, operationMs: 700 };
const HERE: Resolver = async () => [{ address: '127.0.0.1', family: 4 }];
const YEAR_MS = 365 * 24 * 3600 * 1000;
const MOST_LOOKS = 3000;

const clock = createTestClock();
const servers: FaultyLdap[] = [];
const drivers: ReturnType<typeof createLdapDriver>[] = [];
afterEach(async () => {
  for (const driver of drivers.splice(0)) await driver.close?.();
  for (const server of servers.splice(0)) await server.close();
});

async function startServer(settings?: Parameters<typeof startFaultyLdap>[0]): Promise<FaultyLdap> {
  const server = await startFaultyLdap(settings);
  servers.push(server);
  return server;
}

/** A driver without a past, and a login with it. */
function newLogin(wire: Partial<LdapOptionsWire> & Pick<LdapOptionsWire, 'urls'>, trusted = true, limits = {}) {
  const addresses = createOutgoingAddresses({ clock, networks: [], resolver: HERE });
  const driver = createLdapDriver({ clock, addresses, limits });
  drivers.push(driver);
  const account = { bind_dn: SERVICE_NAME, bind_password: SERVICE_PASSWORD };
  const options = ldapOptionsOf({ base: 'dc=example,dc=test', ...account, ...wire });
  return (password = PASSWORD, name = 'ada') =>
    askDirectory(driver, connectionOf('ldap', options, trusted), name, password);
}

const plainUrl = (server: FaultyLdap) => [`ldap://localhost:${server.port}`];
const tlsUrl = (server: FaultyLdap, host = 'localhost') => [`ldaps://${host}:${server.port}`];

function reasonOf(outcome: DirectoryOutcome): string {
  return outcome.kind === 'accepted' ? 'accepted' : outcome.reason;
}

for (const [what, answer, reason] of LDAP_FAULTS) {
  test(`a server that ${what} is an outage, and no wrong password [F-06]`, async () => {
    const server = await startServer();
    server.answer = answer;
    const limits = reason === 'directory-timeout' ? IMPATIENT : {};
    const outcome = await newLogin({ urls: plainUrl(server) }, true, limits)();
    assert.equal(outcome.kind, 'unavailable');
    assert.equal(reasonOf(outcome), reason);
  });
}

test('a server that closes every connection at once, or refuses them, is an outage [F-06]', async () => {
  const server = await startServer();
  server.onConnection = (socket) => socket.resetAndDestroy();
  assert.match(reasonOf(await newLogin({ urls: plainUrl(server) })()), /^directory-connect/);
  await servers.pop()?.close();
  assert.equal(reasonOf(await newLogin({ urls: plainUrl(server) })()), 'directory-connect-failed');
});

test('after five failures nobody is asked for ten seconds, then one, then everybody [F-06]', async () => {
  const server = await startServer();
  server.answer = on('search', hangUp);
  const logIn = newLogin({ urls: plainUrl(server) });
  for (let failure = 0; failure < 5; failure += 1) await logIn();
  const before = server.opened;
  assert.equal(reasonOf(await logIn()), 'directory-breaker-open');
  assert.equal(server.opened, before);
  clock.advance(10_001);
  server.answer = succeed;
  const [first, second] = await Promise.all([logIn(), logIn()]);
  assert.deepEqual([first.kind, reasonOf(second)], ['accepted', 'directory-breaker-open']);
  assert.equal((await logIn()).kind, 'accepted');
});

test('connections are used again, and all are closed in the end [F-06]', async () => {
  const server = await startServer();
  const logIn = newLogin({ urls: plainUrl(server) });
  for (let login = 0; login < 20; login += 1) assert.equal((await logIn()).kind, 'accepted');
  assert.equal(server.opened, 2);
  await drivers.pop()?.close?.();
  await until(() => server.open === 0);
});

test('a connection that the server closed while it was idle is no outage', async () => {
  const server = await startServer();
  let isClosing = false;
  server.answer = (question) => {
    if (isClosing) question.socket.resetAndDestroy();
    else succeed(question);
    isClosing = false;
  };
  const logIn = newLogin({ urls: plainUrl(server) });
  assert.equal((await logIn()).kind, 'accepted');
  isClosing = true;
  assert.equal((await logIn()).kind, 'accepted');
});

test('a bind without an answer is not sent to another server [F-06]', async () => {
  const [first, second] = [await startServer(), await startServer()];
  first.answer = onUserBind(silent);
  const logIn = newLogin({ urls: [...plainUrl(first), ...plainUrl(second)] }, true, IMPATIENT);
  assert.equal(reasonOf(await logIn()), 'directory-timeout');
  assert.equal(second.heard().includes(PASSWORD), false);
  assert.equal((await logIn()).kind, 'accepted');
});

test('a wrong password is not tried at another server', async () => {
  const [first, second] = [await startServer(), await startServer()];
  first.answer = onUserBind(result(49, 0x61));
  assert.equal(reasonOf(await newLogin({ urls: [...plainUrl(first), ...plainUrl(second)] })()), 'wrong-password');
  assert.equal(second.opened, 0);
});

test('a service account that is refused is not tried again and again', async () => {
  const server = await startServer();
  let binds = 0;
  server.answer = on('bind', (question) => {
    binds += 1;
    result(49, 0x61)(question);
  });
  const logIn = newLogin({ urls: [...plainUrl(server), ...plainUrl(server)] });
  for (let login = 0; login < 4; login += 1) {
    assert.equal(reasonOf(await logIn()), 'directory-service-account-refused');
  }
  assert.equal(binds, 1);
});

test('an empty password, or a name that means another kind of bind, never makes an account [T-13]', async () => {
  const server = await startServer();
  assert.equal((await newLogin({ urls: plainUrl(server) })('')).kind, 'rejected');
  // A server may well let in whoever binds by one of SASL's mechanisms, without a password.
  const direct = newLogin({ urls: plainUrl(server), user_dn_template: '{0}' });
  const binds: boolean[] = [];
  server.answer = on('bind', (question) => {
    binds.push(question.isSimple);
    succeed(question);
  });
  await direct('x', 'EXTERNAL');
  assert.deepEqual(binds, [true]);
});

test('a referral is an outage, and nobody else is asked [T-14, F-07]', async () => {
  const [server, other] = [await startServer(), await startServer()];
  const elsewhere = `ldap://localhost:${other.port}/dc=example`;
  server.answer = onUserBind(({ messageId, socket }) => {
    socket.write(resultOf(messageId, 0x61, 10, '', elsewhere));
  });
  assert.equal(reasonOf(await newLogin({ urls: plainUrl(server) })()), 'directory-referral');
  server.answer = on('search', ({ messageId, socket }) => {
    socket.write(resultOf(messageId, 0x65, 10, '', elsewhere));
  });
  assert.equal(reasonOf(await newLogin({ urls: plainUrl(server) })()), 'directory-referral');
  assert.equal(other.opened, 0);
});

/** No password may have been said. */
function assertNothingSaid(server: FaultyLdap): void {
  assert.equal(server.heard().includes(PASSWORD), false);
  assert.equal(server.heard().includes(SERVICE_PASSWORD), false);
}

test('a certificate of nobody we trust, an old one, or one for another name: no password is sent [T-14, F-07]', async () => {
  const good = await startServer({ tls: true });
  assert.equal((await newLogin({ urls: tlsUrl(good), ca: good.ca })()).kind, 'accepted');
  const server = await startServer({ tls: true });
  assert.match(reasonOf(await newLogin({ urls: tlsUrl(server) })()), /^directory-tls-failed:/);
  const named = newLogin({ urls: tlsUrl(server, 'elsewhere.test'), ca: server.ca });
  assert.equal(reasonOf(await named()), 'directory-tls-failed:err-tls-cert-altname-invalid');
  assertNothingSaid(server);
  const old = await startServer({ tls: true, certificateOf: Date.now() - 3 * YEAR_MS });
  assert.equal(reasonOf(await newLogin({ urls: tlsUrl(old), ca: old.ca })()), 'directory-tls-failed:cert-has-expired');
  assertNothingSaid(old);
});

test('a server that speaks only old TLS is refused [F-07]', async () => {
  const old = await startServer({
    tls: true,
    tlsOptions: { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
  });
  assert.match(reasonOf(await newLogin({ urls: tlsUrl(old), ca: old.ca })()), /^directory-(tls-failed|connect-failed)/);
  assertNothingSaid(old);
});

test('StartTLS: agreed to, it protects everything; refused or cut away, nothing is said [T-14, F-07]', async () => {
  const server = await startServer();
  const options = { urls: plainUrl(server), ca: server.ca, start_tls: true };
  const before = server.opened;
  assert.equal((await newLogin(options)()).kind, 'accepted');
  assert.equal(server.opened, before + 2);

  const refusing = await startServer();
  refusing.answer = result(2, 0x78);
  const refused = newLogin({ urls: plainUrl(refusing), ca: refusing.ca, start_tls: true });
  assert.match(reasonOf(await refused()), /^directory-(start-tls-refused|protocol-error)$/);
  refusing.answer = result(53, 0x78);
  assert.equal(reasonOf(await refused()), 'directory-start-tls-refused');

  const lying = await startServer();
  // It agrees, and goes on in plain text, with the answer to the next question there already.
  lying.answer = ({ kind, messageId, socket }) => {
    if (kind !== 'extended') return;
    const early = resultOf(messageId + 1, 0x61, 0);
    socket.write(Buffer.concat([resultOf(messageId, 0x78, 0), early]));
  };
  const lied = newLogin({ urls: plainUrl(lying), ca: lying.ca, start_tls: true }, true, IMPATIENT);
  assert.match(reasonOf(await lied()), /^directory-(tls-failed|connect)/);
  for (const one of [refusing, lying]) assertNothingSaid(one);
});

test('a connection that an administrator of a tenant made leads to no private address [T-33]', async () => {
  const server = await startServer();
  assert.equal(reasonOf(await newLogin({ urls: plainUrl(server) }, false)()), 'directory-address-refused');
  const literal = newLogin({ urls: [`ldap://127.0.0.1:${server.port}`] }, false);
  assert.equal(reasonOf(await literal()), 'directory-address-refused');
  assert.equal(server.opened, 0);
});

async function until(condition: () => boolean): Promise<void> {
  for (let looks = 0; looks < MOST_LOOKS && !condition(); looks += 1) await sleep(10);
  assert.ok(condition());
}
