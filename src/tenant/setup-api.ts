// Management: the first administrator of a tenant, made by the one-time token that the server printed when it started.
import Type from 'typebox';
import { ADMINISTRATOR_STRENGTH, createAdministrator } from '../declaration/administrator.ts';
import type { ApplyGround } from '../declaration/apply.ts';
import { TenantFileError } from '../declaration/tenant-file.ts';
import type { ApplyStores } from '../declaration/workspace.ts';
import { weaknessOf } from '../directory/database/password-strength.ts';
import { apiRefusals } from '../error/api-error.ts';
import { Secret } from '../lib/secret.ts';
import type { AuditLog } from '../log/audit-log.ts';
import { type Endpoint, endpoint } from '../management/endpoint.ts';
import type { SetupTokenStore } from './setup-token-store.ts';

interface Parts extends Pick<ApplyGround, 'database' | 'hasher' | 'clock'> {
  readonly stores: ApplyStores & { readonly setupTokens: SetupTokenStore };
  readonly audit: AuditLog;
  readonly forgetConfiguration: () => void;
}

/** The endpoint of the set-up. */
export function createSetupEndpoints(parts: Parts): Endpoint[] {
  const { audit, clock, forgetConfiguration } = parts;
  const { setupTokens } = parts.stores;
  return [
    endpoint({
      method: 'POST',
      path: '/setup',
      tag: 'setup',
      summary: 'Make the first administrator, by the token that the server printed when it started',
      scopes: [],
      body: Type.Object(
        {
          token: Type.String({ minLength: 1, maxLength: 256 }),
          email: Type.String({ pattern: '^[^@\\s]+@[^@\\s]+$', maxLength: 254 }),
          password: Type.String({ minLength: 1, maxLength: 1024 }),
        },
        { additionalProperties: false },
      ),
      example: {
        body: {
          token: 'the-token-that-was-printed-when-it-started',
          email: 'ada@example.com',
          password: 'A-password-of-your-own-1',
        },
      },
      status: 201,
      async handle({ body, tenant, actor }) {
        const token = new Secret(body.token);
        const password = new Secret(body.password);
        // Security: nothing is hashed, and nothing told, for somebody without the token.
        if (!(await setupTokens.isValid(tenant.id, token, clock.now())))
          throw apiRefusals.invalidToken('Invalid token');
        if (weaknessOf(ADMINISTRATOR_STRENGTH, password)) {
          throw apiRefusals.badRequest('PasswordStrengthError: Password is too weak', 'auth0_password_strength_error');
        }
        try {
          await createAdministrator(
            {
              ...parts,
              defaultDomains: null,
              async record(sql) {
                if (!(await setupTokens.consume(tenant.id, token, sql)))
                  throw apiRefusals.invalidToken('Invalid token');
                const change = {
                  action: 'created',
                  noun: 'administrator',
                  name: 'the first one',
                  members: [],
                } as const;
                await audit(sql, tenant, actor, [change]);
              },
            },
            tenant,
            { email: body.email, password, kind: 'administrator' },
          );
        } catch (error) {
          if (error instanceof TenantFileError) throw apiRefusals.invalidBody(`'${error.problems[0] ?? ''}'`);
          throw error;
        }
        forgetConfiguration();
        return { email: body.email };
      },
    }),
  ];
}
