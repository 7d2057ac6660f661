// The charts of the page Health: logins and waits of the last hour, logins of the last thirty days. Each can be read as a table.
import '@mantine/charts/styles.css';
import { BarChart, LineChart } from '@mantine/charts';
import { Table } from '@mantine/core';
import type { ReactNode } from 'react';
import { useApi } from '../api-client.ts';
import type { HealthMinute } from '../health.ts';
import { Folded } from './folded.tsx';
import { Loaded } from './loaded.tsx';
import { Section } from './section.tsx';

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const calendar = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
const HEIGHT = 240;

/** Shows them. */
export default function HealthCharts({ minutes }: { readonly minutes: readonly HealthMinute[] }) {
  const rows = minutes.map((minute) => ({ ...minute, time: clock.format(new Date(minute.at)) }));
  const total = (name: 'logins' | 'failures' | 'turned_away') => minutes.reduce((sum, minute) => sum + minute[name], 0);
  return (
    <>
      <Chart
        title="Logins in the last hour"
        id="logins"
        says={`${total('logins')} logins, ${total('failures')} failures and ${total('turned_away')} turned away in the last hour.`}
        table={
          <Figures
            label="Logins by minute"
            head={['Minute', 'Logins', 'Failures', 'Turned away']}
            rows={rows.map((row) => [row.time, row.logins, row.failures, row.turned_away])}
          />
        }
      >
        <BarChart
          h={HEIGHT}
          data={rows}
          dataKey="time"
          type="stacked"
          withLegend
          series={[
            { name: 'logins', label: 'Logins', color: 'gate.6' },
            { name: 'failures', label: 'Failures', color: 'red.7' },
            { name: 'turned_away', label: 'Turned away', color: 'orange.6' },
          ]}
          yAxisProps={{ allowDecimals: false, width: 40 }}
        />
      </Chart>
      <Chart
        title="Waiting for a password check"
        id="waits"
        says={waitWords(minutes)}
        table={
          <Figures
            label="Waits by minute"
            head={['Minute', 'Half waited at most', '99 of 100 waited at most', 'A login took']}
            rows={rows.map((row) => [
              row.time,
              ...[row.queue_wait_ms_p50, row.queue_wait_ms_p99, row.took_ms_p50].map((ms) =>
                ms === null ? '–' : `${ms} ms`,
              ),
            ])}
          />
        }
      >
        <LineChart
          h={HEIGHT}
          data={rows}
          dataKey="time"
          withLegend
          unit=" ms"
          curveType="linear"
          connectNulls={false}
          series={[
            { name: 'queue_wait_ms_p50', label: 'Half waited at most', color: 'gate.6' },
            { name: 'queue_wait_ms_p99', label: '99 of 100 waited at most', color: 'orange.7', strokeDasharray: '6 4' },
          ]}
          yAxisProps={{ width: 64 }}
        />
      </Chart>
      <Days />
    </>
  );
}

interface Day {
  readonly date: string;
  readonly logins: number;
}

function Days() {
  const days = useApi<readonly Day[]>('/stats/daily');
  return (
    <Loaded query={days}>
      {(found) => {
        const rows = lastThirtyDays(found).map(({ date, logins }) => ({
          day: calendar.format(new Date(date)),
          logins,
        }));
        const total = rows.reduce((sum, { logins }) => sum + logins, 0);
        return (
          <Chart
            title="Logins in the last 30 days"
            id="days"
            says={`${total} logins in the last 30 days.`}
            table={
              <Figures
                label="Logins by day"
                head={['Day', 'Logins']}
                rows={rows.map(({ day, logins }) => [day, logins])}
              />
            }
          >
            <BarChart
              h={HEIGHT}
              data={rows}
              dataKey="day"
              series={[{ name: 'logins', label: 'Logins', color: 'gate.6' }]}
              yAxisProps={{ allowDecimals: false, width: 40 }}
            />
          </Chart>
        );
      }}
    </Loaded>
  );
}

/** The API leaves out days without logins. */
function lastThirtyDays(found: readonly Day[]): Day[] {
  const byDay = new Map(found.map(({ date, logins }) => [date.slice(0, 10), logins]));
  return Array.from({ length: 30 }, (_, back) => {
    const date = new Date(Date.now() - (29 - back) * 86_400_000).toISOString().slice(0, 10);
    return { date, logins: byDay.get(date) ?? 0 };
  });
}

function waitWords(minutes: readonly HealthMinute[]): string {
  const waits = minutes.flatMap(({ queue_wait_ms_p99: wait }) => (wait === null ? [] : [wait]));
  if (waits.length === 0) return 'No password was checked in the last hour.';
  return `In the worst minute of the last hour 99 of 100 logins waited at most ${Math.max(...waits)} ms for a slot. Of all tenants of this server.`;
}

interface ChartProps {
  readonly title: string;
  readonly id: string;
  /** What the chart shows, in one sentence. */
  readonly says: string;
  readonly table: ReactNode;
  readonly children: ReactNode;
}

function Chart({ title, id, says, table, children }: ChartProps) {
  return (
    <Section title={title} id={id} about={says}>
      <div role="img" aria-label={`Chart: ${says}`}>
        {children}
      </div>
      <Folded label="Show as a table">{table}</Folded>
    </Section>
  );
}

interface FiguresProps {
  readonly label: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

function Figures({ label, head, rows }: FiguresProps) {
  return (
    <Table.ScrollContainer minWidth={0} mah={320} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table aria-label={label} stickyHeader>
        <Table.Thead>
          <Table.Tr>
            {head.map((name) => (
              <Table.Th key={name} scope="col">
                {name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row, at) => (
            // Minutes are told by their place: at the end of summer time two have the same name.
            <Table.Tr key={at}>
              {row.map((cell, column) => (
                <Table.Td key={head[column]}>{cell}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
