// The commands about signing keys.
import { createKeyLifeCycle } from '../../app.ts';
import { ConfigurationError } from '../../config/load-config.ts';
import { KEY_ALGORITHMS, type KeyAlgorithm, type KeyRecord } from '../../key/key.ts';
import type { RecordKeyChange } from '../../key/key-rotation.ts';
import { type Invocation, show, textFlag } from '../command.ts';
import { createOperatorAudit } from '../operator-audit.ts';
import { alignedTable } from '../table.ts';
import type { NounWork } from './noun.ts';
import { withTenant } from './verbs.ts';

/** Lists every key with where it is in its life. */
export async function listKeys(invocation: Invocation): Promise<void> {
  await withTenant(invocation, async (work) => {
    const keys = (await createKeyLifeCycle(work.ground).listKeys(work.tenant.id)).map(toWire);
    const rows = keys.map((key) => [key.kid, key.alg, key.status, key.published_at, key.current_since ?? '']);
    show(invocation, keys, alignedTable(['kid', 'alg', 'status', 'published_at', 'current_since'], rows));
  });
}

function toWire({ kid, algorithm, status, publishedAt, currentSince, retiredAt }: KeyRecord) {
  const instant = (at: number | null) => (at === null ? null : new Date(at).toISOString());
  return {
    kid,
    alg: algorithm,
    status,
    published_at: new Date(publishedAt).toISOString(),
    current_since: instant(currentSince),
    retired_at: instant(retiredAt),
  };
}

/** Lets the next key sign. */
export async function rotateKey(invocation: Invocation): Promise<void> {
  const algorithm = algorithmOf(invocation);
  await withTenant(invocation, async (work) => {
    const immediately = invocation.flags['immediately'] === true;
    const outcome = await createKeyLifeCycle(work.ground).rotateKeys(work.tenant, algorithm, {
      immediately,
      record: recordAs(work, 'rotated'),
    });
    switch (outcome.kind) {
      case 'no-keys':
        throw new ConfigurationError(`The tenant has no ${algorithm} keys: no API of it asks for them.`);
      case 'too-early':
        throw new ConfigurationError(
          `The next key was not published for long enough; rotate after ${new Date(outcome.readyAt).toISOString()}. With --immediately it signs now, and APIs that keep the old key set in their caches refuse tokens until they ask again.`,
        );
      case 'already-rotated':
        return show(invocation, { current: outcome.current }, [
          `Somebody else has just rotated: ${outcome.current} signs.`,
        ]);
      case 'rotated': {
        const { kind: _kind, ...kids } = outcome;
        return show(invocation, kids, [
          `current  ${outcome.current} signs from now on`,
          `previous ${outcome.previous} is published for as long as its tokens may live`,
          `next     ${outcome.next} is published already`,
        ]);
      }
    }
  });
}

/** Ends the trust in a key at once. */
export async function revokeKey(invocation: Invocation): Promise<void> {
  const [kid = ''] = invocation.args;
  await withTenant(invocation, async (work) => {
    const outcome = await createKeyLifeCycle(work.ground).revokeKey(work.tenant, kid, recordAs(work, 'revoked'));
    switch (outcome.kind) {
      case 'unknown-key':
        throw new ConfigurationError(`There is no key ${kid}. See them with \`gatehouse key list\`.`);
      case 'already-revoked':
        throw new ConfigurationError(`${kid} was revoked before.`);
      case 'revoked': {
        const { kind: _kind, ...now } = outcome;
        return show(invocation, { revoked: kid, ...now }, [
          `revoked ${kid}: nothing that it signed is trusted here any more`,
          `current ${outcome.current} signs from now on`,
          'APIs trust the revoked key until they ask for the key set again.',
        ]);
      }
    }
  });
}

function algorithmOf(invocation: Invocation): KeyAlgorithm {
  const asked = textFlag(invocation, 'algorithm') ?? 'RS256';
  const known = KEY_ALGORITHMS.find((algorithm) => algorithm === asked);
  if (!known) throw new ConfigurationError(`--algorithm can be: ${KEY_ALGORITHMS.join(', ')}.`);
  return known;
}

/** The change in the tenant's log. */
function recordAs({ ground, tenant }: NounWork, action: 'rotated' | 'revoked'): RecordKeyChange {
  const tell = createOperatorAudit(ground, `gatehouse key ${action === 'rotated' ? 'rotate' : 'revoke'}`);
  return (sql, name) => tell(sql, tenant, [{ action, noun: 'signing key', name, members: [] }]);
}
