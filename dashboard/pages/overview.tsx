// The first page: whether what a login needs is there, how today went, and what people come here to do.
import { Button, Group, SimpleGrid } from '@mantine/core';
import { IconPlus, IconTerminal2, IconUserPlus } from '@tabler/icons-react';
import { Link } from 'react-router';
import { Essentials } from '../parts/essentials.tsx';
import { Page } from '../parts/page.tsx';
import { RefusedLately } from '../parts/refused-lately.tsx';
import { Today } from '../parts/today.tsx';
import { useMay } from '../session-context.ts';

/** Shows it. */
export default function Overview() {
  const mayCreateClients = useMay('create:clients');
  const mayCreateUsers = useMay('create:users');
  return (
    <Page
      title="Overview"
      actions={
        <Group gap="xs">
          <Button component={Link} to="/try-it" leftSection={<IconTerminal2 size={16} stroke={1.6} />}>
            Try It
          </Button>
          {mayCreateClients ? (
            <Button
              component={Link}
              to="/applications"
              variant="default"
              leftSection={<IconPlus size={16} stroke={1.6} />}
            >
              Create application
            </Button>
          ) : null}
          {mayCreateUsers ? (
            <Button
              component={Link}
              to="/users/new"
              variant="default"
              leftSection={<IconUserPlus size={16} stroke={1.6} />}
            >
              Add user
            </Button>
          ) : null}
        </Group>
      }
    >
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <Essentials />
        <Today />
      </SimpleGrid>
      <RefusedLately />
    </Page>
  );
}
