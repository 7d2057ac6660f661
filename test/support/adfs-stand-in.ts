// Plays a farm of ADFS: OpenID Connect with the password grant as since Windows Server 2016, and WS-Trust 1.3 with federation
// metadata, with the requests, answers and faults that Microsoft documents. Tokens and assertions are signed with real keys.
import { createHash, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { exportJWK, SignJWT } from 'jose';
import type { Clock } from '../../src/lib/clock.ts';
import { type HttpsStandIn, type SeenRequest, sendJson, startHttpsStandIn } from './https-stand-in.ts';

export const ADFS_CLIENT = '2ad88395-b77d-4561-9441-d0e40824f9bc';
export const ADFS_SECRET = 'adfs-client-secret-of-the-test';
const RELYING_PARTY = 'urn:gatehouse';
const CLAIMS = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims';
const FAULTS = 'http://docs.oasis-open.org/ws-sx/ws-trust/200512';

/** Somebody in the domain. */
export interface AdfsUser {
  readonly name: string;
  readonly password: string;
  /** Claims by their short names in tokens. */
  readonly claims: Readonly<Record<string, string | readonly string[]>>;
}

/** What the next assertions say or how they are made, other than as they should. */
export interface Forgery {
  readonly issuer?: string;
  readonly audience?: string;
  readonly notBefore?: number;
  readonly notOnOrAfter?: number;
  readonly confirmation?: string;
  readonly signatureAlgorithm?: string;
  readonly digestAlgorithm?: string;
  readonly transforms?: readonly string[];
  /** Changes the assertion before it is signed. */
  readonly before?: (assertion: string) => string;
  /** Changes the whole answer after the assertion in it was signed. */
  readonly after?: (answer: string) => string;
}

export interface AdfsStandIn extends HttpsStandIn {
  /** Of assertions. */
  readonly issuer: string;
  readonly issuerOfTokens: string;
  readonly users: AdfsUser[];
  forgery: Forgery;
  /** Claims that replace those of the next tokens. */
  forged: Record<string, unknown>;
  /** Signs with a new key from now on, and publishes only that. */
  rotateKeys(): Promise<void>;
  /** Signs with a key that is published nowhere. */
  signWithOwnKey(): Promise<void>;
  readonly metadata: () => string;
  /** An assertion about somebody, signed as the stand-in signs. */
  signedAssertion(user: AdfsUser): Promise<string>;
}

export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** Base64, DER. */
  readonly certificate: string;
}

/** Starts the farm. */
export async function startAdfsStandIn(clock: Clock): Promise<AdfsStandIn> {
  let published = await makeKey(clock.now());
  let signing = published;
  const users: AdfsUser[] = [];
  const find = (name: string | null, password: string | null) =>
    users.find((user) => user.name.toLowerCase() === name?.toLowerCase() && user.password === password);

  async function oauth({ form }: SeenRequest, response: ServerResponse): Promise<void> {
    const refuse = (error: string, text: string) => sendJson(response, 400, { error, error_description: text });
    if (form.get('client_id') !== ADFS_CLIENT) {
      return refuse('invalid_client', "MSIS9607: The 'client_id' parameter in the request is invalid.");
    }
    if (form.get('client_secret') !== ADFS_SECRET)
      return refuse('invalid_client', 'MSIS9622: Client authentication failed.');
    const user = find(form.get('username'), form.get('password'));
    if (!user) return refuse('invalid_grant', "MSIS9659: Invalid 'username' or 'password'.");
    const now = Math.floor(clock.now() / 1000);
    const { upn, ...others } = user.claims;
    const all = form.get('scope')?.includes('allatclaims') ? others : {};
    const claims = {
      iss: standIn.issuerOfTokens,
      aud: ADFS_CLIENT,
      iat: now,
      nbf: now,
      exp: now + 3600,
      auth_time: now,
    };
    const token = await new SignJWT({
      ...claims,
      sub: 'pairwise',
      upn,
      unique_name: `CORP\\${user.name}`,
      ...all,
      ...standIn.forged,
    })
      .setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid: signing.kid, x5t: signing.kid })
      .sign(signing.privateKey);
    sendJson(response, 200, { access_token: randomUUID(), token_type: 'bearer', expires_in: 3600, id_token: token });
  }

  async function assertionAbout(user: AdfsUser): Promise<string> {
    const { forgery } = standIn;
    const time = (milliseconds: number) => new Date(milliseconds).toISOString();
    const now = clock.now();
    const end = time(forgery.notOnOrAfter ?? now + 3_600_000);
    const attributes = Object.entries(user.claims).map(([name, values]) => {
      const list = typeof values === 'string' ? [values] : values;
      const texts = list.map((value) => `<AttributeValue>${escaped(value)}</AttributeValue>`);
      return `<Attribute Name="${longName(name)}">${texts.join('')}</Attribute>`;
    });
    const assertion = [
      `<Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion" ID="_${randomUUID()}" IssueInstant="${time(now)}" Version="2.0">`,
      `<Issuer>${forgery.issuer ?? standIn.issuer}</Issuer>`,
      `<Subject><NameID>${escaped(user.name)}</NameID>`,
      `<SubjectConfirmation Method="${forgery.confirmation ?? 'urn:oasis:names:tc:SAML:2.0:cm:bearer'}">`,
      `<SubjectConfirmationData NotOnOrAfter="${end}"/></SubjectConfirmation></Subject>`,
      `<Conditions NotBefore="${time(forgery.notBefore ?? now)}" NotOnOrAfter="${end}">`,
      `<AudienceRestriction><Audience>${forgery.audience ?? RELYING_PARTY}</Audience></AudienceRestriction></Conditions>`,
      `<AttributeStatement>${attributes.join('')}</AttributeStatement>`,
      `<AuthnStatement AuthnInstant="${time(now)}"><AuthnContext><AuthnContextClassRef>`,
      'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport',
      '</AuthnContextClassRef></AuthnContext></AuthnStatement></Assertion>',
    ].join('');
    const { signXml } = await import('./signed-xml.ts');
    return signXml((forgery.before ?? ((same) => same))(assertion), signing, forgery);
  }

  async function wsTrust({ body }: SeenRequest, response: ServerResponse): Promise<void> {
    const inside = (name: string) => unescaped(new RegExp(`<[a-z]+:${name}(?: [^>]*)?>([^<]*)<`).exec(body)?.[1] ?? '');
    const send = (status: number, text: string) => {
      response.writeHead(status, { 'content-type': 'application/soap+xml; charset=utf-8' });
      response.end(envelope(text));
    };
    const address = unescaped(/<wsp:AppliesTo.*?<a:Address>([^<]*)</s.exec(body)?.[1] ?? '');
    const user = find(inside('Username'), inside('Password'));
    if (!user)
      return send(
        500,
        fault('FailedAuthentication', 'ID3242: The security token could not be authenticated or authorized.'),
      );
    if (address !== RELYING_PARTY)
      return send(500, fault('InvalidRequest', 'MSIS3020: The relying party trust is not known.'));
    const wrapped = [
      `<trust:RequestSecurityTokenResponseCollection xmlns:trust="${FAULTS}"><trust:RequestSecurityTokenResponse>`,
      `<trust:RequestedSecurityToken>${await assertionAbout(user)}</trust:RequestedSecurityToken>`,
      '</trust:RequestSecurityTokenResponse></trust:RequestSecurityTokenResponseCollection>',
    ].join('');
    const whole = envelope(wrapped);
    response.writeHead(200, { 'content-type': 'application/soap+xml; charset=utf-8' });
    response.end((standIn.forgery.after ?? ((same) => same))(whole));
  }

  async function answer(request: SeenRequest, response: ServerResponse): Promise<void> {
    const { path, method } = request;
    if (path === '/adfs/.well-known/openid-configuration') {
      const at = (rest: string) => `${standIn.origin}/adfs/${rest}`;
      const issuer = standIn.issuerOfTokens;
      return sendJson(response, 200, { issuer, token_endpoint: at('oauth2/token/'), jwks_uri: at('discovery/keys') });
    }
    if (path === '/adfs/discovery/keys') {
      const jwk = { ...(await exportJWK(published.publicKey)), kid: published.kid, use: 'sig', alg: 'RS256' };
      return sendJson(response, 200, { keys: [jwk] });
    }
    if (path === '/adfs/oauth2/token/' && method === 'POST') return oauth(request, response);
    if (path === '/adfs/services/trust/13/usernamemixed' && method === 'POST') return wsTrust(request, response);
    if (path === '/FederationMetadata/2007-06/FederationMetadata.xml') {
      response.writeHead(200, { 'content-type': 'application/samlmetadata+xml' });
      return void response.end(standIn.metadata());
    }
    response.writeHead(404).end();
  }

  const server = await startHttpsStandIn(answer);
  const issuer = 'http://adfs.example.test/adfs/services/trust';
  const standIn: AdfsStandIn = Object.assign(server, {
    issuer,
    issuerOfTokens: `${server.origin}/adfs`,
    users,
    forgery: {},
    forged: {},
    async rotateKeys() {
      published = await makeKey(clock.now());
      signing = published;
    },
    async signWithOwnKey() {
      signing = { ...(await makeKey(clock.now())), kid: published.kid };
    },
    metadata: () => metadataOf(issuer, published.certificate),
    signedAssertion: assertionAbout,
  });
  return standIn;
}

function metadataOf(issuer: string, certificate: string): string {
  const key = (use: string, value: string) =>
    `<KeyDescriptor use="${use}"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>${value}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>`;
  return [
    '\uFEFF<?xml version="1.0" encoding="utf-8"?>',
    `<EntityDescriptor ID="_${randomUUID()}" entityID="${issuer}" xmlns="urn:oasis:names:tc:SAML:2.0:metadata">`,
    '<RoleDescriptor xsi:type="fed:SecurityTokenServiceType" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"',
    ' xmlns:fed="http://docs.oasis-open.org/wsfed/federation/200706" protocolSupportEnumeration="http://schemas.xmlsoap.org/ws/2005/02/trust">',
    key('encryption', 'bm90IGEgc2lnbmluZyBrZXk='),
    key('signing', certificate),
    '</RoleDescriptor><IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">',
    key('signing', certificate),
    '</IDPSSODescriptor></EntityDescriptor>',
  ].join('');
}

function envelope(body: string): string {
  return `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header/><s:Body>${body}</s:Body></s:Envelope>`;
}

function fault(code: string, text: string): string {
  return [
    `<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value xmlns:a="${FAULTS}">a:${code}</s:Value></s:Subcode></s:Code>`,
    `<s:Reason><s:Text xml:lang="en-US">${text}</s:Text></s:Reason></s:Fault>`,
  ].join('');
}

/** A SOAP fault as ADFS sends it. */
export function faultEnvelope(code: string): string {
  return envelope(fault(code, 'What Microsoft says of it.'));
}

function longName(name: string): string {
  const known: Readonly<Record<string, string>> = {
    email: `${CLAIMS}/emailaddress`,
    given_name: `${CLAIMS}/givenname`,
    family_name: `${CLAIMS}/surname`,
    group: 'http://schemas.xmlsoap.org/claims/Group',
    primarysid: 'http://schemas.microsoft.com/ws/2008/06/identity/claims/primarysid',
  };
  return known[name] ?? `${CLAIMS}/${name}`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`);
}

function unescaped(text: string): string {
  const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
  return text.replace(/&(?:#(\d+)|(\w+));/g, (_, number, name) =>
    number ? String.fromCharCode(Number(number)) : (named[name as string] ?? ''),
  );
}

/** A key with a certificate of its own making, as ADFS makes them. */
export async function makeKey(now: number): Promise<SigningKey> {
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const keys = {
    publicKey: pair.publicKey.toCryptoKey(algorithm, true, ['verify']),
    privateKey: pair.privateKey.toCryptoKey(algorithm, true, ['sign']),
  };
  const made = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=ADFS Signing - adfs.example.test',
    notBefore: new Date(now - 1000),
    notAfter: new Date(now + 365 * 24 * 3600 * 1000),
    signingAlgorithm: algorithm,
    keys,
  });
  const der = Buffer.from(made.rawData);
  return { ...pair, kid: createHash('sha1').update(der).digest('base64url'), certificate: der.toString('base64') };
}
