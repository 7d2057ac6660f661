// A secret that the server has just made: shown once, kept nowhere.
import { Button, Code, CopyButton, Group, Stack, Text } from '@mantine/core';
import { modals } from '@mantine/modals';

interface Shown {
  /** Such as `The client secret of Shop`. */
  readonly title: string;
  readonly secret: string;
  /** Where it belongs, and what it is for. */
  readonly words: string;
}

/** Shows it; resolves when whoever sees it says that it is kept. */
export function showSecretOnce({ title, secret, words }: Shown): Promise<void> {
  return new Promise((resolve) => {
    const id = modals.open({
      title,
      size: 'lg',
      // Nobody loses it by a click beside the dialog.
      closeOnClickOutside: false,
      closeOnEscape: false,
      withCloseButton: false,
      onClose: resolve,
      children: (
        <Stack gap="md">
          <Text size="sm">{words} It is not shown again.</Text>
          <Code block className="break-anywhere" style={{ whiteSpace: 'pre-wrap' }}>
            {secret}
          </Code>
          <Group justify="flex-end">
            <CopyButton value={secret}>
              {({ copied, copy }) => (
                <Button variant="default" onClick={copy} data-autofocus>
                  {copied ? 'Copied' : 'Copy'}
                </Button>
              )}
            </CopyButton>
            <Button onClick={() => modals.close(id)}>I have kept it</Button>
          </Group>
        </Stack>
      ),
    });
  });
}
