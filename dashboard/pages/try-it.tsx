// Try It: a real password grant, its answer, what is in the token, and what the login inspector says about it. Password, secret
// and token live in this page's state only, and are gone when it is left.
import { useState } from 'react';
import { Failure } from '../parts/loaded.tsx';
import { Page } from '../parts/page.tsx';
import { TrialForm } from '../parts/trial-form.tsx';
import { TrialOutcome } from '../parts/trial-outcome.tsx';
import { type TrialAnswer, type TrialClient, type TrialRequest, tryGrant } from '../token-trial.ts';

/** Shows it. */
export default function TryIt() {
  const [answer, setAnswer] = useState<TrialAnswer | null>(null);
  const [failure, setFailure] = useState<Error | null>(null);

  async function send(request: TrialRequest, client: TrialClient | undefined): Promise<void> {
    setFailure(null);
    try {
      setAnswer(await tryGrant(request, client));
    } catch (error) {
      setAnswer(null);
      setFailure(error instanceof Error ? error : new Error(String(error)));
    }
  }

  return (
    <Page
      title="Try It"
      about="Sends a password grant to this server, as an application would, and shows everything about it. It is a real login: it is logged, and a wrong password counts."
    >
      <TrialForm send={send} />
      {failure ? <Failure error={failure} /> : null}
      {answer ? <TrialOutcome key={answer.requestId} answer={answer} clear={() => setAnswer(null)} /> : null}
    </Page>
  );
}
