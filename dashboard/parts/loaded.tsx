// Shows what was read, or that it is under way, or why it could not be had and what to do.
import { Alert, Button, Center, Code, Group, Loader, Stack, Text } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ApiFailure } from '../api-client.ts';

interface LoadedProps<T> {
  readonly query: UseQueryResult<T>;
  readonly children: (data: T) => ReactNode;
}

/** Shows it. */
export function Loaded<T>({ query, children }: LoadedProps<T>) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  return (
    <Center py="xl">
      <Loader aria-label="Loading" />
    </Center>
  );
}

/** Why something could not be had or done, in the API's words. */
export function Failure({ error, retry }: { readonly error: Error; readonly retry?: () => void }) {
  const requestId = error instanceof ApiFailure ? error.requestId : null;
  return (
    <Alert color="red" title={titleOf(error)} role="alert">
      <Stack gap="xs" align="flex-start">
        <Text size="sm" className="break-anywhere">
          {error.message}
        </Text>
        {requestId ? (
          <Text size="xs" c="dimmed">
            Request <Code>{requestId}</Code>
          </Text>
        ) : null}
        {retry ? (
          <Group>
            <Button size="xs" variant="default" onClick={retry}>
              Try again
            </Button>
          </Group>
        ) : null}
      </Stack>
    </Alert>
  );
}

function titleOf(error: Error): string {
  if (!(error instanceof ApiFailure)) return 'The server could not be reached';
  if (error.status === 403) return 'You may not do this';
  if (error.status === 404) return 'This is not there (any more)';
  if (error.status === 429 || error.status === 503) return 'The server has too much to do';
  return error.status >= 500 ? 'The server failed' : 'The server did not accept this';
}
