// Management: guardian. All factors are off and stay off; nobody is told that one was switched on.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ManagementServer, startManagementServer } from '../support/management-server.ts';

let server: ManagementServer;
before(async () => {
  server = await startManagementServer();
});
after(() => server.close());

const FACTORS = [
  ...['sms', 'push-notification', 'otp', 'email', 'duo', 'webauthn-roaming', 'webauthn-platform', 'recovery-code'],
];
const REFUSED = 'This version of Gatehouse has no multi-factor authentication';

test('every factor is off', async () => {
  const { status, json } = await server.api('GET', '/guardian/factors');
  const expected = FACTORS.map((name) => ({ name, enabled: false, trial_expired: false }));
  assert.deepEqual([status, json], [200, expected]);
});

test('a factor stays off when that is asked for, and cannot be switched on', async () => {
  for (const name of FACTORS) {
    const off = await server.api('PUT', `/guardian/factors/${name}`, { enabled: false });
    assert.deepEqual([off.status, off.json], [200, { enabled: false }]);
    const on = await server.api('PUT', `/guardian/factors/${name}`, { enabled: true });
    const { message, errorCode } = on.json as { message: string; errorCode: string };
    assert.deepEqual([on.status, errorCode, message], [400, 'operation_not_supported', `${REFUSED}.`]);
  }
});

test('a factor that nobody knows is not found, and a body of another form is refused', async () => {
  assert.equal((await server.api('PUT', '/guardian/factors/retina', { enabled: false })).status, 404);
  for (const body of [{}, { enabled: 'false' }, { enabled: false, trial_expired: false }, []]) {
    const { status, json } = await server.api('PUT', '/guardian/factors/otp', body);
    assert.deepEqual([status, (json as { errorCode: string }).errorCode], [400, 'invalid_body']);
  }
});

test('no policy asks for a factor, and none can be made to', async () => {
  assert.deepEqual((await server.api('GET', '/guardian/policies')).json, []);
  const same = await server.api('PUT', '/guardian/policies', []);
  assert.deepEqual([same.status, same.json], [200, []]);
  const { status, json } = await server.api('PUT', '/guardian/policies', ['all-applications']);
  const words = `Payload validation error: '${REFUSED}: only what GET answers is accepted'.`;
  assert.deepEqual([status, (json as { message: string }).message], [400, words]);
});

test('what factors would need is answered as where nobody set it up, and is not taken', async () => {
  const settings: readonly (readonly [path: string, shown: object, another: object])[] = [
    ['sms/providers/twilio', {}, { sid: 'AC1', auth_token: 'secret' }],
    ['sms/templates', {}, { enrollment_message: 'Hello' }],
    ['push-notification/providers/sns', {}, { aws_region: 'eu-central-1' }],
    ['phone/selected-provider', { provider: 'auth0' }, { provider: 'twilio' }],
    ['phone/message-types', { message_types: [] }, { message_types: ['sms'] }],
  ];
  for (const [path, shown, another] of settings) {
    assert.deepEqual((await server.api('GET', `/guardian/factors/${path}`)).json, shown, path);
    assert.equal((await server.api('PUT', `/guardian/factors/${path}`, shown)).status, 200, path);
    const { status, raw } = await server.api('PUT', `/guardian/factors/${path}`, another);
    assert.equal(status, 400, path);
    assert.ok(!raw.body.includes('secret'), 'no value is repeated');
  }
});

test('reading and writing need their scopes', async () => {
  const reader = await server.managementToken('read:guardian_factors read:mfa_policies');
  assert.equal((await server.api('GET', '/guardian/factors', undefined, reader)).status, 200);
  assert.equal((await server.api('GET', '/guardian/policies', undefined, reader)).status, 200);
  assert.equal((await server.api('PUT', '/guardian/factors/otp', { enabled: false }, reader)).status, 403);
  assert.equal((await server.api('PUT', '/guardian/policies', [], reader)).status, 403);
});
