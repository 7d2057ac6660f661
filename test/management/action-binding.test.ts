// Management: which actions are bound to a trigger, and what cannot be.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ActionWire, actionCalls, NOWHERE, POST_LOGIN } from '../support/action-calls.ts';
import { type ManagementServer, startManagementServer } from '../support/management-server.ts';

let server: ManagementServer;
before(async () => {
  server = await startManagementServer();
});
after(() => server.close());

const { create, get, deploy, refusal, deleteAll } = actionCalls(() => server);

interface Binding {
  readonly id: string;
  readonly display_name: string;
  readonly action: ActionWire;
}

const BINDINGS = '/actions/triggers/post-login/bindings';

test('deployed actions are bound in an order, by id, by name and by binding', async () => {
  const [one, two] = [await create({ name: 'One' }), await create({ name: 'Two' })];
  for (const { id } of [one, two]) await deploy(id);
  const first = await server.api('PATCH', BINDINGS, {
    bindings: [
      { ref: { type: 'action_id', value: one.id }, display_name: 'The first' },
      { ref: { type: 'action_name', value: 'Two' } },
    ],
  });
  assert.equal(first.status, 200, JSON.stringify(first.json));
  const { bindings } = first.json as { bindings: Binding[] };
  const named = (list: readonly Binding[]) => list.map(({ display_name: name, action }) => [name, action.name]);
  assert.deepEqual(named(bindings), [
    ['The first', 'One'],
    ['Two', 'Two'],
  ]);
  const time = new Date(server.clock.now()).toISOString();
  const [binding, other] = bindings;
  assert.partialDeepStrictEqual(binding, { trigger_id: 'post-login', created_at: time, updated_at: time });
  assert.equal(binding?.action.all_changes_deployed, true);
  server.clock.advance(60_000);
  const swapped = await server.api('PATCH', BINDINGS, {
    bindings: [other, binding].map((known) => ({ ref: { type: 'binding_id', value: known?.id } })),
  });
  const kept = (swapped.json as { bindings: (Binding & { created_at: string })[] }).bindings;
  assert.deepEqual(
    kept.map(({ id, created_at: at }) => [id, at]),
    [
      [other?.id, time],
      [binding?.id, time],
    ],
  );
  const page = await get<{ bindings: Binding[]; total: number }>(`${BINDINGS}?page=1&per_page=1`);
  assert.deepEqual([page.total, named(page.bindings)], [2, [['One', 'One']]]);
  const refused = await refusal('DELETE', `/actions/actions/${one.id}`);
  assert.deepEqual([refused.status, refused.errorCode], [409, 'action_bound']);
  await deleteAll();
  assert.equal((await get<{ total: number }>(BINDINGS)).total, 0);
});

test('what would never run cannot be bound, nor deployed where it is bound', async () => {
  const post = { name: 'Post', supported_triggers: [{ id: 'credentials-exchange', version: 'v2' }] };
  const [draft, old, empty] = [
    await create({ name: 'Draft' }),
    await create({ name: 'Old', supported_triggers: [{ id: 'post-login', version: 'v1' }] }),
    await create({ name: 'Empty', code: '' }),
  ];
  const other = await create(post);
  for (const { id } of [old, empty, other]) await deploy(id);
  const bind = (value: string, path = BINDINGS) =>
    refusal('PATCH', path, { bindings: [{ ref: { type: 'action_id', value } }] });
  for (const [action, words] of [
    [draft, 'The action Draft cannot be bound. It was never deployed.'],
    [old, 'The action Old cannot be bound. It is written for v1 of the trigger, which runs no more.'],
    [empty, 'The action Empty cannot be bound. Its code exports no onExecutePostLogin.'],
    [other, 'The action Post cannot be bound. It is written for the trigger credentials-exchange.'],
  ] as const) {
    assert.deepEqual(await bind(action.id), { status: 400, message: words, errorCode: 'operation_not_supported' });
  }
  assert.deepEqual(await bind(other.id, '/actions/triggers/credentials-exchange/bindings'), {
    status: 400,
    message:
      'This version of Gatehouse runs no actions at credentials-exchange: one that is bound would have no effect.',
    errorCode: 'operation_not_supported',
  });
  assert.equal((await bind(NOWHERE)).status, 404);
  await deploy(draft.id);
  const twice = [draft.id, draft.id].map((value) => ({ ref: { type: 'action_id', value } }));
  assert.equal((await refusal('PATCH', BINDINGS, { bindings: twice })).errorCode, 'invalid_body');
  assert.equal((await server.api('PATCH', BINDINGS, { bindings: twice.slice(1) })).status, 200);
  await server.api('PATCH', `/actions/actions/${draft.id}`, { code: '' });
  assert.deepEqual(await refusal('POST', `/actions/actions/${draft.id}/deploy`), {
    status: 400,
    message: 'Its code exports no onExecutePostLogin, and the action is bound to logins.',
    errorCode: 'operation_not_supported',
  });
  await deleteAll();
});

test('code for logins that asks for what is not there is refused by its name', async () => {
  for (const [body, words] of [
    [{ code: `const axios = require('axios');` }, /no module axios to require in line 1: there are crypto and bcrypt/],
    [{ code: `\nasync (event, api) => api.cache.get('x')` }, /'api\.cache\.get in line 2 is not in this version'/],
    [{ code: `(event, api) => api.idToken.revoke()` }, /api\.idToken\.revoke in line 1/],
    [{ dependencies: [{ name: 'lodash', version: '4.17.21' }] }, /no package lodash .* on property dependencies/],
  ] as const) {
    const refused = await refusal('POST', '/actions/actions', { name: 'A', supported_triggers: POST_LOGIN, ...body });
    assert.equal(refused.errorCode, 'invalid_body');
    assert.match(refused.message, words);
  }
  const other = [{ id: 'credentials-exchange', version: 'v2' }];
  await create({ name: 'Kept', supported_triggers: other, code: `require('axios')` });
  await deleteAll();
});
