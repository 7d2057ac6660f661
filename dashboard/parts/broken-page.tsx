// What is shown in place of a page that is not there, or that failed.
import { Alert, Anchor, Button, Stack } from '@mantine/core';
import { Link, useRouteError } from 'react-router';
import { Page } from './page.tsx';

/** An address that leads nowhere. */
export function MissingPage() {
  return (
    <Page title="There is no such page">
      <Stack align="flex-start">
        The address may be of something that was deleted.
        <Anchor component={Link} to="/">
          Go to the overview
        </Anchor>
      </Stack>
    </Page>
  );
}

/** A page that failed; what it says helps whoever mends it. */
export function BrokenPage() {
  const error = useRouteError();
  return (
    <Page title="This page failed">
      <Stack align="flex-start">
        <Alert color="red" title="What went wrong" role="alert">
          {error instanceof Error ? error.message : 'Something unexpected happened.'}
        </Alert>
        <Button onClick={() => location.reload()}>Load the page again</Button>
      </Stack>
    </Page>
  );
}
