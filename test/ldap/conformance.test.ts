// The LDAP driver conforms, against a real OpenLDAP over LDAPS.
import { conforms, SPELLINGS_OF_ADA } from '../directory/directory-suite.ts';
import { ldapUnderTest } from '../support/ldap-under-test.ts';
import { LDAP_PASSWORD, ODD_NAMES, startOpenldap } from '../support/openldap.ts';
import { needs } from '../support/required-program.ts';

const person = (name: string) => ({ name, password: LDAP_PASSWORD });

conforms('ldap', {
  isRemote: true,
  skip: needs('slapd'),
  good: person('ada'),
  odd: ODD_NAMES.map(person),
  patterns: ['ad*', '*)(uid=*', '\\00', 'ada)(uid=ada', '\\2a', 'Jürgen  Müller', ...SPELLINGS_OF_ADA],
  unknown: 'unknown-user',
  states: {
    locked: { ...person('locked'), reason: 'locked' },
    // OpenLDAP has no such state of its own.
    disabled: null,
    expired: { ...person('expired'), reason: 'password-expired' },
    'must-change': { ...person('must-change'), reason: 'must-change-password' },
  },
  start: async () => ldapUnderTest(await startOpenldap()),
});
