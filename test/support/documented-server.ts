// A server whose tenant has everything that the examples of the Management API name, under the ids that they name it by.
import { addressKeysOf } from '../../src/attack-protection/attempt-keys.ts';
import { readPublicKey } from '../../src/client/client-credential.ts';
import type { ConnectionId } from '../../src/connection/connection.ts';
import { generateSigningKey } from '../../src/key/generate-key.ts';
import { Secret } from '../../src/lib/secret.ts';
import { newStream } from '../../src/log-stream/stream-settings.ts';
import type { RoleId } from '../../src/role/role.ts';
import type { RuleId } from '../../src/rule/rule.ts';
import { MANAGED_TENANT, type ManagementServer, startManagementServer } from './management-server.ts';
import { API, BACKEND_CLIENT, DATABASE, PASSWORD, PUBLIC_CLIENT } from './sample-tenant.ts';

const OTHER_KEY = `-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAvzRx70WwWnFytq1+B5yW
ooi1cWs6vhEx0csevFCpkV7XasMgVEqVYgiklrWQYSpnjeLXQ0UV2b/fb4JXlFTR
HQMf71Srh59Ewcpan0nEvtbtR3a1fcyOc58eNa8QZOzbe+EIrqOGa8Ab423ZWe/5
NTJAMQ23wynrjhNhAClkiy04adgZ6Xz6ef5LEpf7WE+mZEUPFfjtgqLmcg6T5cww
Lob6aKd5MJCUQW9rwMyjOA5roKOnUxuisgFPUJuSby3vU5Q5sx+40O1HXcXd9l5F
rFnC2sgD3PzQPW2imt+4ueNPno2Sn0Z8wYTydRs/lf/gdLHIpsBkfOgIoqQwXHY+
VwIDAQAB
-----END PUBLIC KEY-----
`;

/** Starts it. */
export async function startDocumentedServer(): Promise<ManagementServer> {
  const server = await startManagementServer({
    options: { key_publish_ahead_seconds: 0 },
    tenant: {
      ...MANAGED_TENANT,
      users: [
        ...MANAGED_TENANT.users,
        { connection: DATABASE, user_id: '5f7c8ec7c33c6c004bbafe82', email: 'other@example.com', password: PASSWORD },
      ],
    },
  });
  const { stores } = server.app;
  const { sql } = server.ground.database;
  const now = server.clock.now();
  const tenant = await stores.tenants.findByName('acme');
  if (!tenant) throw new Error('The tenant is missing.');
  const { id } = tenant;

  const setupToken = new Secret('the-token-that-was-printed-when-it-started');
  await stores.setupTokens.replace(id, setupToken, now);
  const [database] = await stores.connections.list(id);
  if (!database) throw new Error('The connection is missing.');
  const documented = {
    ...database,
    id: 'con_0123456789abcdef' as ConnectionId,
    name: 'Documented',
    realms: ['Documented'],
  };
  await stores.connections.save(id, documented, now, sql);
  const permissions = [{ resourceServerIdentifier: API, permissionName: 'read:sample' }];
  const role = { id: 'rol_0123456789abcdef' as RoleId, name: 'documented', description: null, permissions };
  await stores.roles.save(id, role, now, sql);
  const grant = {
    id: 'cgr_0123456789abcdef',
    clientId: PUBLIC_CLIENT,
    audience: API,
    subjectType: 'client',
    scope: [],
  } as const;
  await stores.clientGrants.save(id, grant, now, sql);
  const key = readPublicKey(OTHER_KEY);
  if ('problem' in key) throw new Error(key.problem);
  const credential = { ...key, id: 'cred_0123456789abcdef', name: null, algorithm: 'RS256', expiresAt: null } as const;
  await stores.clientCredentials.replace(id, BACKEND_CLIENT, [credential], now, sql);
  const signingKey = await generateSigningKey('RS256', 'tenant.example.test', 'next', now);
  await stores.keys.insert(
    id,
    { ...signingKey, kid: 'Y3ZpB1aq0c5yoYw1bC9jR', status: 'previous', retiredAt: now },
    now,
    sql,
  );
  await sql
    .insertInto('log_events')
    .values({
      tenant_id: id,
      log_id: '900202601151200000000000001f2e3d4c5b6a79880',
      date: now,
      type: 'fp',
      client_id: null,
      user_id: null,
      request_id: '19bc1a5a0f1b2c3d4e5f',
      event: '{"type":"fp"}',
    })
    .execute();
  await sql
    .insertInto('attempt_counters')
    .values({
      ...{ tenant_id: id, kind: 'address', identifier_key: null, user_id: null, address: '203.0.113.9' },
      key: addressKeysOf((value) => server.ground.vault.keyedHash(value), id, '203.0.113.9').logins,
      ...{ unit: 1, capacity: 1, spent: 1, drains: 0, resets: 0, blocks_for: 0 },
      ...{ reserved: 0, reserved_before: 0, reserved_epoch: 0, expires_at: now + 3_600_000 },
    })
    .execute();
  const settings = { format: 'json', limit: null, fields: [] };
  const job = { id: 'job_0123456789abcdef', type: 'users_export', connectionId: null, externalId: null } as const;
  await stores.jobs.insert(id, { ...job, settings, source: null, bytesTotal: 0, createdAt: now }, sql);
  await stores.rules.save(
    id,
    {
      id: 'rul_0123456789abcdef' as RuleId,
      name: 'Documented',
      script: 'function (user, context, callback) { callback(null, user, context); }',
      order: 90,
      enabled: false,
    },
    now,
    sql,
  );
  await stores.ruleConfigs.save(id, 'API_KEY', new Secret('value'), now, sql);
  const content = {
    code: 'exports.onExecutePostLogin = async () => {};',
    dependencies: [],
    runtime: 'node22',
    trigger: { id: 'post-login', version: 'v3' },
    secrets: [],
  };
  const action = { id: '910b1053-577f-4d81-a8c8-020e7319a38a' as never, name: 'Documented', draft: content };
  const version = '0907dc76-93c5-4b5e-8a1a-5b5c25b0d1fd';
  await stores.actions.save(id, { ...action, deployedVersionId: null, createdAt: now, updatedAt: now }, sql);
  await stores.actions.addVersion(id, { id: version, actionId: action.id, number: 1, content, createdAt: now }, sql);
  const mailServer = { host: 'mail.example.com', port: 587, userName: null, password: null };
  await stores.mailProviders.save(id, { ...mailServer, enabled: true, defaultFrom: null }, now, sql);
  const words = { from: '', subject: 'Confirm', body: '<a href="{{ url }}">Confirm</a>', resultUrl: null };
  await stores.mailTemplates.save(
    id,
    { ...words, name: 'verify_email', enabled: true, lifetimeSeconds: 3600, includesEmail: true },
    now,
    sql,
  );
  const stream = {
    ...newStream('Documented', null, now),
    id: 'lst_0123456789abcdef',
    endpoint: 'https://logs.example.com/',
  };
  await stores.logStreams.save(id, stream, sql);
  await stores.logCursors.start(stream.id, id, 0, sql);
  server.app.forgetConfiguration();
  // Two nodes have heard of everything.
  server.clock.advance(2000);
  return server;
}
