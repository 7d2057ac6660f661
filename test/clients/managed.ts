// A server with a client that may use the Management API, and Auth0's management libraries as that client, given nothing but
// the domain.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManagementClient, ManagementError } from 'auth0';
import * as v4 from 'auth0-v4';
import { stringify } from 'yaml';
import { CURRENT_USER_SCOPES, MANAGEMENT_SCOPES } from '../../src/resource-server/management-audience.ts';
import { type DevServer, startDevServer } from '../support/dev-server.ts';
import { findTwoFreePorts } from '../support/free-ports.ts';
import { proving } from '../support/proved-call.ts';
import { trustAuthority } from '../support/trust.ts';

export const API = 'https://someapi.com/api';
export const DATABASE = 'Username-Password-Authentication';
const MANAGER = { clientId: 'ManagementClient0000000000000000', clientSecret: 'management-client-secret-0123456789' };
export const APPLICATION = 'Application000000000000000000000';

/** The server with both libraries as its client; nothing is tried twice, so that a test sees every refusal. */
export interface Managed {
  readonly server: DevServer;
  readonly management: ManagementClient;
  readonly management4: v4.ManagementClient;
}

/** Starts it; `environment` has options of its configuration. */
export async function startManaged(environment: Record<string, string> = {}): Promise<Managed> {
  const ports = await findTwoFreePorts();
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-managed-'));
  const file = join(folder, 'tenant.yaml');
  writeFileSync(file, stringify(tenantWith(`https://localhost:${ports[1]}/api/v2/`)));
  const server = await startDevServer({ file, ports, environment });
  rmSync(folder, { recursive: true });
  trustAuthority(server.caPath);
  const options = { domain: server.domain, ...MANAGER };
  return {
    server,
    management: proving('auth0', new ManagementClient({ ...options, maxRetries: 0 })),
    management4: proving('auth0 4', new v4.ManagementClient({ ...options, retry: { enabled: false } })),
  };
}

function tenantWith(audience: string): object {
  const granted = MANAGEMENT_SCOPES.filter((scope) => !CURRENT_USER_SCOPES.includes(scope));
  const { clientId, clientSecret } = MANAGER;
  return {
    tenant: { name: 'acme', default_directory: DATABASE },
    resourceServers: [
      {
        name: 'Sample',
        identifier: API,
        scopes: ['read:sample', 'write:sample', 'go:home'].map((value) => ({ value })),
      },
    ],
    clients: [
      { name: 'Management', client_id: clientId, client_secret: clientSecret, grant_types: ['client_credentials'] },
      { name: 'Application', client_id: APPLICATION, app_type: 'native', grant_types: ['password'] },
    ],
    clientGrants: [{ client_id: 'Management', audience, scope: granted }],
    databases: [{ name: DATABASE, enabled_clients: ['Application'], options: { passwordPolicy: 'none' } }],
  };
}

const MOST_ENTRIES = 500;

/** Every entry of a list, as the library walks it; fails when the walk does not end. */
export async function all<T>(first: Promise<AsyncIterable<T>>): Promise<T[]> {
  const entries: T[] = [];
  for await (const entry of await first) {
    entries.push(entry);
    assert.ok(entries.length < MOST_ENTRIES, 'a walk ends');
  }
  return entries;
}

/** Every entry of a list, asked for page by page until one is empty. */
export async function allPages<T>(getPage: (page: number) => Promise<{ readonly data: readonly T[] }>): Promise<T[]> {
  const entries: T[] = [];
  for (let page = 0; ; page += 1) {
    const { data } = await getPage(page);
    if (data.length === 0) return entries;
    entries.push(...data);
    assert.ok(entries.length < MOST_ENTRIES, 'a walk ends');
  }
}

/** One member of every entry, in order. */
export function membersOf<K extends string>(entries: readonly { readonly [name in K]?: unknown }[], name: K): string[] {
  return entries.map((entry) => String(entry[name])).toSorted();
}

/** The refusal as the library of today tells it, or 4.x. */
export async function assertRefused(call: Promise<unknown>, status: number, errorCode: string | null): Promise<void> {
  await assert.rejects(call, (error) => {
    assert.ok(error instanceof ManagementError || error instanceof v4.ManagementApiError, String(error));
    const told = error instanceof ManagementError ? (error.body as { errorCode?: string }) : error;
    assert.deepEqual([error.statusCode, told.errorCode ?? null], [status, errorCode]);
    return true;
  });
}
