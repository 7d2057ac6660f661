// What counts as a wrong password when a domain controller does not say, and that no password goes to a second one. The
// budget is two here, so that the third login tells.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { type DomainServer, payloadOf, startDomainServer } from '../support/domain-server.ts';
import { type FaultyLdap, type LdapAnswer, resultOf, startFaultyLdap, succeed } from '../support/faulty-ldap.ts';

const PASSWORD = 'a password that nobody else may read';
const SERVICE = { bind_dn: 'cn=gatehouse', bind_password: 'password of the service account' };
const OTHER_ADDRESS = '192.0.2.99';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

async function controller(): Promise<FaultyLdap> {
  const started = await startFaultyLdap({ tls: true });
  opened.push(started);
  return started;
}

/** A server whose domain has these controllers. */
async function domainOf(...controllers: FaultyLdap[]): Promise<DomainServer> {
  const server = await startDomainServer({
    ...SERVICE,
    urls: controllers.map(({ port }) => `ldaps://localhost:${port}`),
    ca: controllers.map(({ ca }) => ca).join(''),
    base: 'dc=example,dc=test',
    profile_map: { user_id: 'entryUUID' },
    groups: 'none',
    max_bad_binds: 2,
  });
  opened.unshift(server);
  return server;
}

/** Answers the binds of people in this way, and everything else well. */
const onUserBind =
  (answer: LdapAnswer): LdapAnswer =>
  (question) =>
    question.kind === 'bind' && question.name !== SERVICE.bind_dn ? answer(question) : succeed(question);
const hangUp: LdapAnswer = ({ socket }) => void socket.destroy();
const bindResult = (code: number, text = ''): LdapAnswer =>
  onUserBind(({ messageId, socket }) => void socket.write(resultOf(messageId, 0x61, code, text)));
const wrongPassword = bindResult(49, '80090308: LdapErr: DSID-0C09044E, comment: ..., data 52e, v2580');

/** Nobody can open a connection any more; those that are open stay. */
function refuseConnections(server: FaultyLdap): void {
  server.onConnection = (socket) => socket.resetAndDestroy();
}

test('a password that was sent and not answered counts as a wrong one', async () => {
  const dc = await controller();
  const server = await domainOf(dc);
  dc.answer = onUserBind(hangUp);
  for (let sent = 0; sent < 2; sent += 1) {
    assert.equal(await server.outageOf('ada', PASSWORD), 'directory-connection-lost');
  }
  dc.answer = succeed;
  assert.equal(await server.reasonOf('ada', PASSWORD), 'bind-limit');
  server.clock.advance(30 * 60_000);
  payloadOf(await server.logIn('ada', PASSWORD));
});

test('so does one on a connection that was open before, when no other can be opened', async () => {
  const dc = await controller();
  const server = await domainOf(dc);
  await server.use({ max_bad_binds: 1 });
  payloadOf(await server.logIn('ada', PASSWORD));
  dc.answer = onUserBind((question) => {
    refuseConnections(dc);
    hangUp(question);
  });
  assert.equal(await server.outageOf('ada', PASSWORD), 'directory-connect-failed');
  dc.answer = succeed;
  dc.onConnection = null;
  assert.equal(await server.reasonOf('ada', PASSWORD, OTHER_ADDRESS), 'bind-limit');
});

test('what fails before a password is sent does not count', async () => {
  const dc = await controller();
  const server = await domainOf(dc);
  dc.answer = (question) => {
    if (question.kind === 'search') refuseConnections(dc);
    succeed(question);
  };
  for (let refused = 0; refused < 3; refused += 1) {
    assert.equal(await server.outageOf('ada', PASSWORD), 'directory-connect-failed');
  }
  assert.equal(dc.heard().includes(PASSWORD), false);
  dc.onConnection = null;
  dc.answer = succeed;
  payloadOf(await server.logIn('ada', PASSWORD));
});

for (const [what, code, reason] of [
  ['is busy', 51, 'directory-busy'],
  ['is unavailable', 52, 'directory-unavailable'],
  ['answers with a result nobody knows', 123, 'directory-bind-result:123'],
] as const) {
  test(`a controller that ${what} has compared no password`, async () => {
    const dc = await controller();
    const server = await domainOf(dc);
    dc.answer = bindResult(code);
    for (let asked = 0; asked < 3; asked += 1) assert.equal(await server.outageOf('ada', PASSWORD), reason);
    dc.answer = succeed;
    payloadOf(await server.logIn('ada', PASSWORD));
  });
}

test('a password that was right is no wrong one when the groups cannot be read then', async () => {
  const dc = await controller();
  const server = await domainOf(dc);
  await server.use({ groups: 'nested', group_base: 'ou=groups,dc=example,dc=test' });
  dc.answer = (question) => {
    const { kind, name, messageId, socket } = question;
    if (kind === 'search' && name.startsWith('ou=groups')) socket.write(resultOf(messageId, 0x65, 50));
    else succeed(question);
  };
  for (let asked = 0; asked < 3; asked += 1) {
    assert.equal(await server.outageOf('ada', PASSWORD), 'directory-search-refused:50');
  }
  dc.answer = succeed;
  payloadOf(await server.logIn('ada', PASSWORD));
});

test('a wrong password, or one without an answer, is not tried at a second controller', async () => {
  for (const answer of [wrongPassword, onUserBind(hangUp)]) {
    const [first, second] = [await controller(), await controller()];
    const server = await domainOf(first, second);
    first.answer = answer;
    await server.logIn('ada', PASSWORD);
    assert.ok(first.heard().includes(PASSWORD));
    assert.equal(second.heard().includes(PASSWORD), false);
  }
});

test('the budget is one over all controllers', async () => {
  const [first, second] = [await controller(), await controller()];
  const server = await domainOf(first, second);
  first.answer = wrongPassword;
  second.answer = wrongPassword;
  assert.equal(await server.reasonOf('ada', PASSWORD), 'wrong-password');
  await first.close();
  opened.splice(opened.indexOf(first), 1);
  assert.equal(await server.reasonOf('ada', PASSWORD), 'wrong-password');
  assert.ok(second.heard().includes(PASSWORD));
  second.answer = succeed;
  assert.equal(await server.reasonOf('ada', PASSWORD), 'bind-limit');
});
