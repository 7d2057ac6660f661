// How far a job about users is, asked again and again until it has ended.
import { Alert, Progress, Stack, Text } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import { useApi } from '../api-client.ts';
import { Loaded } from './loaded.tsx';

/** A job as the API prints it. */
export interface Job {
  readonly id: string;
  readonly status: 'pending' | 'processing' | 'completed' | 'failed';
  /** Missing until it has begun. */
  readonly percentage_done?: number;
  /** Why it failed. */
  readonly status_details?: string;
  /** Of an import that has ended. */
  readonly summary?: {
    readonly inserted: number;
    readonly updated: number;
    readonly failed: number;
    readonly total: number;
  };
  /** Of an export that has ended: where its file is, for a minute. */
  readonly location?: string;
}

const EVERY_MS = 1000;

interface JobProgressProps {
  readonly id: string;
  /** What is under way, such as `Import`. */
  readonly label: string;
  /** What to show once it has ended, well or not. */
  readonly children: (job: Job) => ReactNode;
}

/** Shows it. */
export function JobProgress({ id, label, children }: JobProgressProps) {
  const [hasEnded, setEnded] = useState(false);
  const job = useApi<Job>(`/jobs/${encodeURIComponent(id)}`, hasEnded ? {} : { everyMs: EVERY_MS });
  const status = job.data?.status;
  useEffect(() => {
    if (status === 'completed' || status === 'failed') setEnded(true);
  }, [status]);
  return (
    <Loaded query={job}>
      {(known) => (
        <Stack gap="md">
          <div role="status">
            <Text size="sm" mb={4}>
              {label}: {wordsOf(known)}
            </Text>
          </div>
          <Progress.Root size="lg">
            <Progress.Section
              value={percentageOf(known)}
              color={known.status === 'failed' ? 'red' : 'gate'}
              aria-label={`${label}, percent done`}
            />
          </Progress.Root>
          {known.status === 'failed' ? (
            <Alert color="red" title={`${label} failed`} role="alert">
              {known.status_details ?? 'The server says no more about it. Try again.'}
            </Alert>
          ) : null}
          {known.status === 'completed' || known.status === 'failed' ? children(known) : null}
        </Stack>
      )}
    </Loaded>
  );
}

function percentageOf({ status, percentage_done: done = 0 }: Job): number {
  return status === 'completed' ? 100 : done;
}

function wordsOf(job: Job): string {
  if (job.status === 'pending') return 'waiting for its turn';
  if (job.status === 'processing') return `${percentageOf(job)} % done`;
  return job.status === 'completed' ? 'done' : 'failed';
}
