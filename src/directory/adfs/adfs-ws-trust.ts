// Sign-in by WS-Trust 1.3, which every version of ADFS has. The answer holds a signed SAML assertion with the claims, or a
// SOAP fault. The signing certificates are those of the federation metadata, fetched when first needed and kept for a day.
import type { AdfsOptions } from '../../connection/adfs-options.ts';
import type { Clock } from '../../lib/clock.ts';
import type { OutgoingResponse } from '../outgoing-http.ts';
import { UpstreamOutage } from '../upstream-driver.ts';
import { requireServing, type UpstreamSend } from '../upstream-http.ts';
import { AdfsRefused, faultErrorOf, unusable } from './adfs-error.ts';
import { type AdfsClaims, shortName } from './adfs-profile.ts';
import type { AdfsSignIn } from './adfs-sign-in.ts';
import { type FederationMetadata, readFederationMetadata } from './federation-metadata.ts';
import { verifyAssertion } from './saml-assertion.ts';
import { buildTokenRequest } from './security-token-request.ts';
import { listWithin, onlyNamed, parsePlainXml, textOf, XmlRefused } from './strict-xml.ts';

type WsTrustProtocol = Extract<AdfsOptions['protocol'], { kind: 'ws-trust' }>;

const SOAP = 'http://www.w3.org/2003/05/soap-envelope';
const KEPT_MS = 24 * 3600 * 1000;
const METADATA_AGAIN_AFTER_MS = 30_000;

/** Builds it for one connection. */
export function createAdfsWsTrust(options: AdfsOptions, protocol: WsTrustProtocol, clock: Clock): AdfsSignIn {
  const { entityId: audience, metadataUrl, metadata } = protocol;
  const endpoint = `${options.server}/adfs/services/trust/13/usernamemixed`;
  let kept: { readonly fetchedAt: number; readonly value: Promise<FederationMetadata> } | null = null;

  async function metadataOf(send: UpstreamSend, keptMs: number): Promise<FederationMetadata> {
    if (kept && (metadata !== null || clock.monotonic() - kept.fetchedAt < keptMs)) return kept.value;
    const value =
      metadata === null ? fetchMetadata(send, metadataUrl) : Promise.resolve(readFederationMetadata(metadata));
    const made = { fetchedAt: clock.monotonic(), value };
    kept = made;
    value.catch(() => {
      if (kept === made) kept = null;
    });
    return value;
  }

  /** A signature that does not fit may be that of a certificate which is newer than what is kept. */
  async function verified(send: UpstreamSend, text: string) {
    const expected = { audience, now: clock.now() };
    const verdict = verifyAssertion(text, { ...(await metadataOf(send, KEPT_MS)), ...expected });
    if (verdict.valid || verdict.reason !== 'assertion-signature') return verdict;
    return verifyAssertion(text, { ...(await metadataOf(send, METADATA_AGAIN_AFTER_MS)), ...expected });
  }

  return {
    async describe(send) {
      await metadataOf(send, KEPT_MS);
    },
    async requestClaims(send, attempt) {
      const body = buildTokenRequest({ endpoint, audience, ...attempt, now: clock.now() });
      if (body === null) {
        throw new AdfsRefused({ kind: 'rejected', reason: 'unknown-user' }, 'XML has no form for what was typed.');
      }
      const headers = { 'content-type': 'application/soap+xml; charset=utf-8', accept: 'application/soap+xml' };
      const response = await send({ method: 'POST', url: endpoint, headers, body });
      if (response.status !== 200) throw refusalOf(response);
      const verdict = await verified(send, response.body);
      if (verdict.valid) return claimsOf(verdict.attributes);
      if (verdict.reason === 'assertion-encrypted') {
        throw unusable(verdict.reason, 'Take the encryption certificate out of the relying party trust.');
      }
      throw unusable(verdict.reason, 'The assertion is not to be believed, or is for another relying party.');
    },
  };
}

async function fetchMetadata(send: UpstreamSend, url: string): Promise<FederationMetadata> {
  const response = await send({ method: 'GET', url, headers: { accept: 'application/xml, text/xml' } });
  requireServing(response);
  if (response.status === 200) return readFederationMetadata(response.body);
  throw unusable('metadata-missing', 'There is no federation metadata at this address: look at adfs_server.');
}

/** ADFS sends its faults with status 500, as SOAP wants it: only another 500 is one of the server. */
function refusalOf(response: OutgoingResponse): AdfsRefused {
  const codes = faultCodes(response.body);
  if (codes !== null) return faultErrorOf(codes);
  if (response.status === 404) {
    return unusable('endpoint-missing', 'Enable the endpoint /adfs/services/trust/13/usernamemixed in ADFS.');
  }
  requireServing(response);
  throw new UpstreamOutage('directory-answer-not-soap');
}

/** The codes of the fault in it, from the outer to the inner one, without prefixes; null when it is no fault. */
function faultCodes(text: string): string[] | null {
  try {
    const body = onlyNamed(parsePlainXml(text), SOAP, 'Body');
    const fault = onlyNamed(body, SOAP, 'Fault');
    if (!fault) return null;
    const values = listWithin(fault, SOAP, 'Value').map((value) => textOf(value)?.trim() ?? '');
    return values.map((value) => value.replace(/^.*:/, ''));
  } catch (error) {
    if (error instanceof XmlRefused) return null;
    throw error;
  }
}

function claimsOf(attributes: readonly (readonly [string, readonly string[]])[]): AdfsClaims {
  const claims = new Map<string, readonly string[]>();
  for (const [type, values] of attributes) {
    const name = shortName(type);
    claims.set(name, [...(claims.get(name) ?? []), ...values]);
  }
  return claims;
}
