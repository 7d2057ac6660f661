// The signing secret of an HS256 API: it is never shown, but it can be replaced.
import { Button, Group, Text } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { confirmDestruction } from '../parts/confirm.tsx';
import { Section } from '../parts/section.tsx';
import { tellFailure } from '../parts/told.ts';
import { changeApi, nameOfApi, type ResourceServer } from '../resource-server.ts';
import { useMay } from '../session-context.ts';
import { newSigningSecret, showSigningSecret } from '../signing-secret.ts';

/** Shows what there is to say about it, and the way to another one. */
export function SigningSecret({ api }: { readonly api: ResourceServer }) {
  const mayChange = useMay('update:resource_servers');

  async function rotate(): Promise<void> {
    try {
      const secret = newSigningSecret();
      await changeApi(api.id, { signing_secret: secret });
      await showSigningSecret(nameOfApi(api), secret);
    } catch (error) {
      tellFailure(error);
    }
  }

  return (
    <Section title="Signing Secret" id="signing_secret">
      <Group justify="space-between">
        <Text size="sm" maw={640}>
          The secret was shown when it was made and is not shown again. When it is lost, or somebody else may have it,
          make a new one.
        </Text>
        {mayChange ? (
          <Button
            variant="default"
            leftSection={<IconRefresh size={16} />}
            onClick={() =>
              confirmDestruction({
                title: `Rotate the signing secret of ${nameOfApi(api)}?`,
                words:
                  'The API refuses new tokens until it has the new secret, and then those that were signed with the old one.',
                label: 'Rotate',
                onConfirm: () => void rotate(),
              })
            }
          >
            Rotate secret
          </Button>
        ) : null}
      </Group>
    </Section>
  );
}
