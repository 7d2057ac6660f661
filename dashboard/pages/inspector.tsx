// The login inspector: one token request opened again by its log id or by the request id that its answer carried.
import { Button, Group, TextInput } from '@mantine/core';
import { IconTimeline } from '@tabler/icons-react';
import { type SubmitEvent, useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { ApiFailure, useApi } from '../api-client.ts';
import { inspectionPath, type LoginInspection, verdictOf } from '../login-inspection.ts';
import { Inspection } from '../parts/inspection.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Page } from '../parts/page.tsx';
import { Section } from '../parts/section.tsx';
import { TextLink } from '../parts/text-link.tsx';

/** Shows it, or asks which one. */
export default function Inspector() {
  const { id } = useParams();
  return id === undefined ? <Choice /> : <Opened key={id} id={id} />;
}

function Opened({ id }: { readonly id: string }) {
  const inspection = useApi<LoginInspection>(inspectionPath(id));
  const isMissing = inspection.error instanceof ApiFailure && inspection.error.status === 404;
  return (
    <Page
      title={inspection.data ? verdictOf(inspection.data) : 'Login Inspector'}
      about="The login inspector: one token request, step by step."
      back={{ to: '/logs', label: 'Logs' }}
    >
      {isMissing ? (
        <Section title="No token request is known by this id" about={MISSING}>
          <IdField />
        </Section>
      ) : (
        <Loaded query={inspection}>{(found) => <Inspection inspection={found} />}</Loaded>
      )}
    </Page>
  );
}

const MISSING =
  'It may be a request of another tenant, or one that is older than what the log keeps, or one of many that were turned away at once: those share one event a minute.';

function Choice() {
  return (
    <Page title="Login Inspector" about="Opens one token request again and shows what happened to it, step by step.">
      <Section
        title="Which request?"
        about="Every answer of the token endpoint has its request id in the header x-auth0-requestid. Logs have a log_id."
      >
        <IdField />
        <div>
          <TextLink to="/logs?outcome=failure">Choose among the failed logins</TextLink>
        </div>
      </Section>
    </Page>
  );
}

function IdField() {
  const navigate = useNavigate();
  const [id, setId] = useState('');
  function open(event: SubmitEvent): void {
    event.preventDefault();
    if (id.trim() !== '') void navigate(`/inspector/${encodeURIComponent(id.trim())}`);
  }
  return (
    <form onSubmit={open}>
      <Group align="flex-end" gap="sm">
        <TextInput
          label="Request id or log id"
          value={id}
          onChange={(event) => setId(event.currentTarget.value)}
          autoComplete="off"
          spellCheck={false}
          flex={1}
          miw={220}
          maw={480}
        />
        <Button type="submit" leftSection={<IconTimeline size={16} stroke={1.6} />}>
          Inspect
        </Button>
      </Group>
    </form>
  );
}
