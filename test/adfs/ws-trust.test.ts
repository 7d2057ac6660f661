// Passwords checked against a stand-in of ADFS by WS-Trust.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultEnvelope, makeKey } from '../support/adfs-stand-in.ts';
import { openWsTrust, SAM } from '../support/ws-trust-login.ts';

const { adfs, clock, accepted, refusal } = await openWsTrust();

test('the right password is the account of the assertion', async () => {
  const { identityId, profile, groups } = await accepted();
  assert.equal(identityId, 'sam@corp.example.test');
  assert.deepEqual(groups, ['Readers', 'Writers <all>']);
  assert.deepEqual(
    [profile?.email, profile?.givenName, profile?.familyName],
    ['sam.user@example.com', 'Sam', 'User & Co'],
  );
});

test('user names and passwords are data and no markup', async () => {
  const password = `<&>"']]>--><x/>\t\n\r é 漢 😀 &amp; </o:Password>`;
  adfs.users.push({ ...SAM, name: 'a&b<c>@"x"', password });
  await accepted({}, password, 'a&b<c>@"x"');
});

test('what XML cannot say is nobody’s password, and is not sent', async () => {
  for (const password of ['\u0000', 'a\u0008b', '\ud800', '\uffff']) {
    assert.equal(await refusal({}, password), 'unknown-user');
  }
  assert.ok(adfs.seen.every(({ method }) => method === 'GET'));
});

test('a wrong password is one; faults of other kinds are not [F-18]', async () => {
  assert.equal(await refusal({}, 'wrong'), 'wrong-password');
  assert.equal(await refusal({ entityId: 'urn:unknown' }), 'adfs-request-refused');
  const answered = (status: number, body: string) => {
    adfs.instead = (request, response) =>
      request.method === 'GET' ? adfs.itself(request, response) : void response.writeHead(status).end(body);
    return refusal();
  };
  assert.equal(await answered(500, faultEnvelope('RequestFailed')), 'adfs-request-failed');
  assert.equal(await answered(500, faultEnvelope('InvalidSecurity')), 'adfs-security-refused');
  assert.equal(await answered(500, faultEnvelope('NeverHeardOf')), 'adfs-fault-not-known-here');
  assert.equal(await answered(404, ''), 'adfs-endpoint-missing');
  assert.equal(await answered(500, '<html>FailedAuthentication</html>'), 'directory-http-error');
  assert.equal(await answered(400, 'FailedAuthentication'), 'directory-answer-not-soap');
  assert.equal(await answered(200, '<html><body>Sorry</body></html>'), 'adfs-assertion-count');
  assert.equal(await answered(200, 'no xml <'), 'adfs-assertion-xml');
});

test('a new signing certificate is looked up, and no more than every half a minute', async () => {
  const fetched = () => adfs.seen.filter(({ path }) => path.endsWith('FederationMetadata.xml')).length;
  await accepted();
  await adfs.rotateKeys();
  assert.equal(await refusal(), 'adfs-assertion-signature');
  assert.equal(fetched(), 1);
  clock.advance(31_000);
  await accepted();
  assert.equal(fetched(), 2);
});

test('metadata may be given as text, and then nothing is fetched', async () => {
  await accepted({ fedMetadataXml: adfs.metadata() });
  assert.ok(adfs.seen.every(({ method }) => method === 'POST'));
});

test('while there are two signing certificates, either may have signed', async () => {
  const old = await makeKey(clock.now());
  const both = adfs.metadata().replace(/<KeyDescriptor use="signing">.*?<\/KeyDescriptor>/, (one) => {
    const other = one.replace(
      /<X509Certificate>.*<\/X509Certificate>/,
      `<X509Certificate>${old.certificate}</X509Certificate>`,
    );
    return other + one;
  });
  await accepted({ fedMetadataXml: both });
});

test('metadata that is none sends no password', async () => {
  const without = adfs.metadata().replaceAll('use="signing"', 'use="encryption"');
  const broken = adfs
    .metadata()
    .replaceAll(/<X509Certificate>.*?<\/X509Certificate>/g, '<X509Certificate>x</X509Certificate>');
  for (const [fedMetadataXml, reason] of [
    ['<html/>', 'adfs-metadata-unusable'],
    ['nothing', 'adfs-metadata-unusable'],
    [`<!DOCTYPE x>${adfs.metadata()}`, 'adfs-metadata-unusable'],
    [broken, 'adfs-metadata-unusable'],
    [without, 'adfs-metadata-without-certificate'],
  ] as const)
    assert.equal(await refusal({ fedMetadataXml }), reason);
  assert.deepEqual(adfs.seen, []);
});
