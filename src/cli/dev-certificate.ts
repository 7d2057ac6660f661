// The local certificate authority and the server certificate of `gatehouse dev`: every Auth0 SDK insists on https, so
// development has it too. Made at the first start and kept.
import { createPublicKey, generateKeyPairSync, type KeyObject, type webcrypto } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface DevCertificate {
  readonly cert: string;
  readonly key: string;
  /** Path of the authority's certificate, for clients to trust. */
  readonly authorityPath: string;
}

const DAY_MS = 24 * 3600 * 1000;
const AUTHORITY_DAYS = 3650;
// Browsers refuse certificates that live longer.
const SERVER_DAYS = 390;
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** Reads the certificate from the folder, or makes authority and certificate when they are missing or nearly over. */
export async function openDevCertificate(folder: string, now: number): Promise<DevCertificate> {
  const path = (name: string) => join(folder, name);
  const authorityPath = path('ca.pem');
  const files = ['ca.pem', 'server.pem', 'server-key.pem'].map(path);
  if (!files.every(existsSync) || (await endsSoon(path('server.pem'), now))) {
    const made = await makeCertificates(now);
    // The authority's own key is thrown away: nobody can make more certificates that this machine trusts.
    writeFileSync(path('server-key.pem'), made.key, { mode: 0o600 });
    writeFileSync(path('server.pem'), made.cert, { mode: 0o644 });
    writeFileSync(authorityPath, made.authority, { mode: 0o644 });
  }
  return {
    cert: readFileSync(path('server.pem'), 'utf8'),
    key: readFileSync(path('server-key.pem'), 'utf8'),
    authorityPath,
  };
}

async function endsSoon(file: string, now: number): Promise<boolean> {
  const { X509Certificate } = await import('node:crypto');
  return Date.parse(new X509Certificate(readFileSync(file)).validTo) < now + 30 * DAY_MS;
}

async function makeCertificates(now: number): Promise<{ authority: string; cert: string; key: string }> {
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  const authorityKeys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const serverKeys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const authorityPublic = cryptoKey(authorityKeys.publicKey, 'verify');
  const serverPublic = cryptoKey(serverKeys.publicKey, 'verify');
  const name = 'CN=Gatehouse development authority';
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    name,
    notBefore: new Date(now - DAY_MS),
    notAfter: new Date(now + AUTHORITY_DAYS * DAY_MS),
    signingAlgorithm: ALGORITHM,
    keys: { publicKey: authorityPublic, privateKey: cryptoKey(authorityKeys.privateKey, 'sign') },
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(authorityPublic),
    ],
  });
  const server = await x509.X509CertificateGenerator.create({
    subject: 'CN=localhost',
    issuer: name,
    notBefore: new Date(now - DAY_MS),
    notAfter: new Date(now + SERVER_DAYS * DAY_MS),
    signingAlgorithm: ALGORITHM,
    publicKey: serverPublic,
    signingKey: cryptoKey(authorityKeys.privateKey, 'sign'),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([
        { type: 'dns', value: 'localhost' },
        { type: 'ip', value: '127.0.0.1' },
        { type: 'ip', value: '::1' },
      ]),
      await x509.SubjectKeyIdentifierExtension.create(serverPublic),
      await x509.AuthorityKeyIdentifierExtension.create(authorityPublic),
    ],
  });
  const key = serverKeys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { authority: authority.toString('pem'), cert: server.toString('pem'), key };
}

function cryptoKey(key: KeyObject, usage: 'sign' | 'verify'): webcrypto.CryptoKey {
  const half = usage === 'verify' && key.type === 'private' ? createPublicKey(key) : key;
  return half.toCryptoKey(ALGORITHM, true, [usage]);
}
