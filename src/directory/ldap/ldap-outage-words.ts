// A sentence about each reason for which a directory that speaks LDAP gives no answer: for whoever tries a connection, and for
// whoever looks at a login that failed.
import { outageWords } from '../probe-steps.ts';

/** The sentence; what follows a colon in the reason is shown behind it. */
export function ldapOutageWords(reason: string): string {
  const [kind = '', detail] = reason.split(':');
  const words = OUTAGES[kind] ?? outageWords(kind);
  return detail === undefined ? words : `${words} (${detail})`;
}

const OUTAGES: Readonly<Record<string, string>> = {
  'directory-start-tls-refused': 'The server does not do StartTLS: use an ldaps:// URL, or set up its certificate.',
  'directory-wants-tls': 'The server wants TLS: use an ldaps:// URL, or start_tls.',
  'directory-referral': 'The server sends us to another one, which is not followed: name the right one in urls.',
  'directory-operations-error': 'The server says that it could not do what it was asked to: its own log tells.',
  'directory-protocol-error': 'The server did not understand what it was asked.',
  'directory-time-limit-exceeded': 'The server did not finish within its own limit of time: is the filter indexed?',
  'directory-admin-limit-exceeded': 'The server says that a limit of its administrator was reached.',
  'directory-fault': 'The server has a fault of its own: its log tells.',
  'directory-busy': 'The server says that it is busy.',
  'directory-unavailable': 'The server says that it is unavailable.',
  'directory-service-account-refused': 'The account of bind_dn is refused.',
  'directory-answer-malformed': 'The answer is no LDAP: something else answers at this port.',
  'directory-search-refused':
    'The directory refuses the search: look at base and filter, and at what the account that searches may read.',
  'directory-bind-result': 'The directory answers the bind with a result that says nothing about the password.',
  'directory-entry-without-id':
    'The entry has no stable id that the account may read: name an attribute as profile_map.user_id.',
  'directory-entry-not-readable': 'The user may not read the own entry, which user_dn_template needs.',
  'directory-too-many-groups': 'The user is in more groups than are read.',
  'directory-without-configuration':
    'The server does not say where the domains of the forest are written: is it Active Directory?',
};
