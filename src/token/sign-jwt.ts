// Signs a JWT (RFC 7515, RFC 7519): the one place where tokens get their signature.
import { constants, createHmac, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import type { KeyAlgorithm, SigningKey } from '../key/key.ts';
import type { Secret } from '../lib/secret.ts';

/** What signs, and how: a key and the one algorithm that it is for. */
export type JwtSigner =
  | { readonly algorithm: KeyAlgorithm; readonly kid: string; readonly privateKey: KeyObject }
  | { readonly algorithm: 'HS256'; readonly secret: Secret };

/** The signer of a tenant's key pair, or of a secret. */
export function signerOf(key: SigningKey | Secret): JwtSigner {
  return 'kid' in key ? key : { algorithm: 'HS256', secret: key };
}

/** The compact form; the header says algorithm, `typ` and, for a key pair, `kid`. */
export async function signJwt(payload: Record<string, unknown>, typ: string, signer: JwtSigner): Promise<string> {
  const { algorithm: alg } = signer;
  if (alg === 'HS256') {
    // Auth0: the text of the secret is the key as it stands, not something to decode.
    const key = Buffer.from(signer.secret.reveal(), 'utf8');
    return compact({ alg, typ }, payload, (input) => createHmac('sha256', key).update(input).digest());
  }
  const { kid, privateKey } = signer;
  const header = { alg, typ, kid };
  // A fiftieth of a millisecond: handing it to another thread would take as long as doing it.
  if (alg === 'ES256') return compact(header, payload, (input) => fixedLength(sign('sha256', input, privateKey)));
  if (alg === 'EdDSA') return compact(header, payload, (input) => sign(null, input, privateKey));
  // RSA takes ten times as long: other threads do it.
  return compact(header, payload, (input) =>
    signElsewhere('sha256', input, alg === 'PS256' ? pss(privateKey) : privateKey),
  );
}

const signElsewhere = promisify(sign);

/** RFC 7518 3.5: the salt is as long as the hash. */
function pss(key: KeyObject) {
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
}

const P256_BYTES = 32;

/** RFC 7518 3.4: the two numbers of a signature in 32 bytes each. Node takes as long to write them so as to sign. */
function fixedLength(der: Buffer): Buffer {
  const signature = Buffer.alloc(2 * P256_BYTES);
  // DER: 30 LENGTH 02 LENGTH FIRST 02 LENGTH SECOND. A number has no zero bytes before it, or one to be positive.
  const middle = 4 + (der[3] ?? 0);
  for (const [index, part] of [der.subarray(4, middle), der.subarray(middle + 2)].entries()) {
    const number = part.subarray(-P256_BYTES);
    number.copy(signature, (index + 1) * P256_BYTES - number.length);
  }
  return signature;
}

async function compact(
  header: object,
  payload: object,
  signInput: (input: Buffer) => Buffer | Promise<Buffer>,
): Promise<string> {
  const input = [header, payload].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  const signature = await signInput(Buffer.from(input));
  return `${input}.${signature.toString('base64url')}`;
}
