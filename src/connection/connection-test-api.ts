// Management: tries a connection as a login would and tells each step with its time, one that is saved or one that is not
// yet. It looks at the directory only: no user is made and nothing is counted against anybody.
import Type from 'typebox';
import { type ConnectionDraft, readConnectionDraft } from '../declaration/draft-connection.ts';
import { TenantFileError } from '../declaration/tenant-file.ts';
import type { ApplyStores } from '../declaration/workspace.ts';
import { probeConnection } from '../directory/connection-probes.ts';
import type { LoginAttempt } from '../directory/directory.ts';
import { apiRefusals } from '../error/api-error.ts';
import type { Clock } from '../lib/clock.ts';
import { Secret } from '../lib/secret.ts';
import type { Changes } from '../management/changes.ts';
import { type Call, type Endpoint, endpoint } from '../management/endpoint.ts';
import { memberName, refusalOfEntry } from '../management/entry-refusal.ts';
import type { ProbeLimit } from '../management/probe-limit.ts';
import { ADMINISTRATORS, DATABASE_STRATEGY, type StoredConnection } from './connection.ts';
import { ConnectionWire } from './connection-wire.ts';
import { toConnection } from './read-connection.ts';

interface Parts {
  readonly stores: ApplyStores;
  readonly changes: Changes;
  readonly clock: Clock;
  readonly privateNetworks: readonly string[];
  readonly limitProbes: ProbeLimit;
}

const TAG = 'connections';
const PERSON = {
  username: Type.Optional(
    Type.String({ minLength: 1, maxLength: 1024, description: 'Whose login is tried; comes with `password`.' }),
  ),
  // Security: an empty password would be an anonymous bind, which many directories accept.
  password: Type.Optional(Type.String({ minLength: 1, maxLength: 1024, description: 'Is used once and not kept.' })),
};
interface Person {
  readonly username?: string;
  readonly password?: string;
}

const SavedTest = Type.Object(PERSON, { additionalProperties: false });
const DraftTest = Type.Object(
  {
    strategy: Type.Union([Type.Literal(DATABASE_STRATEGY), ...ConnectionWire.properties.strategy.anyOf]),
    options: Type.Object({}, { additionalProperties: true, description: 'As `POST /connections` takes them.' }),
    ...PERSON,
  },
  { additionalProperties: false },
);
const TestResult = Type.Object({
  passed: Type.Boolean({ description: 'True when no step failed.' }),
  strategy: Type.String(),
  steps: Type.Array(
    Type.Object({
      name: Type.String({ description: 'What was tried.' }),
      passed: Type.Union([Type.Boolean(), Type.Null()], { description: 'Null for a step that was left out.' }),
      took_ms: Type.Number(),
      words: Type.String({ description: 'What was found, or what went wrong and what to do.' }),
    }),
  ),
});

/** The endpoints of tests. */
export function createConnectionTestEndpoints({ stores, changes, limitProbes, ...parts }: Parts): Endpoint[] {
  async function run(call: Call, connection: StoredConnection, called: string, person: Person) {
    const attempt = attemptOf(person);
    try {
      const steps = await limitProbes(call.tenant.id, attempt !== null, async () => {
        // Security: no password is tried without a trace of who did.
        await changes.write(call, async () => ({
          result: undefined,
          changes: [{ action: 'tested', noun: 'connection', name: called, members: [] }],
        }));
        return probeConnection(parts, toConnection(connection), attempt);
      });
      return {
        passed: steps.every(({ passed }) => passed !== false),
        strategy: connection.strategy,
        steps: steps.map(({ name, passed, tookMs, words }) => ({ name, passed, took_ms: Math.round(tookMs), words })),
      };
    } finally {
      attempt?.password.forget();
    }
  }

  return [
    endpoint({
      method: 'POST',
      path: '/connections/test',
      tag: TAG,
      summary: 'Try a connection that is not saved, as a login would (an endpoint of Gatehouse’s own)',
      scopes: ['create:connections'],
      body: DraftTest,
      example: {
        body: { strategy: 'ldap', options: { urls: ['ldaps://dc1.example.com'], base: 'dc=example,dc=com' } },
      },
      status: 200,
      answer: TestResult,
      handle: (call) => run(call, readDraft(call.body), `${call.body.strategy} (not saved)`, call.body),
    }),
    endpoint({
      method: 'POST',
      path: '/connections/{id}/test',
      tag: TAG,
      summary: 'Try a connection as a login would, and tell each step (an endpoint of Gatehouse’s own)',
      scopes: ['update:connections'],
      params: { id: { description: 'The id of the connection.', example: 'con_0123456789abcdef' } },
      body: SavedTest,
      isBodyOptional: true,
      example: { body: { username: 'ada', password: 'the password of ada' } },
      status: 200,
      answer: TestResult,
      async handle(call) {
        const stored = (await stores.connections.list(call.tenant.id)).find(({ id }) => id === call.params['id']);
        if (!stored || stored.name === ADMINISTRATORS) throw apiRefusals.missing('connection');
        // The type knows nothing of a body that is left out.
        const person = (call.body ?? {}) as Person;
        return run(call, stored, stored.name, person);
      },
    }),
  ];
}

/** Null when no person is named: then only the connection itself is tried. */
function attemptOf({ username, password }: Person): LoginAttempt | null {
  if (username === undefined && password === undefined) return null;
  if (username === undefined) throw apiRefusals.invalidBody("'Missing required property: username'.");
  if (password === undefined) throw apiRefusals.invalidBody("'Missing required property: password'.");
  return { identifier: username, password: new Secret(password) };
}

function readDraft(draft: ConnectionDraft): StoredConnection {
  try {
    return readConnectionDraft(draft, memberName);
  } catch (error) {
    throw error instanceof TenantFileError ? refusalOfEntry(error) : error;
  }
}
