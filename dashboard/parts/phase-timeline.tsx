// The phases of a token request in order: how each ended, what it did, and how long it took.
import './phase-timeline.css';
import { Badge, Group, Text, ThemeIcon } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconMinus, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { InspectedPhase, PhaseOutcome } from '../login-inspection.ts';

const MARKS: Readonly<Record<PhaseOutcome, { readonly icon: ReactNode; readonly color: string }>> = {
  passed: { icon: <IconCheck size={16} />, color: 'gate' },
  refused: { icon: <IconX size={16} />, color: 'red' },
  failed: { icon: <IconAlertTriangle size={16} />, color: 'red' },
  'not reached': { icon: <IconMinus size={16} />, color: 'gray' },
};

interface PhaseTimelineProps {
  readonly phases: readonly InspectedPhase[];
  /** Milliseconds that the whole request took. */
  readonly tookMs: number;
}

/** Shows them. */
export function PhaseTimeline({ phases, tookMs }: PhaseTimelineProps) {
  const inPhases = phases.reduce((sum, { took_ms: ms }) => sum + (ms ?? 0), 0);
  const whole = Math.max(tookMs, inPhases);
  return (
    <div>
      <ol className="phases" aria-label="Phases of the request">
        {phases.map((phase) => (
          <Phase key={phase.phase} phase={phase} whole={whole} />
        ))}
      </ol>
      <Text size="sm" c="dimmed" mt="md">
        {showMs(whole)} in all
        {whole - inPhases >= 0.1 ? `, ${showMs(whole - inPhases)} of them between the phases and for the log.` : '.'}
      </Text>
    </div>
  );
}

function Phase({ phase, whole }: { readonly phase: InspectedPhase; readonly whole: number }) {
  const { title, outcome, took_ms: tookMs, says } = phase;
  const { icon, color } = MARKS[outcome];
  const isReached = outcome !== 'not reached';
  const isEnd = outcome === 'refused' || outcome === 'failed';
  return (
    <li className="phase">
      <ThemeIcon
        className="phase-mark"
        variant={isReached ? 'filled' : 'default'}
        color={color}
        radius="xl"
        aria-hidden
      >
        {icon}
      </ThemeIcon>
      <div className="phase-head">
        <Group gap="xs">
          <Text fw={600} {...(isReached ? {} : { c: 'dimmed' })}>
            {title}
          </Text>
          <Badge variant={isEnd ? 'filled' : 'default'} color={isEnd ? 'red' : 'gray'} tt="none">
            {outcome}
          </Badge>
        </Group>
        {tookMs === null ? null : (
          <>
            <div className="phase-share" aria-hidden>
              <div style={{ width: `${whole === 0 ? 0 : (tookMs / whole) * 100}%` }} />
            </div>
            <Text size="sm" ta="right" ff="monospace">
              {showMs(tookMs)}
            </Text>
          </>
        )}
      </div>
      {isReached || says !== 'Not reached.' ? (
        <Text size="sm" {...(isReached ? {} : { c: 'dimmed' })} className="break-anywhere">
          {says}
        </Text>
      ) : null}
    </li>
  );
}

/** Milliseconds as people read them. */
export function showMs(milliseconds: number): string {
  if (milliseconds < 0.05) return '< 0.1 ms';
  return `${milliseconds < 100 ? Math.round(milliseconds * 10) / 10 : Math.round(milliseconds)} ms`;
}
