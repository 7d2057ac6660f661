// Who is asking? Turns what a request says of its client into the authenticated client (RFC 6749 2.3).
import { refusals } from '../error/oauth-error.ts';
import { equalInConstantTime } from '../lib/constant-time.ts';
import { randomBase64Url } from '../lib/id.ts';
import { Secret } from '../lib/secret.ts';
import type { ConfigurationCache } from '../storage/configuration-cache.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { Client } from './client.ts';
import type { ClientStore } from './client-store.ts';

/** What a request says of its client. */
export interface ClientCredentials {
  readonly clientId: string | null;
  /** Null when none was sent. */
  readonly clientSecret: Secret | null;
  /** True when they came in the Authorization header, whose refusal must carry a challenge. */
  readonly fromAuthorizationHeader: boolean;
}

/** Resolves to the client or throws the refusal. */
export type AuthenticateClient = (tenantId: TenantId, credentials: ClientCredentials) => Promise<Client>;

/**
 * The client's credentials from the Authorization header or the body. Throws when both carry some, or when the header is
 * no well-formed Basic header; another scheme is ignored.
 */
export function readClientCredentials(
  authorization: string | undefined,
  body: { readonly clientId: string | null; readonly clientSecret: string | null },
): ClientCredentials {
  const basic = /^basic +(.*)$/i.exec(authorization ?? '')?.[1];
  if (basic === undefined) {
    return {
      clientId: body.clientId,
      clientSecret: body.clientSecret === null ? null : new Secret(body.clientSecret),
      fromAuthorizationHeader: false,
    };
  }
  const [clientId, clientSecret] = decodeBasic(basic.trim());
  if (body.clientSecret !== null || (body.clientId !== null && body.clientId !== clientId)) {
    throw refusals.twoClientAuthenticationMethods();
  }
  return { clientId, clientSecret: new Secret(clientSecret), fromAuthorizationHeader: true };
}

/** RFC 6749 2.3.1: id and secret are form-encoded before they are joined, so they are decoded after the split. */
function decodeBasic(encoded: string): [string, string] {
  const malformed = () => refusals.clientUnauthorized({ reason: 'malformed-basic' }, true);
  if (!/^[A-Za-z0-9+/]+=*$/.test(encoded)) throw malformed();
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 1) throw malformed();
  try {
    return [formDecode(text.slice(0, colon)), formDecode(text.slice(colon + 1))];
  } catch (error) {
    if (error instanceof URIError) throw malformed();
    throw error;
  }
}

function formDecode(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}

/** Builds the check over the store. */
export function createClientAuthentication(clients: ClientStore, cache: ConfigurationCache): AuthenticateClient {
  // Security: an unknown client costs the same comparison as a wrong secret.
  const nobodysSecret = randomBase64Url(48);

  return async (tenantId, { clientId, clientSecret, fromAuthorizationHeader }) => {
    if (clientId === null) throw refusals.missingClientId();
    const refuse = (reason: string) =>
      refusals.clientUnauthorized(
        { reason, clientId, ...(client ? { clientName: client.name } : {}) },
        fromAuthorizationHeader,
      );
    const client = await cache.get(`client ${tenantId} ${clientId}`, () => clients.findById(tenantId, clientId));
    if (client?.tokenEndpointAuthMethod === 'none') return client;
    const expected = client?.clientSecret?.reveal() ?? nobodysSecret;
    const matches = equalInConstantTime(clientSecret?.reveal() ?? '', expected);
    if (!client) throw refuse('unknown-client');
    if (!clientSecret) throw refuse('missing-client-secret');
    if (!matches) throw refuse('wrong-client-secret');
    return client;
  };
}
