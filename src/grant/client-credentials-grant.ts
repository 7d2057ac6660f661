// The client credentials grant (RFC 6749 4.4): a client asks for itself. The pipeline has authenticated it already, so there
// is nobody else to prove.
import { CLIENT_CREDENTIALS_GRANT } from '../client/client.ts';
import type { Grant } from './grant.ts';

/** Builds the grant. */
export function createClientCredentialsGrant(): Grant {
  return {
    grantTypes: [CLIENT_CREDENTIALS_GRANT],
    limitedByRegion: false,
    // RFC 6749 4.4: confidential clients only. Those of somebody else may use it: they see no password, and need a client
    // grant like any other.
    closedTo: 'public-clients',
    async authenticate(_request, client) {
      return {
        // Auth0: how the subject of a client's own tokens is written.
        subject: `${client.clientId}@clients`,
        user: null,
        seen: null,
        connection: null,
        grantType: 'client-credentials',
        shown: null,
        customClaims: {},
        ruleProtocol: null,
        warnings: [],
      };
    },
  };
}
