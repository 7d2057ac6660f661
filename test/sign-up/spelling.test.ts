// Two spellings of one address make one account, and two addresses that only look alike make two.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { REALM_GRANT } from '../support/sample-tenant.ts';
import { GRACE, OPEN, OPEN_TENANT, startSignUpServer } from '../support/sign-up-server.ts';
import { PAIRS } from '../user/identifier-pairs.ts';

test('who signed up with one spelling logs in with another exactly when both are one name, and no second account is made [T-31]', async () => {
  const attackProtection = {
    ...OPEN_TENANT.attackProtection,
    suspiciousIpThrottling: { enabled: false },
  };
  const server = await startSignUpServer({ tenant: { ...OPEN_TENANT, attackProtection } });
  let tried = 0;
  for (const [at, { one, other, same }] of PAIRS.entries()) {
    const [email, spelling] = [`${at}${one}@example.com`, `${at}${other}@example.com`];
    const first = await server.signUp({ ...GRACE, email });
    const second = await server.signUp({ ...GRACE, email: spelling, password: 'of somebody else' });
    // What an address cannot have is refused before anybody is looked up.
    if ([first, second].some((answer) => answer.json<{ error?: string }>().error === 'invalid_request')) continue;
    tried += 1;
    assert.deepEqual([first.statusCode, second.statusCode], [200, same ? 400 : 200], `${email} ${spelling}`);
    const login = { grant_type: REALM_GRANT, realm: OPEN, client_id: GRACE.client_id, password: GRACE.password };
    const { statusCode } = await server.token({ ...login, username: spelling });
    assert.equal(statusCode, same ? 200 : 403, `${email} ${spelling}`);
  }
  assert.ok(tried >= 150, String(tried));
  await server.close();
});
