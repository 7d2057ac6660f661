// Federation metadata of ADFS (WS-Federation 1.2, section 3; SAML 2.0 metadata): who issues, and by which certificates.
import { X509Certificate } from 'node:crypto';
import { unusable } from './adfs-error.ts';
import { type Element, listNamed, listWithin, parsePlainXml, textOf, XmlRefused } from './strict-xml.ts';

const METADATA = 'urn:oasis:names:tc:SAML:2.0:metadata';
const SIGNATURE = 'http://www.w3.org/2000/09/xmldsig#';

/** What an assertion is checked against. */
export interface FederationMetadata {
  /** The issuer that assertions name. */
  readonly issuer: string;
  /** PEM certificates that may have signed them; more than one while ADFS goes over to a new one. */
  readonly certificates: readonly string[];
}

/** Reads it; throws `AdfsRefused`. */
export function readFederationMetadata(text: string): FederationMetadata {
  const root = parsed(text);
  const issuer = root.getAttribute('entityID');
  const isMetadata = root.namespaceURI === METADATA && root.localName === 'EntityDescriptor';
  if (!isMetadata || issuer === null || issuer === '') throw notMetadata();
  // Of the roles that the farm has, those in which it takes tokens from others say nothing of what it signs.
  const roles = [...listNamed(root, METADATA, 'IDPSSODescriptor'), ...listNamed(root, METADATA, 'RoleDescriptor')];
  const keys = roles
    .flatMap((role) => listNamed(role, METADATA, 'KeyDescriptor'))
    .filter((key) => key.getAttribute('use') === 'signing')
    .flatMap((key) => listWithin(key, SIGNATURE, 'X509Certificate'));
  const certificates = [...new Set(keys.map(pemOf))];
  if (certificates.length === 0) {
    throw unusable('metadata-without-certificate', 'The federation metadata names no signing certificate.');
  }
  return { issuer, certificates };
}

function parsed(text: string): Element {
  try {
    return parsePlainXml(text);
  } catch (error) {
    if (error instanceof XmlRefused) throw notMetadata();
    throw error;
  }
}

function notMetadata() {
  return unusable(
    'metadata-unusable',
    'What is there is no federation metadata: look at adfs_server or fedMetadataXml.',
  );
}

function pemOf(element: Element): string {
  try {
    return new X509Certificate(Buffer.from(textOf(element) ?? '', 'base64')).toString();
  } catch {
    throw unusable('metadata-unusable', 'A signing certificate in the federation metadata cannot be read.');
  }
}
