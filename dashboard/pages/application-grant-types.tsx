// Which grants an application may use: those that this server offers, the password grant first, and Auth0's others.
import { Alert, Checkbox, Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { GRANTS, GRANTS_NOT_OFFERED } from '../client.ts';

interface GrantTypesProps {
  readonly value: readonly string[];
  readonly onChange?: (value: string[]) => void;
  readonly error?: ReactNode;
}

/** Shows them as checkboxes. */
export function GrantTypes({ value, onChange, error }: GrantTypesProps) {
  return (
    <div id="grant_types" tabIndex={-1}>
      <Checkbox.Group
        label="Grant Types"
        description="The ways in which the application may ask for tokens"
        value={[...value]}
        error={error}
        {...(onChange ? { onChange } : {})}
      >
        <Stack gap="sm" mt="xs">
          {GRANTS.map((grant) => (
            <Checkbox key={grant.value} value={grant.value} label={grant.label} description={grant.about} />
          ))}
          {value.length === 0 ? (
            <Alert color="yellow" py="xs">
              Without a grant the application gets no token.
            </Alert>
          ) : null}
          <details>
            <Text component="summary" size="sm" style={{ cursor: 'pointer' }}>
              Grants that this server does not offer
            </Text>
            <Text size="sm" my="xs">
              An application that came from Auth0 may have them. Requests with them are refused here.
            </Text>
            <Group gap="md">
              {GRANTS_NOT_OFFERED.map((grant) => (
                <Checkbox key={grant.value} value={grant.value} label={grant.label} />
              ))}
            </Group>
          </details>
        </Stack>
      </Checkbox.Group>
    </div>
  );
}
