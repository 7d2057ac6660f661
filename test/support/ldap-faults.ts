// What a directory that speaks LDAP can do instead of answering.
import { breakOff, entryOf, type LdapAnswer, resultOf, succeed } from './faulty-ldap.ts';

/** The account that searches binds by this name. */
export const SERVICE_NAME = 'cn=gatehouse';

/** Answers questions of one kind like this, and all others as it should. */
export const on =
  (kind: 'bind' | 'search', answer: LdapAnswer): LdapAnswer =>
  (question) =>
    question.kind === kind ? answer(question) : succeed(question);
/** Binds of people, not of the account that searches. */
export const onUserBind = (answer: LdapAnswer): LdapAnswer =>
  on('bind', (question) => (question.name === SERVICE_NAME ? succeed(question) : answer(question)));

export const silent: LdapAnswer = () => {};
export const hangUp: LdapAnswer = ({ socket }) => breakOff(socket);
const halfAnEntry: LdapAnswer = ({ messageId, socket }) => {
  socket.write(entryOf(messageId).subarray(0, 20), () => breakOff(socket));
};
const huge: LdapAnswer = ({ messageId, socket }) => void socket.write(entryOf(messageId, 10 * 1024 * 1024));
const otherId: LdapAnswer = (question) => succeed({ ...question, messageId: question.messageId + 1000 });
const garbage: LdapAnswer = ({ socket }) => void socket.write('HTTP/1.1 400 Bad Request\r\n\r\n');
/** Thousands of tiny messages at once. */
const flood: LdapAnswer = ({ socket }) =>
  void socket.write(Buffer.concat(Array.from({ length: 20_000 }, () => Buffer.from('30050201636500', 'hex'))));
/** A result with this code; 0x61 answers a bind, 0x65 a search. */
export const result =
  (code: number, operation: number): LdapAnswer =>
  ({ messageId, socket }) =>
    void socket.write(resultOf(messageId, operation, code, 'no'));

/** What a server does, and the reason in the log. */
export const LDAP_FAULTS: ReadonlyArray<readonly [string, LdapAnswer, string]> = [
  ['never answers a search', on('search', silent), 'directory-timeout'],
  ['never answers a bind', onUserBind(silent), 'directory-timeout'],
  ['never answers the service account', on('bind', silent), 'directory-timeout'],
  ['hangs up at a search', on('search', hangUp), 'directory-connection-lost'],
  ['hangs up at a bind', onUserBind(hangUp), 'directory-connection-lost'],
  ['hangs up in the middle of an entry', on('search', halfAnEntry), 'directory-connection-lost'],
  ['sends an answer without end', on('search', huge), 'directory-answer-too-large'],
  ['answers another question', onUserBind(otherId), 'directory-timeout'],
  ['speaks something else', on('search', garbage), 'directory-timeout'],
  ['sends thousands of tiny messages', on('search', flood), 'directory-timeout'],
  ['is busy', onUserBind(result(51, 0x61)), 'directory-busy'],
  ['is unavailable', onUserBind(result(52, 0x61)), 'directory-unavailable'],
  ['has an operations error', on('search', result(1, 0x65)), 'directory-operations-error'],
  ['wants TLS', onUserBind(result(13, 0x61)), 'directory-wants-tls'],
  ['answers with a result that is nothing', onUserBind(result(80, 0x61)), 'directory-fault'],
  ['answers a bind with a result nobody knows', onUserBind(result(123, 0x61)), 'directory-bind-result:123'],
  ['refuses the search', on('search', result(50, 0x65)), 'directory-search-refused:50'],
];
