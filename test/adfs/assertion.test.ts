// Assertions that are not what they should be, or that somebody tampered with on the way.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ADMIN, openWsTrust } from '../support/ws-trust-login.ts';

const { adfs, clock, refusal } = await openWsTrust();

test('the assertion must be of this farm, for us, of now, and for whoever bears it', async () => {
  const now = clock.now();
  for (const [forgery, reason] of [
    [{ issuer: 'http://other.example.test/adfs/services/trust' }, 'issuer'],
    [{ audience: 'urn:another' }, 'audience'],
    [{ notBefore: now + 301_000 }, 'times'],
    [{ notOnOrAfter: now - 300_000 }, 'times'],
    [{ confirmation: 'urn:oasis:names:tc:SAML:2.0:cm:holder-of-key' }, 'subject'],
    [{ before: (xml: string) => xml.replace(/<Conditions.*<\/Conditions>/, '') }, 'times'],
    [{ before: (xml: string) => xml.replace(/ NotOnOrAfter="[^"]*"><Aud/, '><Aud') }, 'times'],
    [{ before: (xml: string) => xml.replace(/<AudienceRestriction>.*<\/AudienceRestriction>/, '') }, 'audience'],
    [{ before: (xml: string) => xml.replace(/<Subject>.*<\/Subject>/, '') }, 'subject'],
  ] as const) {
    adfs.forgery = forgery;
    assert.equal(await refusal(), `adfs-assertion-${reason}`, reason);
  }
});

test('only strong algorithms are taken, and no other transforms', async () => {
  const sha1 = 'http://www.w3.org/2000/09/xmldsig#';
  const plain = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';
  const enveloped = `${sha1}enveloped-signature`;
  for (const forgery of [
    { signatureAlgorithm: `${sha1}rsa-sha1` },
    { digestAlgorithm: `${sha1}sha1` },
    { transforms: [enveloped, plain] },
    { transforms: [enveloped, 'http://www.w3.org/2001/10/xml-exc-c14n#WithComments'] },
    { transforms: ['http://www.w3.org/2001/10/xml-exc-c14n#'] },
  ]) {
    adfs.forgery = forgery;
    assert.equal(await refusal(), 'adfs-assertion-algorithm');
  }
});

test('a changed assertion is not believed, whatever was changed', async () => {
  for (const [from, to] of [
    ['sam@corp.example.test', 'admin@corp.example.test'],
    ['<Audience>urn:gatehouse', '<Audience>urn:gatehousf'],
    ['>Readers<', '>Admins<'],
    ['Version="2.0"', 'Version="2.0" extra="1"'],
  ] as const) {
    adfs.forgery = { after: (answer) => answer.replace(from, to) };
    assert.equal(await refusal(), 'adfs-assertion-signature', from);
  }
});

test('a signature by anybody else proves nothing, though it brings its certificate along', async () => {
  await adfs.signWithOwnKey();
  assert.equal(await refusal(), 'adfs-assertion-signature');
  adfs.forgery = { after: (answer) => answer.replace(/<ds:Signature .*<\/ds:Signature>/, '') };
  assert.equal(await refusal(), 'adfs-assertion-signature-count');
});

test('no second assertion is seen, wherever it stands around the signed one', async () => {
  const evil = (await adfs.signedAssertion(ADMIN)).replace(/<ds:Signature .*<\/ds:Signature>/, '');
  const assertionIn = (answer: string) => /<Assertion .*<\/Assertion>/s.exec(answer)?.[0] ?? assert.fail();
  const signatureIn = (answer: string) => /<ds:Signature .*<\/ds:Signature>/s.exec(answer)?.[0] ?? assert.fail();
  const idIn = (xml: string) => /\bID="([^"]*)"/.exec(xml)?.[1] ?? assert.fail();
  const put = (answer: string, inside: string) =>
    answer.replace(assertionIn(answer), () => evil.replace('</Issuer>', () => `</Issuer>${inside}`));
  const beside = (answer: string, other: string) => answer.replace('<Assertion ', () => `${other}<Assertion `);
  const ways: Record<string, (answer: string) => string> = {
    before: (answer) => beside(answer, evil),
    after: (answer) => answer.replace('</Assertion>', () => `</Assertion>${evil}`),
    'as a header': (answer) => answer.replace('<s:Header/>', () => `<s:Header>${evil}</s:Header>`),
    inside: (answer) => answer.replace('</AttributeStatement>', () => `</AttributeStatement>${evil}`),
    around: (answer) => put(answer, `<Advice>${assertionIn(answer)}</Advice>`),
    'around, with the signature': (answer) =>
      put(answer, `${signatureIn(answer)}<Advice>${assertionIn(answer)}</Advice>`),
    'around, the signed one in the signature': (answer) => {
      const bare = assertionIn(answer).replace(signatureIn(answer), '');
      return put(
        answer,
        signatureIn(answer).replace('</ds:Signature>', () => `<ds:Object>${bare}</ds:Object></ds:Signature>`),
      );
    },
    'with the same ID': (answer) => beside(answer, evil.replace(/\bID="[^"]*"/, `ID="${idIn(assertionIn(answer))}"`)),
    'in another namespace': (answer) =>
      beside(answer, evil.replace('urn:oasis:names:tc:SAML:2.0:assertion', 'urn:other')),
    'of SAML 1.1': (answer) =>
      beside(answer, '<Assertion xmlns="urn:oasis:names:tc:SAML:1.0:assertion" AssertionID="x"/>'),
  };
  for (const [where, change] of Object.entries(ways)) {
    adfs.forgery = { after: change };
    assert.match(await refusal(), /^adfs-assertion-(count|signature-count)$/, where);
  }
});

test('the signature of the one is no signature of another that took its ID and its place', async () => {
  const evil = (await adfs.signedAssertion(ADMIN)).replace(/<ds:Signature .*<\/ds:Signature>/, '');
  adfs.forgery = {
    after(answer) {
      const signed = /<Assertion .*<\/Assertion>/s.exec(answer)?.[0] ?? '';
      const signature = /<ds:Signature .*<\/ds:Signature>/s.exec(signed)?.[0] ?? '';
      const id = /\bID="([^"]*)"/.exec(signed)?.[0] ?? '';
      return answer.replace(signed, () =>
        evil.replace(/\bID="[^"]*"/, id).replace('</Issuer>', () => `</Issuer>${signature}`),
      );
    },
  };
  assert.equal(await refusal(), 'adfs-assertion-signature');
});

test('an ID that two elements have, by whatever attribute, is nobody’s', async () => {
  for (const attribute of ['ID', 'Id', 'id', 'wsu:Id', 'xml:id']) {
    adfs.forgery = {
      after(answer) {
        const id = /<Assertion [^>]*ID="([^"]*)"/.exec(answer)?.[1];
        return answer.replace('<s:Header/>', `<s:Header><x xmlns:wsu="urn:x" ${attribute}="${id}"/></s:Header>`);
      },
    };
    assert.equal(await refusal(), 'adfs-assertion-id', attribute);
  }
});

test('a reference to something else than the assertion is refused', async () => {
  for (const uri of ['', '#other', '#xpointer(/)', 'https://elsewhere.example.test/']) {
    adfs.forgery = { after: (answer) => answer.replace(/URI="[^"]*"/, `URI="${uri}"`) };
    assert.equal(await refusal(), 'adfs-assertion-reference', uri);
  }
  adfs.forgery = { after: (answer) => answer.replace(/(<ds:Reference .*<\/ds:Reference>)/, '$1$1') };
  assert.equal(await refusal(), 'adfs-assertion-reference');
});

test('declarations, entities, comments, sections and instructions are refused before anything is computed', async () => {
  for (const extra of [
    '<!DOCTYPE s:Envelope [<!ENTITY who "admin@corp.example.test">]>',
    '<!DOCTYPE x SYSTEM "https://elsewhere.example.test/x.dtd">',
    '<!-- a comment -->',
    '<?pi x?>',
  ]) {
    adfs.forgery = { after: (answer) => extra + answer };
    assert.equal(await refusal(), 'adfs-assertion-xml', extra);
  }
  // A comment in the middle of a name has shortened names elsewhere: signed or not, it is refused.
  for (const name of ['sam@<!---->corp', '<![CDATA[sam]]>@corp']) {
    adfs.forgery = { after: (answer) => answer.replace('sam@corp', name) };
    assert.equal(await refusal(), 'adfs-assertion-xml');
  }
});

test('an encrypted assertion is told to be one', async () => {
  adfs.forgery = { after: (answer) => answer.replace(/<Assertion .*<\/Assertion>/s, '<EncryptedAssertion/>') };
  assert.equal(await refusal(), 'adfs-assertion-encrypted');
});
