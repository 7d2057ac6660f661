// The login flow: which actions run after the password, and in which order.
import { Anchor, Button, Group, Select, Text } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'react-router';
import { type Action, BINDINGS_PATH, type Binding, bindActions, POST_LOGIN, pathOfAction } from '../action.ts';
import { useApi } from '../api-client.ts';
import { useMay } from '../session-context.ts';
import { ListTable } from './list-table.tsx';
import { Loaded } from './loaded.tsx';
import { OrderButtons } from './order-buttons.tsx';
import { RowActions } from './row-actions.tsx';
import { Section } from './section.tsx';
import { tellDone, tellFailure } from './told.ts';

interface Step {
  /** Of the action. */
  readonly id: string;
  readonly name: string;
  readonly version: number | null;
}

/** Shows it. */
export function LoginFlow() {
  // The API binds twenty at most.
  const bindings = useApi<{ readonly bindings: readonly Binding[] }>(`${BINDINGS_PATH}?per_page=100`);
  return (
    <Section
      title="Login flow"
      id="flow"
      about="These run at every login by password, one after the other, in their deployed version. One that fails lets nobody in."
    >
      <Loaded query={bindings}>{(loaded) => <Steps steps={loaded.bindings.flatMap(stepOf)} />}</Loaded>
    </Section>
  );
}

function stepOf({ action, display_name: name }: Binding): Step[] {
  return action ? [{ id: action.id, name, version: action.deployed_version?.number ?? null }] : [];
}

function Steps({ steps }: { readonly steps: readonly Step[] }) {
  const mayChange = useMay('update:actions');
  const [isBusy, setIsBusy] = useState(false);

  async function change(wanted: readonly Step[], words: string, focusAt?: string): Promise<void> {
    if (isBusy) return;
    setIsBusy(true);
    try {
      await bindActions(wanted);
      tellDone(words);
    } catch (error) {
      tellFailure(error);
    } finally {
      setIsBusy(false);
      // Where the row went, the keyboard goes.
      if (focusAt !== undefined) document.getElementById(focusAt)?.focus();
    }
  }

  function move(step: Step, by: -1 | 1): Promise<void> {
    const at = steps.indexOf(step) + by;
    const wanted = steps.filter((one) => one !== step).toSpliced(at, 0, step);
    return change(wanted, `${step.name} runs as number ${at + 1} now.`, idOfMove(step, by));
  }

  return (
    <>
      <ListTable<Step>
        label="Login flow"
        rows={steps}
        idOf={({ id }) => id}
        isLoading={isBusy}
        empty="No action runs at logins. Deploy one, and add it here."
        columns={[
          {
            accessor: 'order',
            title: 'Order',
            width: 70,
            render: (step) => <Text size="sm">{steps.indexOf(step) + 1}</Text>,
          },
          {
            accessor: 'name',
            title: 'Action',
            cellsStyle: () => ({ minWidth: 140 }),
            render: ({ id, name }) => (
              <Anchor component={Link} to={pathOfAction(id)} size="sm" fw={600} className="break-anywhere">
                {name}
              </Anchor>
            ),
          },
          { accessor: 'version', title: 'Version', width: 90 },
          {
            accessor: 'move',
            title: 'Move',
            width: 110,
            hidden: !mayChange || steps.length < 2,
            render: (step) => (
              <OrderButtons
                name={step.name}
                idOf={(by) => idOfMove(step, by)}
                at={steps.indexOf(step)}
                count={steps.length}
                move={(by) => void move(step, by)}
              />
            ),
          },
          {
            accessor: 'actions',
            title: 'Remove',
            width: 90,
            hidden: !mayChange,
            render: (step) => (
              <RowActions
                name={`${step.name} from the login flow`}
                remove={() =>
                  void change(
                    steps.filter((one) => one !== step),
                    `${step.name} runs no more.`,
                  )
                }
              />
            ),
          },
        ]}
      />
      {mayChange ? (
        <AddStep
          steps={steps}
          isBusy={isBusy}
          add={({ id, name }) =>
            change([...steps, { id, name, version: null }], `${name} runs from the next login on.`)
          }
        />
      ) : null}
    </>
  );
}

function idOfMove({ id }: Step, by: -1 | 1): string {
  return `move-${id}-${by === -1 ? 'up' : 'down'}`;
}

interface AddStepProps {
  readonly steps: readonly Step[];
  readonly isBusy: boolean;
  readonly add: (action: Action) => Promise<void>;
}

function AddStep({ steps, isBusy, add }: AddStepProps) {
  const [chosen, setChosen] = useState<string | null>(null);
  const deployed = useApi<{ readonly actions: readonly Action[] }>(
    `/actions/actions?triggerId=${POST_LOGIN}&deployed=true&per_page=100`,
  );
  const offered = (deployed.data?.actions ?? []).filter(({ id }) => steps.every((step) => step.id !== id));
  const action = offered.find(({ id }) => id === chosen);
  return (
    <Group align="flex-end" gap="sm">
      <Select
        label="Add an action"
        description="Those that are deployed and do not run yet"
        placeholder={deployed.data && offered.length === 0 ? 'There is none' : 'Choose one'}
        flex="1 1 240px"
        maw={420}
        data={offered.map(({ id: value, name: label }) => ({ value, label }))}
        searchable
        value={action ? chosen : null}
        onChange={setChosen}
      />
      <Button
        variant="default"
        disabled={!action || isBusy}
        onClick={() => {
          if (action) void add(action);
          setChosen(null);
        }}
      >
        Add
      </Button>
    </Group>
  );
}
