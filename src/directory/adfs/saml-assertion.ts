// Checks the SAML 2.0 assertion in an answer of ADFS, and reads it. What is read is the canonical text whose digest was
// signed, never the answer around it: an assertion put beside, around or inside the signed one is not seen.
import { SignedXml } from 'xml-crypto';
import type { FederationMetadata } from './federation-metadata.ts';
import { type Element, listNamed, listWithin, onlyNamed, parsePlainXml, textOf, XmlRefused } from './strict-xml.ts';

const ASSERTION = 'urn:oasis:names:tc:SAML:2.0:assertion';
const SIGNATURE = 'http://www.w3.org/2000/09/xmldsig#';
const BEARER = 'urn:oasis:names:tc:SAML:2.0:cm:bearer';

const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';
const SIGNATURE_ALGORITHMS = [
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
];
const DIGEST_ALGORITHMS = ['http://www.w3.org/2001/04/xmlenc#sha256', 'http://www.w3.org/2001/04/xmlenc#sha512'];

const CLOCK_TOLERANCE_MS = 300_000;

interface Expected extends FederationMetadata {
  /** The identifier of the relying party trust, which the assertion must be for. */
  readonly audience: string;
  /** Milliseconds since 1970 UTC. */
  readonly now: number;
}

/** The attributes of a valid assertion by their names, or why it is none, for the log. */
export type AssertionVerdict =
  | { readonly valid: true; readonly attributes: readonly (readonly [string, readonly string[]])[] }
  | { readonly valid: false; readonly reason: string };

/** Checks the one assertion in this text; never throws for what the text says. */
export function verifyAssertion(text: string, expected: Expected): AssertionVerdict {
  try {
    const signed = signedAssertion(text, expected.certificates);
    return typeof signed === 'string' ? refused(signed) : readAssertion(signed, expected);
  } catch (error) {
    if (error instanceof XmlRefused) return refused('xml');
    throw error;
  }
}

/** The assertion as it was signed, or why there is none. */
function signedAssertion(text: string, certificates: readonly string[]): Element | string {
  const root = parsePlainXml(text);
  // Any namespace: one that is not ours has no business here either.
  if (root.getElementsByTagNameNS('*', 'EncryptedAssertion').length > 0) return 'encrypted';
  const assertions = root.getElementsByTagNameNS('*', 'Assertion');
  const [assertion] = listWithin(root, ASSERTION, 'Assertion');
  if (assertions.length !== 1 || !assertion) return 'count';
  const signature = onlyNamed(assertion, SIGNATURE, 'Signature');
  if (!signature || root.getElementsByTagNameNS('*', 'Signature').length !== 1) return 'signature-count';
  const id = assertion.getAttribute('ID');
  if (!id || countIds(root, id) !== 1) return 'id';
  const shape = shapeProblem(signature, id);
  if (shape !== null) return shape;
  for (const certificate of certificates) {
    const signed = checkedWith(text, signature, certificate);
    if (signed === null) continue;
    const read = parsePlainXml(signed);
    const isSame = read.localName === 'Assertion' && read.namespaceURI === ASSERTION && read.getAttribute('ID') === id;
    return isSame ? read : 'signed-element';
  }
  return 'signature';
}

/** How many elements go by this id, by whatever attribute a reader could take for one. */
function countIds(root: Element, id: string): number {
  return [root, ...root.getElementsByTagName('*')].filter((element) =>
    [...element.attributes].some(({ localName, value }) => localName?.toLowerCase() === 'id' && value === id),
  ).length;
}

/** Security: every algorithm, and the one thing that is signed, are fixed before anything is computed; null when all is well. */
function shapeProblem(signature: Element, id: string): string | null {
  const info = onlyNamed(signature, SIGNATURE, 'SignedInfo');
  const reference = onlyNamed(info, SIGNATURE, 'Reference');
  if (!info || !reference || reference.getAttribute('URI') !== `#${id}`) return 'reference';
  const algorithmOf = (parent: Element, name: string) =>
    onlyNamed(parent, SIGNATURE, name)?.getAttribute('Algorithm') ?? '';
  const transforms = onlyNamed(reference, SIGNATURE, 'Transforms');
  const steps = transforms === null ? [] : listNamed(transforms, SIGNATURE, 'Transform');
  const isKnown =
    SIGNATURE_ALGORITHMS.includes(algorithmOf(info, 'SignatureMethod')) &&
    DIGEST_ALGORITHMS.includes(algorithmOf(reference, 'DigestMethod')) &&
    algorithmOf(info, 'CanonicalizationMethod') === EXCLUSIVE &&
    steps.map((step) => step.getAttribute('Algorithm')).join(' ') === `${ENVELOPED} ${EXCLUSIVE}`;
  return isKnown ? null : 'algorithm';
}

/** The canonical text that was signed with this certificate's key; null when none was. */
function checkedWith(text: string, signature: Element, certificate: string): string | null {
  // Security: a certificate that comes with the signature proves nothing.
  const checker = new SignedXml({ publicCert: certificate, getCertFromKeyInfo: () => null });
  try {
    checker.loadSignature(signature);
    if (!checker.checkSignature(text)) return null;
  } catch {
    // The library throws for a wrong signature, as for one that it cannot read.
    return null;
  }
  const [signed, ...others] = checker.getSignedReferences();
  return signed !== undefined && others.length === 0 ? signed : null;
}

function readAssertion(assertion: Element, { issuer, audience, now }: Expected): AssertionVerdict {
  if (textOf(onlyNamed(assertion, ASSERTION, 'Issuer')) !== issuer) return refused('issuer');
  const conditions = onlyNamed(assertion, ASSERTION, 'Conditions');
  if (!conditions || !isWithin(conditions, now)) return refused('times');
  const restriction = onlyNamed(conditions, ASSERTION, 'AudienceRestriction');
  if (textOf(onlyNamed(restriction, ASSERTION, 'Audience')) !== audience) return refused('audience');
  const subject = onlyNamed(assertion, ASSERTION, 'Subject');
  const confirmation = onlyNamed(subject, ASSERTION, 'SubjectConfirmation');
  if (confirmation?.getAttribute('Method') !== BEARER) return refused('subject');
  const data = onlyNamed(confirmation, ASSERTION, 'SubjectConfirmationData');
  if (data && !hasNotEnded(data, now)) return refused('times');
  const attributes = listNamed(assertion, ASSERTION, 'AttributeStatement')
    .flatMap((statement) => listNamed(statement, ASSERTION, 'Attribute'))
    .map((attribute) => {
      const values = listNamed(attribute, ASSERTION, 'AttributeValue').map(textOf);
      return [attribute.getAttribute('Name') ?? '', values.filter((value) => value !== null)] as const;
    });
  return { valid: true, attributes };
}

/** Both ends must be there: an assertion without an end would be good for ever. */
function isWithin(conditions: Element, now: number): boolean {
  const from = Date.parse(conditions.getAttribute('NotBefore') ?? '');
  return from <= now + CLOCK_TOLERANCE_MS && hasNotEnded(conditions, now);
}

function hasNotEnded(element: Element, now: number): boolean {
  return Date.parse(element.getAttribute('NotOnOrAfter') ?? '') > now - CLOCK_TOLERANCE_MS;
}

function refused(reason: string): AssertionVerdict {
  return { valid: false, reason: `assertion-${reason}` };
}
