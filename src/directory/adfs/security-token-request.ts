// The message by which a security token is asked for with a user name and a password (WS-Trust 1.3, section 4; WS-Security
// username token profile), as ADFS takes it at `usernamemixed`: the secrecy is that of TLS.
import { randomUUID } from 'node:crypto';
import type { Secret } from '../../lib/secret.ts';
import { escapeXml } from './strict-xml.ts';

const TRUST = 'http://docs.oasis-open.org/ws-sx/ws-trust/200512';
const SECURITY = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss';
const LIFETIME_MS = 300_000;

interface TokenRequest {
  readonly endpoint: string;
  /** Identifier of the relying party trust. */
  readonly audience: string;
  readonly identifier: string;
  readonly password: Secret;
  /** Milliseconds since 1970 UTC. */
  readonly now: number;
}

/** The message; null when XML cannot say the user name or the password, which then are nobody's. */
export function buildTokenRequest({ endpoint, audience, identifier, password, now }: TokenRequest): string | null {
  const [to, appliesTo] = [escapeXml(endpoint), escapeXml(audience)];
  const [username, typed] = [escapeXml(identifier), escapeXml(password.reveal())];
  if (to === null || appliesTo === null || username === null || typed === null) return null;
  const time = (milliseconds: number) => new Date(milliseconds).toISOString();
  return [
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://www.w3.org/2005/08/addressing"',
    ` xmlns:u="${SECURITY}-wssecurity-utility-1.0.xsd"><s:Header>`,
    `<a:Action s:mustUnderstand="1">${TRUST}/RST/Issue</a:Action>`,
    `<a:MessageID>urn:uuid:${randomUUID()}</a:MessageID>`,
    '<a:ReplyTo><a:Address>http://www.w3.org/2005/08/addressing/anonymous</a:Address></a:ReplyTo>',
    `<a:To s:mustUnderstand="1">${to}</a:To>`,
    `<o:Security s:mustUnderstand="1" xmlns:o="${SECURITY}-wssecurity-secext-1.0.xsd">`,
    `<u:Timestamp u:Id="_0"><u:Created>${time(now)}</u:Created>`,
    `<u:Expires>${time(now + LIFETIME_MS)}</u:Expires></u:Timestamp>`,
    `<o:UsernameToken u:Id="uuid-${randomUUID()}"><o:Username>${username}</o:Username>`,
    `<o:Password Type="${SECURITY}-username-token-profile-1.0#PasswordText">${typed}</o:Password></o:UsernameToken>`,
    '</o:Security></s:Header><s:Body>',
    `<trust:RequestSecurityToken xmlns:trust="${TRUST}">`,
    '<wsp:AppliesTo xmlns:wsp="http://schemas.xmlsoap.org/ws/2004/09/policy">',
    `<a:EndpointReference><a:Address>${appliesTo}</a:Address></a:EndpointReference></wsp:AppliesTo>`,
    `<trust:KeyType>${TRUST}/Bearer</trust:KeyType>`,
    `<trust:RequestType>${TRUST}/Issue</trust:RequestType>`,
    '<trust:TokenType>urn:oasis:names:tc:SAML:2.0:assertion</trust:TokenType>',
    '</trust:RequestSecurityToken></s:Body></s:Envelope>',
  ].join('');
}
