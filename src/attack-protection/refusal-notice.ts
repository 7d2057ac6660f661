// Which mail a refusal asks for, by the shields of the tenant. Called by login-guard.ts and sign-up-guard.ts.
import type { RefusalNotice } from '../error/oauth-error.ts';
import type { BruteForceProtection, SuspiciousIpThrottling } from './attack-protection.ts';
import type { Counter } from './attempt-counter.ts';

/** Of a name that is blocked; null where its owner is not to be told. */
export function blockNotice({ shields }: BruteForceProtection, { key, address }: Counter): RefusalNotice | null {
  return shields.includes('user_notification') ? { kind: 'blocked', key, address } : null;
}

/** Of an address that has to wait; null where no administrator is to be told. */
export function throttleNotice({ shields }: SuspiciousIpThrottling, { address }: Counter): RefusalNotice | null {
  return address !== null && shields.includes('admin_notification') ? { kind: 'throttled', address } : null;
}
