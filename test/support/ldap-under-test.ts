// Drivers that speak LDAP against a real server, for the conformance suite.
import type { PasswordConnection } from '../../src/connection/connection.ts';
import { ldapOptionsOf } from '../../src/connection/ldap-options.ts';
import type { DirectoryDriver } from '../../src/directory/directory-registry.ts';
import { createLdapDriver } from '../../src/directory/ldap/ldap-directory.ts';
import { createOutgoingAddresses } from '../../src/directory/outgoing-address.ts';
import type { DirectoryUnderTest } from '../directory/directory-suite.ts';
import { askDirectory, connectionOf } from './directory-login.ts';
import type { OpenLdap } from './openldap.ts';
import { createTestClock, type TestClock } from './test-clock.ts';

type RealServer = Pick<OpenLdap, 'options' | 'kill' | 'restart' | 'pause' | 'resume' | 'stop'>;

/** For a server that stands still; one that is only slow must still answer within it. */
const IMPATIENT = { connectMs: 5000, operationMs: 5000 };

/** The LDAP driver, connected to this server; it waits only shortly. */
export function ldapUnderTest(server: RealServer): DirectoryUnderTest {
  const clock = createTestClock();
  const addresses = createOutgoingAddresses({ clock, networks: [] });
  const driver = createLdapDriver({ clock, addresses, limits: IMPATIENT });
  return realServerUnderTest(server, clock, driver, connectionOf('ldap', ldapOptionsOf(server.options)));
}

/** Any driver, connected to a server that can be stopped and stand still. */
export function realServerUnderTest<C extends PasswordConnection>(
  server: Omit<RealServer, 'options'>,
  clock: TestClock,
  driver: DirectoryDriver<C>,
  connection: C,
): DirectoryUnderTest {
  let isPaused = false;
  return {
    ask: (name, password) => askDirectory(driver, connection, name, password),
    passwordsHeard: () => null,
    network: {
      async stall() {
        isPaused = true;
        await server.pause();
      },
      takeDown: () => server.kill(),
      async bringBack() {
        if (isPaused) server.resume();
        else await server.restart();
        isPaused = false;
      },
      advance: (milliseconds) => clock.advance(milliseconds),
    },
    async stop() {
      await driver.close?.();
      await server.stop();
    },
  };
}
