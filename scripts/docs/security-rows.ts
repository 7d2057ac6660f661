// What is defended, in one sentence a row. The ids stand at the end of the names of the tests that keep each row.

interface SecurityRow {
  readonly id: string;
  readonly danger: string;
  readonly defence: string;
}

/** Threats, faults and log rules, in the order of their ids. */
export const SECURITY_ROWS: readonly SecurityRow[] = [
  {
    id: 'T-01',
    danger: 'The answer to a wrong password tells whether the user exists',
    defence: 'One status, code and text for every cause; a blocked user is told so only after the right password.',
  },
  {
    id: 'T-02',
    danger: 'The time of the answer tells it',
    defence:
      'Every cause costs one hash and the same queries; refusals wait for the dearest kind of hash in the connection.',
  },
  {
    id: 'T-03',
    danger: 'An empty password takes a shorter path',
    defence: 'Refused before any connection or user is looked up.',
  },
  {
    id: 'T-04',
    danger: 'Limits that tell which users exist',
    defence: 'Unknown names are counted exactly like known ones, and refused alike.',
  },
  {
    id: 'T-05',
    danger: 'Parallel guesses that slip past the counter',
    defence:
      'An attempt takes a place before its password is looked at; while failures and places reach the limit, others wait.',
  },
  {
    id: 'T-06',
    danger: 'A door without a guard',
    defence:
      'Every route and grant is in a list of doors, and each door that takes a credential is driven until it shuts.',
  },
  {
    id: 'T-07',
    danger: 'Right logins taken for an attack',
    defence:
      'Parallel right logins of one user all succeed; the limit of twenty a minute says when to come back, and can be lifted.',
  },
  {
    id: 'T-08',
    danger: 'Locking somebody out on purpose',
    defence: 'Blocks are for a name from one address; beyond the ceiling of a name its known sources still get in.',
  },
  {
    id: 'T-09',
    danger: 'An address that is forged, or written in another way with every guess',
    defence:
      'The socket’s address, unless a trusted proxy or a trusted client that proved itself names another; counted by its bytes, IPv6 by its /64.',
  },
  {
    id: 'T-10',
    danger: 'One guess at many names',
    defence: 'An address has a hundred failures to spend, and gets one back every 14.4 minutes.',
  },
  {
    id: 'T-11',
    danger: 'Guessing client secrets by answer or time',
    defence: 'Compared by digest in constant time; an unknown client costs the same and is answered the same.',
  },
  {
    id: 'T-17',
    danger: 'bcrypt stops at 72 bytes and at NUL',
    defence:
      'New hashes are argon2id; a password that bcrypt would cut never matches; imported hashes are renewed at login.',
  },
  {
    id: 'T-18',
    danger: 'Long fields that cost work',
    defence: 'Every parameter has a limit, checked before anything is hashed or looked up; bodies end at 64 KiB.',
  },
  {
    id: 'T-19',
    danger: 'Floods of logins',
    defence:
      'A login that would wait too long is refused before anything is hashed; slots are shared fairly, off the event loop.',
  },
  {
    id: 'T-20',
    danger: 'A token that names its own algorithm',
    defence: 'Algorithm and key come from our record; symmetric and asymmetric keys never meet.',
  },
  {
    id: 'T-21',
    danger: 'Keys and addresses smuggled in a token’s header',
    defence:
      'The key id is an exact look-up; embedded keys and addresses are ignored; critical extensions and JWEs refused.',
  },
  {
    id: 'T-22',
    danger: 'One kind of token taken for another',
    defence: 'ID tokens, API tokens and opaque tokens are each refused where another is expected.',
  },
  {
    id: 'T-25',
    danger: 'More scope or another audience than allowed',
    defence: 'Only scopes of that API, narrowed by client grants and permissions; unknown audiences are refused.',
  },
  {
    id: 'T-26',
    danger: 'A client that may use every grant',
    defence: 'No grant until it is named; checked before any password is looked at.',
  },
  {
    id: 'T-27',
    danger: 'Repeated, nested or typed parameters',
    defence: 'Each known parameter must be one string, or the request is refused before any look-up.',
  },
  {
    id: 'T-28',
    danger: 'Prototype pollution',
    defence: 'Own members into a Map; the whole suite runs with sealed prototypes.',
  },
  {
    id: 'T-29',
    danger: 'Media types read in two ways',
    defence: 'Two media types, strictly; no content encoding.',
  },
  {
    id: 'T-30',
    danger: 'HTTP request smuggling',
    defence: 'The strict parser; one answer, then the connection is closed.',
  },
  {
    id: 'T-31',
    danger: 'Two spellings of one name, or one spelling of two',
    defence: 'One canonical form for creating and looking up, unique in the connection.',
  },
  { id: 'T-37', danger: 'CORS too open', defence: 'Only origins that the client lists; never with credentials.' },
  {
    id: 'T-39',
    danger: 'Credentials in addresses',
    defence: 'Refused, also beside right ones in the body; query strings are not logged.',
  },
  {
    id: 'T-42',
    danger: 'Names, addresses and key ids that a caller makes up by the million',
    defence:
      'Whatever memory keeps of them is bounded; attempts are rows under keyed hashes of 16 bytes that expire and are cleared away.',
  },
  {
    id: 'T-43',
    danger: 'A forged Host header',
    defence: 'Unknown hosts do not exist; the issuer comes from the tenant’s list.',
  },
  {
    id: 'T-44',
    danger: 'Default credentials',
    defence:
      'The quick-start user exists under `dev` only, on loopback; `serve` refuses the folder and the database that `dev` marked.',
  },
  {
    id: 'T-45',
    danger: 'Keys stolen from the disk',
    defence: 'AES-256-GCM under a master key outside the database; files readable by their owner only.',
  },
  {
    id: 'T-46',
    danger: 'Clocks that are set',
    defence: 'A minute of leeway at the most, and nothing that was issued in the future is taken.',
  },
  {
    id: 'T-47',
    danger: 'A client assertion used twice',
    defence: '`jti` is single use by one conditional statement; at most five minutes to live.',
  },
  {
    id: 'T-49',
    danger: 'Deep or huge JSON',
    defence: 'Depth, members and parameters are counted before anything is built; forms are flat.',
  },
  { id: 'F-01', danger: '`kill -9` at any moment', defence: 'What was answered is there; the next start serves.' },
  {
    id: 'F-05',
    danger: 'PostgreSQL slow, gone or at odds with itself',
    defence: 'Every statement is bounded; only serialization failures and deadlocks are run again; outages answer 503.',
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
    defence: 'Readiness goes first, requests under way are finished, the exit code is 0.',
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
    id: 'F-22',
    danger: 'A migration cut short, or run twice at once',
    defence: 'Transactional, one holder of the lock, completed by the next start.',
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
    id: 'L-11',
    danger: 'Metrics and traces that tell who logs in, or grow with every made-up name',
    defence:
      'Labels and attributes come from closed lists; metrics have a port of their own, and no trace is continued for a stranger.',
  },
];
