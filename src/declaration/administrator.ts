// Administrators of a tenant: users of a connection of their own, with one of two roles on the Management API. Made by the
// command line, or by the one-time token of a server that has none yet.
import { PASSWORD_REALM_GRANT } from '../client/client.ts';
import { ADMINISTRATORS } from '../connection/connection.ts';
import type { Secret } from '../lib/secret.ts';
import { CURRENT_USER_SCOPES, MANAGEMENT_SCOPES, managementAudience } from '../resource-server/management-audience.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { type ApplyGround, type ApplyReport, applyTenantFile } from './apply.ts';
import { exportTenantSection } from './export-tenant-section.ts';
import { issuerOfExport } from './export-workspace.ts';
import { checkTenantFile } from './tenant-file.ts';

/** What an administrator may do: everything, or look at everything that is no secret. */
export type AdministratorKind = 'administrator' | 'viewer';

/** The client by which administrators log in: it has no secret, and no other users. */
export const DASHBOARD_CLIENT = 'gatehouse-dashboard';

/** A new administrator. */
export interface NewAdministrator {
  readonly email: string;
  readonly password: Secret;
  readonly kind: AdministratorKind;
}

/** What their passwords must be. */
export const ADMINISTRATOR_STRENGTH = { level: 'good', minLength: null } as const;

/** The tenant's role of an administrator of this kind. */
export function roleOfAdministrator(kind: AdministratorKind): string {
  return `gatehouse-${kind}`;
}

const ADMINISTRATIVE = MANAGEMENT_SCOPES.filter((scope) => !CURRENT_USER_SCOPES.includes(scope));
const SECRETS: readonly string[] = ['read:client_keys', 'read:user_idp_tokens'];
const READING = ADMINISTRATIVE.filter((scope) => scope.startsWith('read:') && !SECRETS.includes(scope));

/** Makes the administrator, with what it needs where that is missing; throws `TenantFileError` for a name or password that cannot be. */
export async function createAdministrator(
  ground: ApplyGround,
  tenant: Tenant,
  { email, password, kind }: NewAdministrator,
): Promise<ApplyReport> {
  const { stores } = ground;
  const work = { stores, tenant, withSecrets: false, notes: [] };
  const audience = managementAudience(issuerOfExport(work));
  const role = (one: AdministratorKind, scopes: readonly string[]) => ({
    name: roleOfAdministrator(one),
    description: one === 'viewer' ? 'Looks at everything in this tenant but secrets' : 'Administers this tenant',
    permissions: scopes.map((scope) => ({ resource_server_identifier: audience, permission_name: scope })),
  });
  const content = {
    tenant: exportTenantSection(work),
    clients: [
      {
        name: 'Gatehouse Dashboard',
        client_id: DASHBOARD_CLIENT,
        app_type: 'spa',
        grant_types: [PASSWORD_REALM_GRANT],
      },
    ],
    databases: [
      {
        name: ADMINISTRATORS,
        enabled_clients: [DASHBOARD_CLIENT],
        options: { passwordPolicy: ADMINISTRATOR_STRENGTH.level },
      },
    ],
    roles: [role('administrator', ADMINISTRATIVE), role('viewer', READING)],
    users: [
      {
        connection: ADMINISTRATORS,
        email,
        email_verified: true,
        password: password.reveal(),
        roles: [roleOfAdministrator(kind)],
      },
    ],
  };
  return applyTenantFile(
    ground,
    checkTenantFile(content, (path) => memberOf(path), null),
  );
}

function memberOf(path: readonly (string | number)[]): string {
  return String(path.at(-1) ?? 'administrator');
}
