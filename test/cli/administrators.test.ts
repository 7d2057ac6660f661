// Administrators and machine clients on the command line, and the token that a server offers.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type CommandLine, openCommandLine } from '../support/command-line.ts';

const STRONG = 'Correct-horse-7';

let line: CommandLine;
before(async () => {
  line = await openCommandLine();
  await line.succeed(['tenant', 'create', 'acme', '--set', 'domains=login.example.com']);
});
after(() => line.close());

test('administrators are made and listed, each with what they may do', async () => {
  assert.match((await line.succeed(['admin', 'list'])).stdout, /There is no administrator/);
  await line.succeed(['admin', 'create', 'ada@example.com'], STRONG);
  await line.succeed(['admin', 'create', 'eve@example.com', '--viewer'], STRONG);
  const listed = (await line.succeed(['admin', 'list', '--json'])).json<{ email: string; kind: string }[]>();
  assert.deepEqual(listed.map(({ email, kind }) => `${email} ${kind}`).toSorted(), [
    'ada@example.com administrator',
    'eve@example.com viewer',
  ]);
  const again = await line.run(['admin', 'create', 'ada@example.com'], STRONG);
  assert.equal(again.code, 1);
  assert.match(again.stderr, /is an administrator already/);
  assert.match((await line.run(['admin', 'create', 'x@example.com'], 'weak')).stderr, /too weak/);
});

test('a machine client gets the scopes that are named, and its secret is shown', async () => {
  const made = (
    await line.succeed(['client', 'create', 'Reports', '--management', '--scopes', 'read:users', '--json'])
  ).json<{
    client_id: string;
    client_secret: string;
    audience: string;
    scope: string[];
  }>();
  assert.equal(made.audience, 'https://login.example.com/api/v2/');
  assert.deepEqual(made.scope, ['read:users']);
  assert.ok(made.client_secret.length >= 32);
  const refused = await line.run(['client', 'create', 'Other', '--management', '--scopes', 'read:everything']);
  assert.match(refused.stderr, /no scope read:everything/);
  assert.match((await line.run(['client', 'create', 'Reports', '--management'])).stderr, /exists already/);
  assert.match((await line.run(['client', 'create', 'X', '--scopes', 'read:users'])).stderr, /goes with --management/);
});

test('what the operator changes stands in the log, without values [L-08]', async () => {
  await line.succeed(
    ['client', 'create', 'Backend', '--set', 'grant_types=password', '--stdin', 'client_secret'],
    'canary-secret-0123456789',
  );
  await line.succeed(['client', 'update', 'Backend', '--set', 'description=canary-description']);
  await line.succeed(['client', 'rotate-secret', 'Backend']);
  await line.succeed(['client', 'delete', 'Backend']);
  const { stdout } = await line.succeed(['log', 'list', '--json']);
  const events = JSON.parse(stdout) as {
    details: { operation: string; action: string; changed: string[]; target: { type: string } };
  }[];
  const told = events
    .filter(({ details }) => details.target.type === 'client')
    .map(({ details }) => `${details.operation}: ${details.action}`);
  assert.ok(told.includes('gatehouse client delete: deleted'), told.join('\n'));
  assert.ok(told.includes('gatehouse client rotate-secret: rotated'));
  assert.ok(events.some(({ details }) => details.changed.includes('description')));
  assert.ok(!stdout.includes('canary'));
});
