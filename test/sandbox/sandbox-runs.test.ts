// Who waits for whom: scripts that never end keep the places of their own tenant, and nobody else's.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TurnedAway } from '../../src/lib/fair-line.ts';
import { openSandboxedRules } from '../support/sandboxed-rules.ts';

const PASS = '(user, context, callback) => callback(null, user, context)';
const ENDLESS = '() => { for (;;); }';
const ENDLESS_LATER = `async () => { await fetch('https://nobody.example.test/'); for (;;); }`;

test('a tenant whose rules never end leaves the others their places [T-36]', async () => {
  // The endless ones wait until the other tenant was served, and never end from then on.
  const served = Promise.withResolvers<void>();
  const rules = openSandboxedRules(2, 60_000, async () => {
    await served.promise;
    return { status: 200, headers: {}, body: '' };
  });
  try {
    await rules.run([PASS], 'good');
    let ended = 0;
    const endless = Array.from({ length: 4 }, () =>
      rules.run([ENDLESS_LATER], 'bad').then(({ verdict }) => {
        ended += 1;
        return verdict.kind;
      }),
    );
    const { verdict } = await rules.run([PASS], 'good');
    assert.equal(verdict.kind, 'passed');
    assert.equal(ended, 0, 'it waited for none of the others');
    served.resolve();
    assert.deepEqual(await Promise.all(endless), ['failed', 'failed', 'failed', 'failed']);
  } finally {
    await rules.close();
  }
});

test('whoever would wait too long is turned away at once, and those who were let in are served [T-36]', async () => {
  const rules = openSandboxedRules(1, 100);
  try {
    const runs = Array.from({ length: 6 }, () => rules.run([PASS]));
    const ended = await Promise.allSettled(runs);
    const away = ended.filter((one) => one.status === 'rejected').map(({ reason }) => reason as unknown);
    assert.ok(away.length > 0 && away.length < 6, `${away.length} of 6`);
    assert.ok(away.every((reason) => reason instanceof TurnedAway && reason.reason === 'full'));
  } finally {
    await rules.close();
  }
});

test('each rule of a login has its own allowance, and the one that uses it up is named', async () => {
  const rules = openSandboxedRules();
  try {
    const { outcome, verdict } = await rules.run([PASS, ENDLESS, PASS]);
    assert.ok(['processor-time', 'killed'].includes(outcome.end));
    assert.equal(verdict.kind, 'failed');
    if (outcome.end === 'processor-time') assert.equal(verdict.kind === 'failed' && verdict.name, 'Rule 2');
  } finally {
    await rules.close();
  }
});

test('after the end nothing is started any more', async () => {
  const rules = openSandboxedRules();
  await rules.close();
  await assert.rejects(() => rules.run([PASS]), { name: 'SandboxUnavailable' });
});
