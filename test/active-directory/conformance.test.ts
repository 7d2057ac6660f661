// The Active Directory driver conforms, against a real domain controller over LDAPS. The budget of wrong passwords is out of
// the way here: its own tests are in bind-budget.test.ts.
import { activeDirectoryOptionsOf } from '../../src/connection/active-directory-options.ts';
import { createActiveDirectoryDriver } from '../../src/directory/active-directory/active-directory-directory.ts';
import { createOutgoingAddresses } from '../../src/directory/outgoing-address.ts';
import { conforms, SPELLINGS_OF_ADA } from '../directory/directory-suite.ts';
import { connectionOf } from '../support/directory-login.ts';
import { realServerUnderTest } from '../support/ldap-under-test.ts';
import { AD_PASSWORD, needsSamba, ODD_ACCOUNT, startSamba } from '../support/samba.ts';
import { createTestClock } from '../support/test-clock.ts';

const person = (name: string) => ({ name, password: AD_PASSWORD });
const IMPATIENT = { connectMs: 5000, operationMs: 5000 };
const NO_BUDGET = { reserve: async () => ({ ended: async () => {} }) };

conforms('active-directory', {
  isRemote: true,
  skip: needsSamba(),
  good: person('ada'),
  odd: [person(ODD_ACCOUNT), person('odd-cn')],
  patterns: [
    'ad*',
    '*)(sAMAccountName=*',
    '\\00',
    'ada)(cn=ada',
    'CORP\\*',
    '*@corp.example.test',
    ...SPELLINGS_OF_ADA,
  ],
  unknown: 'unknown-user',
  states: {
    // Wrong passwords lock an account, which the tests of the budget do.
    locked: null,
    disabled: { ...person('disabled'), reason: 'disabled' },
    expired: { ...person('old'), reason: 'password-expired' },
    'must-change': { ...person('must-change'), reason: 'must-change-password' },
  },
  async start() {
    const samba = await startSamba();
    const clock = createTestClock();
    const addresses = createOutgoingAddresses({ clock, networks: [] });
    const driver = createActiveDirectoryDriver({ clock, addresses, limits: IMPATIENT, bindBudget: NO_BUDGET });
    const connection = connectionOf('ad', activeDirectoryOptionsOf(samba.options));
    return realServerUnderTest(samba, clock, driver, connection);
  },
});
