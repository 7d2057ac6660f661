// The end of a page: what destroys the thing that the page is about.
import { Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { callApi, readAgain } from '../api-client.ts';
import { confirmDestruction } from './confirm.tsx';
import { Section } from './section.tsx';
import { tellDone, tellFailure } from './told.ts';

interface DangerZoneProps {
  /** What it is, such as `application`. */
  readonly noun: string;
  readonly name: string;
  /** What is lost with it. */
  readonly words: string;
  /** Of the API: what DELETE is sent to. */
  readonly path: string;
  /** What is read again afterwards, such as `clients`. */
  readonly changes: readonly string[];
  /** The page to go to afterwards. */
  readonly back: string;
}

/** Offers to delete it. */
export function DangerZone({ noun, name, words, path, changes, back }: DangerZoneProps) {
  const navigate = useNavigate();
  const [isBusy, setIsBusy] = useState(false);
  async function destroy(): Promise<void> {
    setIsBusy(true);
    try {
      await callApi('DELETE', path);
      tellDone(`${name} was deleted.`);
      // First away from here: there is nothing left to read for this page.
      await navigate(back);
      await readAgain(...changes);
    } catch (error) {
      tellFailure(error);
    } finally {
      setIsBusy(false);
    }
  }
  return (
    <Section title="Danger Zone">
      <Group justify="space-between">
        <Text size="sm" maw={640}>
          {words}
        </Text>
        <Button
          color="red"
          variant="outline"
          loading={isBusy}
          onClick={() =>
            confirmDestruction({
              title: `Delete the ${noun} ${name}?`,
              words,
              label: 'Delete',
              onConfirm: () => void destroy(),
            })
          }
        >
          Delete this {noun}
        </Button>
      </Group>
    </Section>
  );
}
