// What is done to clients beyond changing their entries.
import { rotateClientSecret } from '../../client/rotate-client-secret.ts';
import { ConfigurationError } from '../../config/load-config.ts';
import type { Sql } from '../../storage/database.ts';
import { type Invocation, show, textFlag } from '../command.ts';
import { createOperatorAudit } from '../operator-audit.ts';
import { clientNoun, findClient } from './client-noun.ts';
import { getFound, withTenant } from './verbs.ts';

/** Makes a new secret and shows it this once; the old one goes on working for as long as is asked for. */
export async function rotateSecret(invocation: Invocation): Promise<void> {
  const keepOldForSeconds = Number(textFlag(invocation, 'keepOldFor') ?? 0);
  await withTenant(invocation, async (work) => {
    const [called = ''] = invocation.args;
    const { ground, stores, tenant } = work;
    await getFound(work, clientNoun, called);
    const clientId = (await findClient(work, called))?.clientId ?? called;
    const now = ground.clock.now();
    const tell = createOperatorAudit(ground, 'gatehouse client rotate-secret');
    const rotate = async (sql: Sql) => {
      const settings = { keepOldForSeconds, now };
      const rotated = await rotateClientSecret(stores.clients, tenant.id, clientId, settings, sql);
      const change = { action: 'rotated', noun: 'client', name: clientId, members: ['client_secret'] } as const;
      if (rotated.kind === 'rotated') await tell(sql, tenant, [change]);
      return rotated;
    };
    const rotation = await ground.database.transaction(rotate).catch((error: unknown) => {
      throw error instanceof RangeError ? new ConfigurationError(error.message, { cause: error }) : error;
    });
    if (rotation.kind !== 'rotated') {
      throw new ConfigurationError(`${called} has no secret: it proves itself otherwise, or not at all.`);
    }
    const { previousExpiresAt } = rotation;
    const until = previousExpiresAt === null ? null : new Date(previousExpiresAt).toISOString();
    const secret = rotation.secret.reveal();
    show(invocation, { client_id: clientId, client_secret: secret, previous_secret_expires_at: until }, [
      `secret of client ${called}: ${secret}`,
      until === null ? 'The old secret has stopped working.' : `The old secret works until ${until}.`,
    ]);
  });
}
