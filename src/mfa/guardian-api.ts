// Management: factors of multi-factor authentication (guardian). This version has none: Auth0's tools read that all are off, and
// switching one on is refused, because somebody would rely on it.
import Type from 'typebox';
import { apiRefusals } from '../error/api-error.ts';
import { fixedSettingsEndpoints, notInThisVersion } from '../management/absent-family.ts';
import { type Endpoint, endpoint } from '../management/endpoint.ts';

const TAG = 'guardian';
const LACKS = 'multi-factor authentication';

const FACTORS: readonly string[] = [
  ...['sms', 'push-notification', 'otp', 'email', 'duo', 'webauthn-roaming', 'webauthn-platform', 'recovery-code'],
];

/** What the factors would need, as Auth0 shows it where nobody set anything up. */
const SETTINGS: readonly (readonly [path: string, value: object])[] = [
  ['/guardian/factors/duo/settings', {}],
  ['/guardian/factors/phone/message-types', { message_types: [] }],
  ['/guardian/factors/phone/providers/twilio', {}],
  ['/guardian/factors/phone/selected-provider', { provider: 'auth0' }],
  ['/guardian/factors/phone/templates', {}],
  ['/guardian/factors/push-notification/providers/apns', {}],
  ['/guardian/factors/push-notification/providers/sns', {}],
  ['/guardian/factors/push-notification/selected-provider', { provider: 'guardian' }],
  ['/guardian/factors/sms/providers/twilio', {}],
  ['/guardian/factors/sms/selected-provider', { provider: 'auth0' }],
  ['/guardian/factors/sms/templates', {}],
];

/** The endpoints of factors, their settings and the policies about them. */
export function createGuardianEndpoints(): Endpoint[] {
  return [
    endpoint({
      ...{ method: 'GET', path: '/guardian/factors', tag: TAG, scopes: ['read:guardian_factors'], status: 200 },
      summary: 'List factors: all are off',
      handle: async () => FACTORS.map((name) => ({ name, enabled: false, trial_expired: false })),
    }),
    endpoint({
      method: 'PUT',
      path: '/guardian/factors/{name}',
      tag: TAG,
      summary: 'Leave a factor off',
      scopes: ['update:guardian_factors'],
      params: { name: { description: 'A factor.', example: 'otp' } },
      body: Type.Object({ enabled: Type.Boolean() }, { additionalProperties: false }),
      example: { body: { enabled: false } },
      status: 200,
      async handle({ params, body }) {
        if (!FACTORS.includes(params['name'] ?? '')) throw apiRefusals.notFound();
        if (body.enabled) throw notInThisVersion(LACKS);
        return { enabled: false };
      },
    }),
    ...fixedSettingsEndpoints({
      ...{ path: '/guardian/policies', tag: TAG, method: 'PUT', lacks: LACKS, scopes: 'mfa_policies', value: [] },
    }),
    ...SETTINGS.flatMap(([path, value]) =>
      fixedSettingsEndpoints({ path, tag: TAG, method: 'PUT', lacks: LACKS, scopes: 'guardian_factors', value }),
    ),
  ];
}
