// The rows of docs/security.md: threats, faults and log rules, each with what is done about it.
import { type SecurityRow, THREATS } from './security-threats.ts';

/** What goes wrong by itself, and what a log must not say. */
const FAULTS_AND_LOG_RULES: readonly SecurityRow[] = [
  { id: 'F-01', danger: '`kill -9` at any moment', defence: 'What was answered is there; the next start serves.' },
  {
    id: 'F-02',
    danger: 'A disk that is full',
    defence:
      'Reads go on; what cannot be stored is refused with 503, whole; when there is room again, all is well without a restart.',
  },
  {
    id: 'F-03',
    danger: 'Any single call to the database fails, is lost, or comes back empty',
    defence:
      'Each call of each main request is broken in turn: the answer is a generic 503 or 500, nobody gets a token, and what changed changed whole, with its log event.',
  },
  {
    id: 'F-04',
    danger: 'PostgreSQL away for a minute, or dead without saying so',
    defence:
      'After a few connections that could not be made nobody waits for another one; a connection on which nothing comes is given up. Key sets and discovery documents are served from memory.',
  },
  {
    id: 'F-05',
    danger: 'PostgreSQL slow, gone or at odds with itself',
    defence: 'Every statement is bounded; only serialization failures and deadlocks are run again; outages answer 503.',
  },
  {
    id: 'F-06',
    danger: 'An LDAP server that hangs, lies, or breaks off',
    defence:
      'An outage, never a wrong password: bounded in time and size, with a breaker and places of its own, so that other connections notice nothing.',
  },
  {
    id: 'F-07',
    danger: 'An LDAP server that cannot prove who it is',
    defence: 'Refused before a password is sent; the log says what is wrong with the certificate.',
  },
  {
    id: 'F-08',
    danger: 'Ten times more logins than the machine can hash',
    defence:
      'The rest is refused quickly with a true Retry-After; what is let in is answered in time, and others do not notice.',
  },
  {
    id: 'F-09',
    danger: 'Slow clients that hold every connection',
    defence:
      'Headers in 10 s, requests in 30 s, idle connections 5 s; beyond the cap the connection that was idle longest makes room, and a request under way never does.',
  },
  {
    id: 'F-10',
    danger: 'A restart under load',
    defence:
      'Readiness goes first, requests under way are finished, the exit code is 0. The proxies of the examples ask who is ready, and send nothing twice.',
  },
  {
    id: 'F-11',
    danger: 'Key rotation under load, on two nodes at once',
    defence: 'The next key is published before it signs; one current key whoever rotates.',
  },
  {
    id: 'F-12',
    danger: 'A key must go at once',
    defence: 'Revoked keys are refused on every node within five seconds.',
  },
  {
    id: 'F-13',
    danger: 'Two servers that race one refresh token, one name at sign-up, or one link in a mail',
    defence:
      'A constraint of the database lets one through; the other is undone whole, and refused. A link is used by deleting its row, which one caller can.',
  },
  {
    id: 'F-14',
    danger: 'An answer that is lost after the commit',
    defence:
      'What was not stored is spent by nobody. Within the leeway the same refresh token gets the same successor again; a sign-up says that the account is there.',
  },
  {
    id: 'F-15',
    danger: 'A clock that jumps',
    defence:
      'Attempts and blocks are counted by a time that only the stopwatch moves, and that all nodes take from the database; what nodes and database differ by is shown and logged.',
  },
  {
    id: 'F-16',
    danger: 'A damaged database, or two servers on one file',
    defence: 'Refused with a plain message; the file is left as it is; commands work beside a running server.',
  },
  { id: 'F-17', danger: 'Backup under load', defence: 'An online copy that is consistent, without the master key.' },
  {
    id: 'F-18',
    danger: 'Azure AD or ADFS answers with anything but a token or a refusal',
    defence:
      'Each documented code has its outcome. Everything else is an outage, and a password that may have arrived is not sent again.',
  },
  {
    id: 'F-19',
    danger: 'No file left to open, or a process of the server that dies',
    defence: 'The server stays; what died is replaced at its next use, and what it was doing is refused.',
  },
  {
    id: 'F-20',
    danger: 'Something is thrown where nobody expected it, even by the log',
    defence:
      'A generic 500 and a line in the log. A promise that failed unheard ends nothing; after an exception that nobody caught the server drains, and ends with code 1 so that it is started afresh.',
  },
  {
    id: 'F-21',
    danger: 'Somebody who reads the log and stops',
    defence:
      'Events wait in the database, and whoever follows them catches up; lines of the operational log wait in a buffer with a bound, and are dropped and counted beyond it. No login waits.',
  },
  {
    id: 'F-22',
    danger: 'A migration cut short, or run twice at once',
    defence:
      'Transactional, one holder of the lock, completed by the next start. A SQLite file is kept as it was, and brings the former state back.',
  },
  {
    id: 'F-23',
    danger: 'Twenty minutes of load with hostile requests in it',
    defence: 'Memory, open files and connections to the database stay as they were, and so does the time of a login.',
  },
  {
    id: 'F-24',
    danger: 'A mail server that is away, slow or unwilling',
    defence:
      'Answers do not wait for it: a mail waits as a row, is tried again within a minute of its return, and not beyond the end of its link.',
  },
  {
    id: 'F-25',
    danger: 'Name servers that are slow, or change their mind',
    defence: 'Answers are kept for half a minute and failures for five seconds; open connections need none.',
  },
  {
    id: 'L-01',
    danger: 'Secrets in logs or in the database',
    defence: 'Never at any level, in no form: passwords, client secrets, tokens, keys, bodies, query strings.',
  },
  {
    id: 'L-02',
    danger: 'Correlation by plain values',
    defence: 'A keyed hash of 64 bits, in fields that end in `_fp`.',
  },
  {
    id: 'L-03',
    danger: 'Log lines that fool terminals',
    defence: 'One line, one JSON object, controls escaped, 8 KiB at most.',
  },
  {
    id: 'L-04',
    danger: 'Passwords typed as user names',
    defence: 'The names of unknown users are not kept unless the operator asks for it.',
  },
  {
    id: 'L-05',
    danger: 'Decisions that nobody can reconstruct',
    defence: 'One event a request, with everything needed.',
  },
  { id: 'L-06', danger: 'Reasons that attackers can read', defence: 'Precise in the log, generic in the answer.' },
  {
    id: 'L-07',
    danger: 'Errors of other people’s code that carry inputs',
    defence: 'An allow-list of members, scrubbed messages, frames of the stack only.',
  },
  { id: 'L-08', danger: 'Changes that show secrets', defence: 'Members by name; secrets as “changed” only.' },
  {
    id: 'L-09',
    danger: 'A flood of failures that fills the log',
    defence:
      'Of equal lines from one address a hundred a minute are written, then every hundredth with a count; events are complete.',
  },
  {
    id: 'L-10',
    danger: 'Names that stay in the log for ever',
    defence:
      'Events are deleted after thirty days, and lose the name of a deleted user before; in small pieces that no login waits for.',
  },
  {
    id: 'L-11',
    danger: 'Metrics and traces that tell who logs in, or grow with every made-up name',
    defence:
      'Labels and attributes come from closed lists; metrics have a port of their own, and no trace is continued for a stranger.',
  },
  {
    id: 'L-12',
    danger: 'Memory that gets to the disk, or to whoever asks Node.js for it',
    defence:
      'The units dump no core. `serve` refuses options that show its memory, and no signal opens a debugger, of it or of a process that it starts.',
  },
];

/** All rows, in the order in which they are printed. */
export const SECURITY_ROWS: readonly SecurityRow[] = [...THREATS, ...FAULTS_AND_LOG_RULES];
