// Management: who is blocked after too many failures, and how that ends.
import Type from 'typebox';
import { ADMINISTRATORS, type StoredConnection } from '../connection/connection.ts';
import type { ApplyStores } from '../declaration/workspace.ts';
import { apiRefusals } from '../error/api-error.ts';
import { addressBucket, canonicalAddress } from '../lib/network-address.ts';
import type { SteadyTime } from '../lib/steady-clock.ts';
import type { Changes } from '../management/changes.ts';
import { type Call, type Endpoint, endpoint } from '../management/endpoint.ts';
import type { UserChanges } from '../management/user-changes.ts';
import { addressKeysOf, type KeyedHash } from './attempt-keys.ts';
import type { BlockStore } from './block-store.ts';
import { namesOfUser, partyOf } from './user-blocks.ts';

interface Parts {
  readonly stores: ApplyStores & { readonly blocks: BlockStore };
  readonly changes: Changes;
  readonly users: UserChanges;
  readonly keyedHash: KeyedHash;
  readonly steadyTime: SteadyTime;
}

const TAG = 'user-blocks';
/** Blocks after failures of a name: what is spent in other ways comes back by itself, within minutes. */
const AFTER_FAILURES: ReadonlySet<string> = new Set(['identifier_and_ip', 'identifier', 'account']);
const IDENTIFIER_QUERY = Type.Object(
  { identifier: Type.String({ minLength: 1, maxLength: 256, description: 'An e-mail address or a user name.' }) },
  { additionalProperties: false },
);
const USER = { id: { description: 'The user_id.', example: 'auth0|67e9930075b689b7db2688df' } };
const ADDRESS = { ip: { description: 'An address.', example: '203.0.113.9' } };
const EXAMPLE = { query: { identifier: 'user@example.com' } };

/** The endpoints of blocks. */
export function createUserBlockEndpoints({ stores, changes, users, keyedHash, steadyTime }: Parts): Endpoint[] {
  async function connectionsOf({ tenant }: Call): Promise<StoredConnection[]> {
    return (await stores.connections.list(tenant.id)).filter(({ name }) => name !== ADMINISTRATORS);
  }

  /** What is blocked of each of these names in each connection. */
  async function blockedFor(call: Call, names: readonly string[]): Promise<object> {
    const { id: tenantId } = call.tenant;
    const blocks: object[] = [];
    for (const { id, name: connection } of await connectionsOf(call)) {
      for (const identifier of names) {
        const party = partyOf(keyedHash, tenantId, [id], [identifier]);
        for (const { kind, address } of await stores.blocks.listOf(tenantId, steadyTime.now(), party)) {
          if (!AFTER_FAILURES.has(kind)) continue;
          blocks.push({ identifier, ...(address === null ? {} : { ip: address }), connection });
        }
      }
    }
    return { blocked_for: blocks };
  }

  async function unblock(call: Call, called: string, names: readonly string[]): Promise<void> {
    const { id: tenantId } = call.tenant;
    const ids = (await connectionsOf(call)).map(({ id }) => id);
    await changes.write(call, async (sql) => {
      await stores.blocks.lift(tenantId, partyOf(keyedHash, tenantId, ids, names), sql);
      const change = { type: 'ublkdu', action: 'lifted', noun: 'user block', name: called, members: [] } as const;
      return { result: undefined, changes: [change] };
    });
  }

  async function namesOf({ tenant, params }: Call): Promise<readonly [string, string[]]> {
    const user = await users.getUser(tenant.id, params['id'] ?? '');
    return [user.userId, namesOfUser(user, await stores.users.listIdentities(tenant.id, user.userId))];
  }

  function readAddress(params: Readonly<Record<string, string>>): string {
    const ip = canonicalAddress(params['ip'] ?? '');
    if (ip === null) throw apiRefusals.invalidUri("'The value is no address' on property ip.");
    return ip;
  }

  return [
    endpoint({
      method: 'GET',
      path: '/user-blocks',
      tag: TAG,
      summary: 'List what is blocked of a name',
      scopes: ['read:users'],
      query: IDENTIFIER_QUERY,
      example: EXAMPLE,
      status: 200,
      handle: (call) => blockedFor(call, [call.query.identifier]),
    }),
    endpoint({
      method: 'DELETE',
      path: '/user-blocks',
      tag: TAG,
      summary: 'End every block of a name',
      scopes: ['update:users'],
      query: IDENTIFIER_QUERY,
      example: EXAMPLE,
      status: 204,
      handle: (call) => unblock(call, 'a name', [call.query.identifier]),
    }),
    endpoint({
      method: 'GET',
      path: '/user-blocks/{id}',
      tag: TAG,
      summary: 'List what is blocked of a user',
      scopes: ['read:users'],
      params: USER,
      status: 200,
      async handle(call) {
        const [, names] = await namesOf(call);
        return blockedFor(call, names);
      },
    }),
    endpoint({
      method: 'DELETE',
      path: '/user-blocks/{id}',
      tag: TAG,
      summary: 'End every block of a user',
      scopes: ['update:users'],
      params: USER,
      status: 204,
      async handle(call) {
        const [userId, names] = await namesOf(call);
        await unblock(call, userId, names);
      },
    }),
    endpoint({
      method: 'GET',
      path: '/anomaly/blocks/ips/{ip}',
      tag: 'anomaly',
      summary: 'Ask whether an address is blocked: 200 when it is, 404 when it is not',
      scopes: ['read:anomaly_blocks'],
      params: ADDRESS,
      status: 200,
      async handle({ tenant, params }) {
        const keys = Object.values(addressKeysOf(keyedHash, tenant.id, readAddress(params)));
        const blocks = await stores.blocks.listOf(tenant.id, steadyTime.now(), { keys });
        if (blocks.length === 0) throw apiRefusals.missing('address block');
        return undefined;
      },
    }),
    endpoint({
      method: 'DELETE',
      path: '/anomaly/blocks/ips/{ip}',
      tag: 'anomaly',
      summary: 'End the block of an address',
      scopes: ['delete:anomaly_blocks'],
      params: ADDRESS,
      status: 204,
      async handle(call) {
        const ip = readAddress(call.params);
        const keys = Object.values(addressKeysOf(keyedHash, call.tenant.id, ip));
        await changes.write(call, async (sql) => {
          await stores.blocks.lift(call.tenant.id, { keys }, sql);
          const name = addressBucket(ip);
          const change = { type: 'ublkdu', action: 'lifted', noun: 'address block', name, members: [] } as const;
          return { result: undefined, changes: [change] };
        });
      },
    }),
  ];
}
