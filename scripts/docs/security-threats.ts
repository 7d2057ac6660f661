// The threats of docs/security.md: what somebody may try, and what stands against it.

/** One row of the document. */
export interface SecurityRow {
  readonly id: string;
  readonly danger: string;
  readonly defence: string;
}

/** T rows, in their order. */
export const THREATS: readonly SecurityRow[] = [
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
    danger: 'Limits, sign-up, or requests for a new password, that tell which users exist',
    defence:
      'Unknown names are counted exactly like known ones, and refused alike; at sign-up, too, where the answer does not say that a name is taken unless the tenant wants it. A request for a new password writes one row and is answered before anybody is looked up.',
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
    id: 'T-12',
    danger: 'A user name that is read as a filter or as a distinguished name',
    defence:
      'One builder escapes every value. Nobody and more than one are both a refusal, and the bind is by the name that the directory gave.',
  },
  {
    id: 'T-13',
    danger: 'A bind without a password, which directories answer with yes',
    defence: 'An empty password, or an empty name, is never sent to any directory.',
  },
  {
    id: 'T-14',
    danger: 'A referral, a stripped StartTLS or a bad certificate gets somebody’s password',
    defence:
      'Chain and host name are always checked, nothing falls back to plain text, and nobody is asked whom the operator did not name.',
  },
  {
    id: 'T-15',
    danger: 'A user of one directory becomes a user of another by saying the same e-mail address',
    defence:
      'A user is an account of one connection by its stable id. Nothing is linked by itself, by address least of all.',
  },
  {
    id: 'T-16',
    danger: 'A password that a directory no longer takes still works, out of a cache',
    defence:
      'No password of a directory is kept, hashed or not: while the directory is down nobody of it logs in. One of another server moves in once, for an account that has none here, and is ours from then on.',
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
    id: 'T-23',
    danger: 'A refresh token that is used twice, at once or by a thief',
    defence:
      'The database picks one winner, on whichever server. A token that comes back after it was replaced ends with all that took its place; a leeway forgives the direct predecessor only, and leads to the same successor.',
  },
  {
    id: 'T-24',
    danger: 'A refresh token that outlives what it stands for',
    defence:
      'Bound to its client, API and scope; blocks, permissions and settings are looked at again at each use; a new password and deletions end it.',
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
  {
    id: 'T-32',
    danger: 'A text that makes a line of its own in a log, and secrets that stand in one',
    defence: 'What a caller sent is a value of one line and controls nothing; L-01 to L-08 say what is never written.',
  },
  {
    id: 'T-33',
    danger: 'A connection that leads this server to other servers of the network',
    defence:
      'Addresses are checked after the name was looked up, and connected to as checked. Redirects are not followed, answers are bounded, and errors say nothing of them.',
  },
  {
    id: 'T-34',
    danger: 'Who may change a connection learns its secret, by pointing it elsewhere',
    defence: 'Secrets are never shown; an address changes only together with the secret that is sent there.',
  },
  {
    id: 'T-35',
    danger: 'Who may look, or change a little, comes to change everything',
    defence:
      'Every endpoint of the Management API names its scopes, and tokens are worth what their owner may do now. Nobody gives away scopes they lack, and administrators are changed at the command line only.',
  },
  {
    id: 'T-36',
    danger: 'Customer code that reads what is not its own, never ends, or fills the memory',
    defence:
      'Rules, actions and database scripts run in another engine inside other processes, without environment, files or network, for one tenant each; 64 MiB, 200 ms of processor time and a second on the clock. What fails lets nobody in, and nobody else waits. Texts of mails reach no files and no prototypes, and end at bounds of size, time and memory.',
  },
  { id: 'T-37', danger: 'CORS too open', defence: 'Only origins that the client lists; never with credentials.' },
  {
    id: 'T-38',
    danger: 'Another site, or a name that is markup, acts in the dashboard or on the page of a link',
    defence:
      'A session is a `__Host-` cookie that opens one endpoint, for pages of the same host, over https or to this machine; the Management API takes tokens only. Pages run under a policy without inline code, in no frame, and show names as text. Those of links load nothing and tell nobody their address.',
  },
  {
    id: 'T-39',
    danger: 'Credentials in addresses',
    defence: 'Refused, also beside right ones in the body; query strings are not logged.',
  },
  {
    id: 'T-40',
    danger: 'An error on the way that turns into a yes',
    defence: 'Whatever is thrown ends in a refusal; an empty answer of the database is never a right one.',
  },
  {
    id: 'T-41',
    danger: 'Members that a caller may not set, sent among those that they may',
    defence:
      'Each endpoint lists its members, and each scope those it may change; anything else is refused, and at sign-up ignored.',
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
    defence: 'Unknown hosts do not exist; the issuer, and with it every link in a mail, comes from the tenant’s list.',
  },
  {
    id: 'T-44',
    danger: 'Default credentials, and strangers who set the server up first',
    defence:
      'There is no default password: the first administrator is made at the command line, or by a one-time token that is printed at the start and works for an hour. The quick-start user exists under `dev` only, on loopback; `serve` refuses the folder and the database that `dev` marked.',
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
    id: 'T-48',
    danger: 'Settings with line breaks, which begin something new in a header, a mail or a log',
    defence: 'Control characters are refused where a setting is written, and no header holds a setting.',
  },
  {
    id: 'T-49',
    danger: 'Deep or huge JSON',
    defence: 'Depth, members and parameters are counted before anything is built; forms are flat.',
  },
  {
    id: 'T-50',
    danger: 'Searches made to cost too much, or to reach what they must not',
    defence:
      'Read into a typed tree of at most 50 terms from at most 1 KiB; every value is a parameter; run away from logins, read-only, for five seconds at the most; 1000 results can be paged to.',
  },
];
