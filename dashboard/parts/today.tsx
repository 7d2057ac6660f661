// How many logins there were today, and how many failed.
import { SimpleGrid, Text } from '@mantine/core';
import { useApi } from '../api-client.ts';
import { type LogTone, logTypesOf } from '../log-event.ts';
import { Failure } from './loaded.tsx';
import { Section } from './section.tsx';
import { TextLink } from './text-link.tsx';

const REFRESH_MS = 60_000;

/** Shows it: since midnight where the browser is. */
export function Today() {
  const since = new Date();
  since.setHours(0, 0, 0, 0);
  return (
    <Section title="Today" id="today" about="Token requests since midnight, as the log knows them.">
      <SimpleGrid cols={2}>
        <Count label="Successful logins" tone="success" since={since} />
        <Count label="Failed logins" tone="failure" since={since} />
      </SimpleGrid>
      <div>
        <TextLink to="/health">How the server is</TextLink>
      </div>
    </Section>
  );
}

interface CountProps {
  readonly label: string;
  readonly tone: LogTone;
  readonly since: Date;
}

function Count({ label, tone, since }: CountProps) {
  const q = `type:(${logTypesOf(tone).join(' OR ')}) AND date:[${since.toISOString()} TO *]`;
  const query = new URLSearchParams({ q, per_page: '1', include_totals: 'true', fields: 'log_id' });
  const found = useApi<{ readonly total: number }>(`/logs?${query}`, { everyMs: REFRESH_MS });
  if (found.isError && !found.data) return <Failure error={found.error} />;
  return (
    <div>
      <Text fz={32} fw={600} lh={1.2}>
        {found.data ? found.data.total.toLocaleString('en') : '…'}
      </Text>
      <TextLink to={`/logs?outcome=${tone}`}>{label}</TextLink>
    </div>
  );
}
