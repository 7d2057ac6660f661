// Health: how the server is now, how logins went in the last hour, and how many there were in the last thirty days.
import { Badge, Group, Progress, SimpleGrid, Stack, Text } from '@mantine/core';
import type { DataTableColumn } from 'mantine-datatable';
import { lazy, Suspense } from 'react';
import { useApi } from '../api-client.ts';
import type { DirectoryHealth, Health as HealthNow } from '../health.ts';
import { connectionAddress } from '../log-event.ts';
import { Facts } from '../parts/facts.tsx';
import { ListTable } from '../parts/list-table.tsx';
import { Failure, Loaded } from '../parts/loaded.tsx';
import { Page } from '../parts/page.tsx';
import { Section } from '../parts/section.tsx';
import { TextLink } from '../parts/text-link.tsx';
import { Time } from '../parts/time.tsx';
import { strategyLabel } from '../strategy.ts';

const HealthCharts = lazy(() => import('../parts/health-charts.tsx'));
const EVERY_MS = 5000;
const ENGINES: Readonly<Record<string, string>> = { sqlite: 'SQLite', postgresql: 'PostgreSQL' };

/** Shows it. */
export default function Health() {
  const health = useApi<HealthNow>('/health', { everyMs: EVERY_MS });
  return (
    <Page title="Health" about="What the server that answers knows of itself. It is read again every five seconds.">
      {health.isError && health.data ? <Failure error={health.error} retry={() => void health.refetch()} /> : null}
      <Loaded query={health}>
        {(now) => (
          <>
            <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="lg">
              <Server health={now} />
              <Hashing hashing={now.hashing} />
            </SimpleGrid>
            <Directories directories={now.directories} />
            <Suspense fallback={<Text>Loading the charts …</Text>}>
              <HealthCharts minutes={now.minutes} />
            </Suspense>
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Server({ health: { node, version, started_at: startedAt, database } }: { readonly health: HealthNow }) {
  return (
    <Section title="Server" id="server">
      <Facts
        label="The server"
        facts={[
          [
            'State',
            <Badge key="state" tt="none">
              answers
            </Badge>,
          ],
          ['Version', version],
          ['Node', node],
          ['Started', <Time key="started" at={startedAt} />],
          ['Database', `${ENGINES[database.engine] ?? database.engine}, answers in ${database.answers_in_ms} ms`],
        ]}
      />
    </Section>
  );
}

function Hashing({ hashing: { slots, busy, waiting, budget_ms: budgetMs } }: Pick<HealthNow, 'hashing'>) {
  return (
    <Section title="Password checks" id="hashing" about="Each check of a stored password takes a slot.">
      <Stack gap="xs">
        <Text size="sm">
          {busy} of {slots} slots are busy
        </Text>
        <Progress
          value={slots === 0 ? 0 : (busy / slots) * 100}
          size="lg"
          color={busy === slots ? 'orange' : 'gate'}
          aria-label="Slots that are busy"
        />
        <Text size="sm">
          {waiting === 0 ? 'Nobody waits.' : `${waiting} logins wait for a slot.`} Nobody waits longer than {budgetMs}{' '}
          ms: who would have to is turned away.
        </Text>
      </Stack>
    </Section>
  );
}

const STATES = {
  working: { words: 'works', color: 'gate' },
  resting: { words: 'left alone after failures', color: 'red' },
  unknown: { words: 'not asked yet', color: 'gray' },
} as const;

const COLUMNS: DataTableColumn<DirectoryHealth>[] = [
  {
    accessor: 'name',
    title: 'Connection',
    render: ({ connection_id: id, name }) => <TextLink to={connectionAddress(id)}>{name}</TextLink>,
  },
  { accessor: 'strategy', title: 'Kind', render: ({ strategy }) => strategyLabel(strategy) },
  {
    accessor: 'state',
    title: 'State',
    render: ({ state, resting_until: until }) => (
      <Group gap="xs">
        <Badge variant="light" color={STATES[state].color} tt="none">
          {STATES[state].words}
        </Badge>
        {until === null ? null : (
          <Text size="sm">
            asked again <Time at={until} />
          </Text>
        )}
      </Group>
    ),
  },
  { accessor: 'in_flight', title: 'Logins under way', textAlign: 'right' },
  {
    accessor: 'last_outage',
    title: 'Last outage',
    render: ({ last_outage: outage }) =>
      outage === null ? (
        'None'
      ) : (
        <Text size="sm">
          {outage.reason}, <Time at={outage.at} />
        </Text>
      ),
  },
];

function Directories({ directories }: Pick<HealthNow, 'directories'>) {
  return (
    <Section
      title="Directories"
      id="directories"
      about="Connections that ask another server about passwords. One that fails several times in a row is left alone for some seconds."
    >
      <ListTable
        label="Directories"
        rows={directories}
        idOf={(directory) => directory.connection_id}
        columns={COLUMNS}
        empty="No connection asks another server: all passwords are checked here."
      />
    </Section>
  );
}
