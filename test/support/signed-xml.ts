// Signs XML as ADFS signs assertions, and as it should not.
import { X509Certificate } from 'node:crypto';
import { SignedXml } from 'xml-crypto';
import type { Forgery, SigningKey } from './adfs-stand-in.ts';

/** Signs the element with an ID that is the root, as ADFS signs assertions. */
export function signXml(
  xml: string,
  key: Pick<SigningKey, 'privateKey' | 'certificate'>,
  forgery: Forgery = {},
): string {
  const signer = new SignedXml({
    privateKey: key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicCert: new X509Certificate(Buffer.from(key.certificate, 'base64')).toString(),
    signatureAlgorithm: forgery.signatureAlgorithm ?? 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    canonicalizationAlgorithm: 'http://www.w3.org/2001/10/xml-exc-c14n#',
  });
  signer.addReference({
    xpath: '/*',
    digestAlgorithm: forgery.digestAlgorithm ?? 'http://www.w3.org/2001/04/xmlenc#sha256',
    transforms: [
      ...(forgery.transforms ?? [
        'http://www.w3.org/2000/09/xmldsig#enveloped-signature',
        'http://www.w3.org/2001/10/xml-exc-c14n#',
      ]),
    ],
  });
  const issuerEnd = "//*[local-name(.)='Issuer']";
  signer.computeSignature(xml, { prefix: 'ds', location: { reference: issuerEnd, action: 'after' } });
  return signer.getSignedXml();
}
