// The resource owner password grant (RFC 6749 4.3) and Auth0's password-realm: realm or default directory -> connection,
// connection -> directory; guarded-login checks the password there.
import { type Client, PASSWORD_GRANT, PASSWORD_REALM_GRANT } from '../client/client.ts';
import { ADMINISTRATORS, type Connection, checksPasswords, isEnabledFor } from '../connection/connection.ts';
import type { ConnectionResolver } from '../connection/connection-resolver.ts';
import type { LoginAttempt } from '../directory/directory.ts';
import type { DirectoryRegistry } from '../directory/directory-registry.ts';
import { addDetail, type RefusalDetail, refusals } from '../error/oauth-error.ts';
import type { Grant } from './grant.ts';
import { groupsClaimOf } from './groups-claim.ts';
import type { GuardedLogin } from './guarded-login.ts';
import type { TokenRequest } from './token-request.ts';

interface Parts {
  readonly connections: ConnectionResolver;
  readonly directories: DirectoryRegistry;
  readonly logIn: GuardedLogin;
  /** What a `realm` sent with the plain password grant does. */
  readonly passwordGrantRealm: 'honour' | 'ignore';
}

interface Chosen {
  readonly connection: Connection;
  /** True when the request named it, false for the tenant's default directory. */
  readonly byRealm: boolean;
  readonly warnings: readonly string[];
}

/** Builds the grant. */
export function createPasswordGrant(parts: Parts): Grant {
  const { connections, directories, logIn } = parts;

  /** The password-realm grant: the realm decides, and must be sent. */
  async function connectionOfRealm({ arrival: { tenant }, realm }: TokenRequest): Promise<Chosen> {
    if (realm === null) throw refusals.missingParameter('realm');
    const connection = await connections.findByRealm(tenant.id, realm);
    if (!connection) throw refusals.unknownRealm();
    return { connection, byRealm: true, warnings: [] };
  }

  /** The plain password grant: the tenant's default directory, unless a realm names a connection this client may use. */
  async function defaultConnection(request: TokenRequest, client: Client): Promise<Chosen> {
    const { tenant } = request.arrival;
    const warnings = request.connection === null ? [] : ['The parameter connection was ignored.'];
    if (request.realm !== null && parts.passwordGrantRealm === 'honour') {
      const connection = await connections.findByRealm(tenant.id, request.realm);
      if (connection && isEnabledFor(connection, client.clientId)) return { connection, byRealm: true, warnings };
    }
    if (request.realm !== null) warnings.push('The parameter realm was ignored.');
    if (tenant.defaultDirectory === null) throw refusals.noDefaultDirectory();
    const connection = await connections.findByName(tenant.id, tenant.defaultDirectory);
    if (!connection) throw refusals.defaultDirectoryMissing(tenant.defaultDirectory);
    return { connection, byRealm: false, warnings };
  }

  /** What the password is to be checked against: the connection, when this client may use it, and its directory. */
  async function directoryFor(request: TokenRequest, client: Client) {
    const attempt = requireCredentials(request);
    const { connection, byRealm, warnings } =
      request.grantType === PASSWORD_REALM_GRANT
        ? await connectionOfRealm(request)
        : await defaultConnection(request, client);
    const detail = detailOf(connection);
    if (!isEnabledFor(connection, client.clientId)) throw addDetail(refusals.connectionDisabled(), detail);
    const directory = checksPasswords(connection) && directories.find(request.arrival.tenant.id, connection);
    if (directory) return { attempt, connection, directory, warnings };
    throw addDetail(byRealm ? refusals.realmWithoutPasswords() : refusals.strategyWithoutPasswords(), detail);
  }

  return {
    grantTypes: [PASSWORD_GRANT, PASSWORD_REALM_GRANT],
    limitedByRegion: true,
    // Auth0: an application of somebody else never gets to see a password.
    closedTo: 'third-party-clients',
    async authenticate(request, client) {
      const { attempt, connection, directory, warnings } = await request.phases.record('connection', () =>
        directoryFor(request, client),
      );
      try {
        const { user, seen, warnings: kept } = await logIn(request, client, attempt, connection, directory);
        return {
          subject: user.userId,
          user,
          seen,
          connection,
          grantType: 'password',
          shown: null,
          customClaims: groupsClaimOf(connection, user),
          // Security: a broken rule must not lock out those who can mend it.
          ruleProtocol: connection.name === ADMINISTRATORS ? null : 'oauth2-password',
          warnings: [...warnings, ...kept],
        };
      } catch (error) {
        throw addDetail(error, detailOf(connection));
      }
    },
  };
}

function detailOf({ id, name, strategy }: Connection): RefusalDetail {
  return { connectionId: id, connectionName: name, strategy };
}

/** Security: an empty or missing name or password is refused before any connection or user is looked up. */
function requireCredentials({ username, password }: TokenRequest): LoginAttempt {
  if (username === null) throw refusals.missingParameter('username');
  if (password === null) throw refusals.missingParameter('password');
  return { identifier: username, password };
}
