// Access tokens for no API: good for this server's userinfo endpoint only. A sealed value of our own, not JOSE and not
// three parts, so that nobody takes it for a JWT; nothing is stored.
import type { Clock } from '../lib/clock.ts';
import type { Vault } from '../storage/vault.ts';
import type { TenantId } from '../tenant/tenant.ts';

const PREFIX = 'gho_';
const VERSION = '1';

/** Seconds that an opaque token is valid. */
export const OPAQUE_TOKEN_LIFETIME = 86_400;

export interface OpaqueTokenClaims {
  readonly issuer: string;
  readonly subject: string;
  readonly clientId: string;
  readonly scope: readonly string[];
}

/** A token that was opened. */
interface OpenedToken extends OpaqueTokenClaims {
  /** Seconds since 1970 UTC. */
  readonly issuedAt: number;
}

/** Seals and opens them. */
export interface OpaqueTokens {
  issue(tenantId: TenantId, claims: OpaqueTokenClaims): string;
  /** The claims of a token of this tenant that has not expired; null for anything else. */
  open(tenantId: TenantId, token: string): OpenedToken | null;
}

/** True for a text that claims to be an opaque token. */
export function looksOpaque(token: string): boolean {
  return token.startsWith(PREFIX);
}

/** Builds the sealer; its keys are derived from the master keys, so a token lives on while they are rotated. */
export function createOpaqueTokens(vault: Vault, clock: Clock): OpaqueTokens {
  const sealer = vault.sealer('opaque-access-token');
  // The tenant is sealed in with the value: it opens in no other one.
  const place = (tenantId: TenantId) => `opaque-access-token ${VERSION} ${tenantId}`;
  const seconds = () => Math.floor(clock.now() / 1000);
  return {
    issue(tenantId, { issuer, subject, clientId, scope }) {
      const claims = { iss: issuer, sub: subject, azp: clientId, scope, exp: seconds() + OPAQUE_TOKEN_LIFETIME };
      return `${PREFIX}${VERSION}_${sealer.seal(JSON.stringify(claims), place(tenantId))}`;
    },
    open(tenantId, token) {
      const start = `${PREFIX}${VERSION}_`;
      if (!token.startsWith(start)) return null;
      let text: string;
      try {
        text = sealer.open(token.slice(start.length), place(tenantId));
      } catch {
        // Forged, damaged, or of another tenant: no token of ours.
        return null;
      }
      const claims = JSON.parse(text) as { iss: string; sub: string; azp: string; scope: string[]; exp: number };
      if (claims.exp <= seconds()) return null;
      const { iss: issuer, sub: subject, azp: clientId, scope, exp } = claims;
      return { issuer, subject, clientId, scope, issuedAt: exp - OPAQUE_TOKEN_LIFETIME };
    },
  };
}
