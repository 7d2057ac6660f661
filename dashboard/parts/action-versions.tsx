// The versions of an action: which there are, which is deployed, what one was, and the way back to it.
import { Badge, Button, Group, Modal } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { type Action, type ActionVersion, apiPathOfAction } from '../action.ts';
import { useApi, useChange } from '../api-client.ts';
import { useListPage } from '../list-address.ts';
import { useMay } from '../session-context.ts';
import { CodeField } from './code-field.tsx';
import { confirmDestruction } from './confirm.tsx';
import { ListTable } from './list-table.tsx';
import { Loaded } from './loaded.tsx';
import { Section } from './section.tsx';
import { Time } from './time.tsx';
import { tellDone, tellFailure } from './told.ts';

/** Shows them. */
export function ActionVersions({ action: { id, name } }: { readonly action: Action }) {
  const mayDeploy = useMay('create:actions');
  const change = useChange();
  const { uncountedQuery, pagingOf } = useListPage();
  const [seen, setSeen] = useState<ActionVersion | null>(null);
  const list = useApi<{ readonly versions: readonly ActionVersion[]; readonly total: number }>(
    `${apiPathOfAction(id)}/versions?${uncountedQuery}`,
    { isList: true },
  );

  function goBack({ id: versionId, number }: ActionVersion): void {
    confirmDestruction({
      title: `Go back to version ${number}?`,
      words: `A new version of ${name} like version ${number} is made and deployed, with the secrets of then. The draft stays as it is.`,
      label: 'Go back',
      onConfirm: () =>
        change.mutate(
          { method: 'POST', path: `${apiPathOfAction(id)}/versions/${encodeURIComponent(versionId)}/deploy` },
          { onSuccess: () => tellDone(`${name} is as in version ${number} again.`), onError: tellFailure },
        ),
    });
  }

  return (
    <Section
      title="Versions"
      id="versions"
      about="Each time that the draft is deployed, it becomes a version. None ever changes."
    >
      <Loaded query={list}>
        {({ versions, total }) => (
          <ListTable<ActionVersion>
            label="Versions"
            rows={versions}
            idOf={(version) => version.id}
            isLoading={list.isPlaceholderData || change.isPending}
            paging={pagingOf(total)}
            empty="It was never deployed."
            columns={[
              { accessor: 'number', title: 'Version', width: 90 },
              { accessor: 'created_at', title: 'Made', render: (version) => <Time at={version.created_at} /> },
              {
                accessor: 'deployed',
                title: 'Deployed',
                width: 130,
                render: (version) =>
                  version.deployed ? (
                    <Badge variant="light" tt="none" leftSection={<IconCheck size={12} aria-hidden />}>
                      deployed
                    </Badge>
                  ) : null,
              },
              {
                accessor: 'actions',
                title: 'Actions',
                width: 190,
                render: (version) => (
                  <Group gap="xs" wrap="nowrap">
                    <Button
                      size="compact-sm"
                      variant="default"
                      aria-label={`See version ${version.number}`}
                      onClick={() => setSeen(version)}
                    >
                      See
                    </Button>
                    {mayDeploy && !version.deployed ? (
                      <Button
                        size="compact-sm"
                        variant="default"
                        aria-label={`Go back to version ${version.number}`}
                        onClick={() => goBack(version)}
                      >
                        Go back
                      </Button>
                    ) : null}
                  </Group>
                ),
              },
            ]}
          />
        )}
      </Loaded>
      <Modal
        opened={seen !== null}
        onClose={() => setSeen(null)}
        title={`Version ${seen?.number ?? ''}`}
        size="xl"
        transitionProps={{ exitDuration: 0 }}
      >
        <CodeField
          id="version-code"
          label="Code"
          description="What it ran, or runs."
          isReadOnly
          value={seen?.code ?? ''}
        />
      </Modal>
    </Section>
  );
}
