// Management: the settings of brute-force protection, of the throttling of suspicious addresses, and of the detection of breached
// passwords.
import Type from 'typebox';
import type { ApplyStores } from '../declaration/workspace.ts';
import { apiRefusals } from '../error/api-error.ts';
import type { Changes } from '../management/changes.ts';
import { type Endpoint, endpoint } from '../management/endpoint.ts';
import type { TenantId } from '../tenant/tenant.ts';
import { AttackProtectionWire, attackProtectionWireOf } from './attack-protection-wire.ts';

interface Parts {
  readonly stores: ApplyStores;
  readonly changes: Changes;
  /** True where this server has a list of breached passwords. */
  readonly knowsBreachedPasswords: boolean;
}

const TAG = 'attack-protection';
const { bruteForceProtection, suspiciousIpThrottling, breachedPasswordDetection } = AttackProtectionWire.properties;

/** The endpoints of these settings. */
export function createAttackProtectionEndpoints({ stores, changes, knowsBreachedPasswords }: Parts): Endpoint[] {
  const settingsOf = async (tenantId: TenantId) => attackProtectionWireOf(await stores.attackProtection.find(tenantId));
  const showBruteForce = async (tenantId: TenantId) => (await settingsOf(tenantId)).bruteForceProtection;
  const showSuspiciousIp = async (tenantId: TenantId) => (await settingsOf(tenantId)).suspiciousIpThrottling;
  const showBreachedPasswords = async (tenantId: TenantId) => (await settingsOf(tenantId)).breachedPasswordDetection;

  return [
    endpoint({
      method: 'GET',
      path: '/attack-protection/brute-force-protection',
      tag: TAG,
      summary: 'Show the settings of brute-force protection',
      scopes: ['read:attack_protection'],
      status: 200,
      handle: ({ tenant }) => showBruteForce(tenant.id),
    }),
    endpoint({
      method: 'PATCH',
      path: '/attack-protection/brute-force-protection',
      tag: TAG,
      summary: 'Change the settings of brute-force protection',
      scopes: ['update:attack_protection'],
      body: Type.Object(bruteForceProtection.properties, { additionalProperties: false, minProperties: 1 }),
      example: { body: { max_attempts: 5, allowlist: ['10.1.0.0/16'] } },
      status: 200,
      async handle(call) {
        await changes.apply(call, 'attackProtection', async () => {
          const { bruteForceProtection: stored, ...others } = await settingsOf(call.tenant.id);
          return { ...others, bruteForceProtection: { ...stored, ...call.body } };
        });
        return showBruteForce(call.tenant.id);
      },
    }),
    endpoint({
      method: 'GET',
      path: '/attack-protection/suspicious-ip-throttling',
      tag: TAG,
      summary: 'Show the settings of the throttling of suspicious addresses',
      scopes: ['read:attack_protection'],
      status: 200,
      handle: ({ tenant }) => showSuspiciousIp(tenant.id),
    }),
    endpoint({
      method: 'PATCH',
      path: '/attack-protection/suspicious-ip-throttling',
      tag: TAG,
      summary: 'Change the settings of the throttling of suspicious addresses',
      scopes: ['update:attack_protection'],
      body: Type.Object(suspiciousIpThrottling.properties, { additionalProperties: false, minProperties: 1 }),
      example: { body: { stage: { 'pre-login': { max_attempts: 50, rate: 864_000 } } } },
      status: 200,
      async handle(call) {
        await changes.apply(call, 'attackProtection', async () => {
          const { suspiciousIpThrottling: stored, ...others } = await settingsOf(call.tenant.id);
          const stage = { ...stored?.stage, ...call.body.stage };
          return { ...others, suspiciousIpThrottling: { ...stored, ...call.body, stage } };
        });
        return showSuspiciousIp(call.tenant.id);
      },
    }),
    endpoint({
      method: 'GET',
      path: '/attack-protection/breached-password-detection',
      tag: TAG,
      summary: 'Show the settings of the detection of breached passwords',
      scopes: ['read:attack_protection'],
      status: 200,
      handle: ({ tenant }) => showBreachedPasswords(tenant.id),
    }),
    endpoint({
      method: 'PATCH',
      path: '/attack-protection/breached-password-detection',
      tag: TAG,
      summary: 'Change the settings of the detection of breached passwords',
      scopes: ['update:attack_protection'],
      body: Type.Object(breachedPasswordDetection.properties, { additionalProperties: false, minProperties: 1 }),
      example: { body: { enabled: false, shields: ['block'] } },
      status: 200,
      async handle(call) {
        if (call.body.enabled && !knowsBreachedPasswords) {
          throw apiRefusals.badRequest(
            'This server has no list of breached passwords: the operator names one in breached_passwords_file or breached_passwords_url.',
            'operation_not_supported',
          );
        }
        await changes.apply(call, 'attackProtection', async () => {
          const { breachedPasswordDetection: stored, ...others } = await settingsOf(call.tenant.id);
          const stage = { ...stored?.stage, ...call.body.stage };
          return { ...others, breachedPasswordDetection: { ...stored, ...call.body, stage } };
        });
        return showBreachedPasswords(call.tenant.id);
      },
    }),
  ];
}
