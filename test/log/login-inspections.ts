// What tests of login inspections share: token requests opened again as administrators open them, and courses of phases.
import assert from 'node:assert/strict';
import type { LoginInspection } from '../../src/grant/login-inspection.ts';
import { createFakeDirectory, type FakeDirectory } from '../support/fake-directory.ts';
import { MANAGED_TENANT, type ManagementServer, startManagementServer } from '../support/management-server.ts';
import { SEED_REQUEST } from '../support/sample-tenant.ts';

/** A server whose tenant also has a directory, and what is asked of it opened again. */
export interface InspectionServer extends ManagementServer {
  /** What the connection `corp` asks. */
  readonly directory: FakeDirectory;
  /** The inspection with this id, of the request or of its event. */
  inspect(id: unknown): Promise<LoginInspection>;
  /** The inspection of a request with these members in place of the article's. */
  inspectionOf(request: object, headers?: Record<string, string>): Promise<LoginInspection>;
}

/** Starts it. */
export async function startInspectionServer(): Promise<InspectionServer> {
  const directory = createFakeDirectory();
  const server = await startManagementServer({
    tenant: {
      ...MANAGED_TENANT,
      attackProtection: { ...MANAGED_TENANT.attackProtection, bruteForceProtection: { max_attempts: 3 } },
      connections: [
        {
          name: 'corp',
          strategy: 'ldap',
          enabled_clients: ['CLI'],
          options: {
            urls: ['ldaps://ldap.example.com'],
            base: 'dc=example,dc=com',
            bind_dn: 'cn=a',
            bind_password: 'b',
          },
        },
      ],
    },
    directories: { ldap: directory.driver },
  });

  async function inspect(id: unknown): Promise<LoginInspection> {
    const { status, json } = await server.api('GET', `/login-inspections/${String(id)}`);
    assert.equal(status, 200);
    return json;
  }

  return {
    ...server,
    directory,
    inspect,
    async inspectionOf(request, headers = {}) {
      const answer = await server.token({ ...SEED_REQUEST, ...request }, headers);
      const inspection = await inspect(answer.headers['x-auth0-requestid']);
      assert.deepEqual(await inspect(inspection.log_id), inspection, 'both ids open the same');
      const { error = null, error_description = null } = answer.json<Record<string, string | undefined>>();
      assert.deepEqual(inspection.answer, { status: answer.statusCode, error, error_description });
      return inspection;
    },
  };
}

/** How each phase ended, as one line. */
export const course = ({ phases }: LoginInspection) =>
  phases.map(({ phase, outcome }) => `${phase}:${outcome}`).join(' ');

/** The phases of a token request, in their order. */
export const PHASES = ['client', 'grant', 'connection', 'guard', 'directory', 'scopes', 'rules', 'actions', 'tokens'];

/** The course of a request that ended in this phase. */
export function until(phase: string, outcome: string): string {
  const at = PHASES.indexOf(phase);
  return PHASES.map((one, i) => `${one}:${i < at ? 'passed' : i === at ? outcome : 'not reached'}`).join(' ');
}
