// How a request says which client it comes from, and proves it: a Basic header, a secret in the body, or a signed assertion
// (RFC 6749 2.3, RFC 7521 4.2). Read here, checked in client-authentication.
import { refusals } from '../error/oauth-error.ts';
import { readAssertionSubject } from '../key/verify-assertion.ts';
import { Secret } from '../lib/secret.ts';

/** What a request says of its client. */
export interface ClientProof {
  readonly clientId: string | null;
  /** Null when none was sent. */
  readonly clientSecret: Secret | null;
  /** A signed JWT in place of a secret; null when none was sent. */
  readonly assertion: Secret | null;
  /** What the request says the assertion is; null when it does not say. */
  readonly assertionType: string | null;
  /** True when they came in the Authorization header, whose refusal must carry a challenge. */
  readonly fromAuthorizationHeader: boolean;
}

/** The parameters of the body that have to do with the client; null for what was not sent. */
interface ClientParameters {
  readonly clientId: string | null;
  readonly clientSecret: string | null;
  readonly assertion: string | null;
  readonly assertionType: string | null;
}

/**
 * The proof in the Authorization header or the body. Throws when there is more than one, when the header is no well-formed
 * Basic header, and when neither the body nor the assertion names a client; another scheme is ignored.
 */
export function readClientProof(authorization: string | undefined, body: ClientParameters): ClientProof {
  const basic = /^basic +(.*)$/i.exec(authorization ?? '')?.[1];
  if (basic === undefined) return proofInBody(body);
  const [clientId, clientSecret] = decodeBasic(basic.trim());
  const second = body.clientSecret !== null || body.assertion !== null;
  if (second || (body.clientId !== null && body.clientId !== clientId)) {
    throw refusals.twoClientAuthenticationMethods();
  }
  return {
    clientId,
    clientSecret: new Secret(clientSecret),
    assertion: null,
    assertionType: null,
    fromAuthorizationHeader: true,
  };
}

function proofInBody({ clientId, clientSecret, assertion, assertionType }: ClientParameters): ClientProof {
  if (clientSecret !== null && assertion !== null) throw refusals.twoClientAuthenticationMethods();
  // RFC 7521 4.2: with an assertion the client_id may be left out.
  const named = clientId ?? (assertion === null ? null : readAssertionSubject(assertion));
  if (named === null && assertion !== null) {
    throw refusals.clientUnauthorized({ reason: 'assertion-malformed' }, false);
  }
  return {
    clientId: named,
    clientSecret: clientSecret === null ? null : new Secret(clientSecret),
    assertion: assertion === null ? null : new Secret(assertion),
    assertionType,
    fromAuthorizationHeader: false,
  };
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
