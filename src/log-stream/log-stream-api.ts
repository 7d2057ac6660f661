// Management: log streams. Of Auth0's kinds there is `http`, the custom webhook.
import Type, { type Static } from 'typebox';
import { apiRefusals } from '../error/api-error.ts';
import type { Clock } from '../lib/clock.ts';
import type { LogFeedStore } from '../log/log-feed-store.ts';
import type { Changes } from '../management/changes.ts';
import { type Call, type Endpoint, endpoint } from '../management/endpoint.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { LogCursorStore } from './log-cursor-store.ts';
import type { LogStream } from './log-stream.ts';
import type { LogStreamStore } from './log-stream-store.ts';
import { newStream, type Problem, STREAM_MEMBERS, showSink, withSink } from './stream-settings.ts';

interface Parts {
  readonly stores: {
    readonly logStreams: LogStreamStore;
    readonly logCursors: LogCursorStore;
    readonly logFeed: LogFeedStore;
  };
  readonly changes: Changes;
  readonly clock: Clock;
}

const TAG = 'log-streams';
const NOUN = 'log stream';
const ONLY_TYPE = 'http';
const ID = { id: { description: 'The id of the stream.', example: 'lst_0123456789abcdef' } };
const LIST = { path: '/log-streams', tag: TAG };
const ONE = { path: '/log-streams/{id}', tag: TAG, params: ID };

const NewStream = Type.Object(
  {
    name: STREAM_MEMBERS.name,
    type: Type.String({ minLength: 1, maxLength: 64, description: 'Only `http`.' }),
    filters: Type.Optional(STREAM_MEMBERS.filters),
    startFrom: Type.Optional(
      Type.String({
        format: 'date-time',
        description: 'The first instant whose events are sent, as far back as the log goes; now when left out.',
      }),
    ),
    sink: STREAM_MEMBERS.sink,
  },
  { additionalProperties: false },
);
const ChangedStream = Type.Object(
  {
    name: Type.Optional(STREAM_MEMBERS.name),
    status: Type.Optional(
      Type.Union([Type.Literal('active'), Type.Literal('paused')], {
        description: 'A server makes it `suspended` after a week without a delivery; `active` has it go on.',
      }),
    ),
    filters: Type.Optional(STREAM_MEMBERS.filters),
    sink: Type.Optional(STREAM_MEMBERS.sink),
  },
  { additionalProperties: false, minProperties: 1 },
);

/** The endpoints of log streams. */
export function createLogStreamEndpoints({ stores, changes, clock }: Parts): Endpoint[] {
  const { logStreams, logCursors, logFeed } = stores;

  async function requireFreeName(tenantId: TenantId, name: string, id: string | null): Promise<void> {
    const others = await logStreams.list(tenantId);
    if (others.some((one) => one.name === name && one.id !== id)) {
      throw apiRefusals.conflict('There is already a log stream of this name', 'log_stream_conflict');
    }
  }

  return [
    endpoint({
      ...{ ...LIST, method: 'GET', scopes: ['read:log_streams'], status: 200 },
      summary: 'List log streams',
      handle: async ({ tenant }) => (await logStreams.list(tenant.id)).map(show),
    }),
    endpoint({
      ...{ ...LIST, method: 'POST', scopes: ['create:log_streams'], status: 201 },
      summary: 'Have log events sent somewhere; the answer alone tells the secret that deliveries are signed with',
      body: NewStream,
      example: {
        body: {
          ...{ name: 'Alerts', type: ONLY_TYPE, filters: [{ type: 'category', name: 'auth.token_exchange.fail' }] },
          sink: { httpEndpoint: 'https://logs.example.com/gatehouse', httpAuthorization: 'Bearer a-token' },
        },
      },
      async handle(call) {
        const { tenant, body } = call;
        requireType(body.type);
        const startFrom = body.startFrom === undefined ? null : Date.parse(body.startFrom);
        const made = settled(withSink(newStream(body.name, startFrom, clock.now()), body.sink));
        const stream = { ...made, categories: categoriesOf(body.filters) };
        await requireFreeName(tenant.id, body.name, null);
        return changes.configure(call, async (sql) => {
          const position =
            startFrom === null
              ? await logFeed.newestPosition(sql)
              : await logFeed.positionBefore(tenant.id, startFrom, sql);
          await logStreams.save(tenant.id, stream, sql);
          await logCursors.start(stream.id, tenant.id, position, sql);
          return {
            result: { ...show(stream), signing_secret: stream.signingSecret.reveal() },
            changes: [{ action: 'created', noun: NOUN, name: stream.name, members: membersOf(body) }],
          };
        });
      },
    }),
    endpoint({
      ...{ ...ONE, method: 'GET', scopes: ['read:log_streams'], status: 200 },
      summary: 'Show a log stream',
      async handle({ tenant, params }) {
        const stream = await logStreams.findById(tenant.id, params['id'] ?? '');
        if (!stream) throw apiRefusals.missing(NOUN);
        return show(stream);
      },
    }),
    endpoint({
      ...{ ...ONE, method: 'PATCH', scopes: ['update:log_streams'], status: 200 },
      summary: 'Change, pause or resume a log stream; another host is sent no secret that it was not given',
      body: ChangedStream,
      example: { body: { status: 'paused' } },
      async handle(call: Call<unknown, Static<typeof ChangedStream>>) {
        const { tenant, params, body } = call;
        const id = params['id'] ?? '';
        if (body.name !== undefined) await requireFreeName(tenant.id, body.name, id);
        return changes.configure(call, async (sql) => {
          const stored = await logStreams.findById(tenant.id, id, sql);
          if (!stored) throw apiRefusals.missing(NOUN);
          const stream: LogStream = {
            ...(body.sink ? settled(withSink(stored, body.sink)) : stored),
            name: body.name ?? stored.name,
            status: body.status ?? stored.status,
            categories: body.filters ? categoriesOf(body.filters) : stored.categories,
          };
          await logStreams.save(tenant.id, stream, sql);
          if (body.status === 'active' || body.sink) await logCursors.resume(id, sql);
          return {
            result: show(stream),
            changes: [{ action: 'updated', noun: NOUN, name: stream.name, members: membersOf(body) }],
          };
        });
      },
    }),
    endpoint({
      ...{ ...ONE, method: 'DELETE', scopes: ['delete:log_streams'], status: 204 },
      summary: 'End a log stream',
      handle: (call) =>
        changes.configure(call, async (sql) => {
          const { tenant, params } = call;
          const id = params['id'] ?? '';
          const stream = await logStreams.findById(tenant.id, id, sql);
          if (!stream) return { result: undefined, changes: [] };
          await logStreams.delete(tenant.id, id, sql);
          await logCursors.delete(id, sql);
          return {
            result: undefined,
            changes: [{ action: 'deleted', noun: NOUN, name: stream.name, members: [] }],
          };
        }),
    }),
  ];
}

function requireType(type: string): void {
  if (type === ONLY_TYPE) return;
  throw apiRefusals.badRequest(
    `This version of Gatehouse has log streams of type ${ONLY_TYPE}, and not of type ${type.slice(0, 64)}.`,
    'operation_not_supported',
  );
}

function settled(stream: LogStream | Problem): LogStream {
  if ('problem' in stream) throw apiRefusals.invalidBody(`${stream.problem}.`);
  return stream;
}

function categoriesOf(filters: readonly { name: string }[] = []): string[] {
  return [...new Set(filters.map(({ name }) => name))];
}

function membersOf(body: { readonly sink?: object }): string[] {
  return Object.keys(body).flatMap((name) =>
    name === 'sink' ? Object.keys(body.sink ?? {}).map((one) => `sink.${one}`) : [name],
  );
}

function show(stream: LogStream): object {
  return {
    ...{ id: stream.id, name: stream.name, type: ONLY_TYPE, status: stream.status },
    filters: stream.categories.map((name) => ({ type: 'category', name })),
    ...(stream.startFrom === null ? {} : { startFrom: new Date(stream.startFrom).toISOString() }),
    sink: showSink(stream),
  };
}
