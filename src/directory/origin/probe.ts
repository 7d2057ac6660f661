// Tries the server that users of a database move in from, step by step, for `connection test`. Nobody moves in by it.
import type { UpstreamTenant } from '../../connection/user-source.ts';
import type { Clock } from '../../lib/clock.ts';
import type { LoginAttempt } from '../directory.ts';
import type { OutgoingAddresses } from '../outgoing-address.ts';
import { createOutgoingHttp } from '../outgoing-http.ts';
import type { ProbeStep } from '../probe.ts';
import { outageWords, ProbeFinding, takeSteps } from '../probe-steps.ts';
import { UpstreamOutage } from '../upstream-driver.ts';
import { requireServing, sendWithin } from '../upstream-http.ts';
import { upstreamWordsOf } from './upstream-error.ts';
import { askUpstreamTenant } from './upstream-tenant.ts';

const TOTAL_MS = 30_000;
const LOOPBACK = '127.0.0.1';

/** Takes the steps; `trusted` as in `Connection`. */
export async function probeUpstreamTenant(
  { clock, addresses }: { readonly clock: Clock; readonly addresses: OutgoingAddresses },
  tenant: UpstreamTenant,
  trusted: boolean,
  attempt: LoginAttempt | null,
): Promise<readonly ProbeStep[]> {
  const http = createOutgoingHttp({ addresses, trusted, ca: null });
  const send = sendWithin(http, clock, TOTAL_MS);
  const check = attempt && (() => checkPassword(() => askUpstreamTenant(tenant, send, attempt, { ip: LOOPBACK })));
  try {
    return await takeSteps(
      clock,
      [
        {
          name: `read the description of ${tenant.issuer}`,
          async take() {
            const url = `${tenant.issuer}.well-known/openid-configuration`;
            const response = await send({ method: 'GET', url });
            requireServing(response);
            if (response.status === 200) return 'It is there.';
            throw new ProbeFinding(`It answers ${response.status}: upstream.issuer is not the address of a tenant.`);
          },
        },
        {
          name: 'check the password and read the user',
          leftOut: 'Left out: it takes a user name and a password.',
          take: check,
        },
      ],
      explain,
    );
  } finally {
    http.close();
  }
}

async function checkPassword(ask: () => ReturnType<typeof askUpstreamTenant>): Promise<string> {
  const outcome = await ask();
  if (outcome.kind === 'accepted') return `The password is right, and the user is auth0|${outcome.account.identityId}.`;
  if (outcome.kind === 'unavailable') throw new ProbeFinding(upstreamWordsOf(outcome.reason) ?? outcome.reason);
  if (outcome.reason === 'upstream-refused') throw new ProbeFinding('It does not take name and password.');
  throw new ProbeFinding(`It does not let the user in: ${outcome.reason}.`);
}

function explain(error: unknown): string {
  if (error instanceof UpstreamOutage) return outageWords(error.reason);
  throw error;
}
