// Rules: the list of them in the order in which they run, and the values that are kept for them.
import { Anchor, Button, Switch, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { useChange } from '../api-client.ts';
import { useEveryEntry } from '../every-entry.ts';
import { useListPage } from '../list-address.ts';
import { ListTable } from '../parts/list-table.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { OrderButtons } from '../parts/order-buttons.tsx';
import { Page } from '../parts/page.tsx';
import { RuleConfigs } from '../parts/rule-configs.tsx';
import { Section } from '../parts/section.tsx';
import { tellDone, tellFailure } from '../parts/told.ts';
import { pathOfRule, type RuleEntry, swapRules } from '../rule.ts';
import { useMay } from '../session-context.ts';

/** Shows them. */
export default function Rules() {
  const mayCreate = useMay('create:rules');
  const mayReadValues = useMay('read:rules_configs');
  // Without their code, and all of them: the neighbours of a rule may be on another page.
  const rules = useEveryEntry<RuleEntry>('/rules?fields=id,name,order,enabled', 'rules');
  return (
    <Page
      title="Rules"
      about="JavaScript of your own that runs at logins by password: it adds claims, changes the scope, or says no."
      actions={
        mayCreate ? (
          <Button component={Link} to="/rules/new" leftSection={<IconPlus size={16} />}>
            Create Rule
          </Button>
        ) : null
      }
    >
      <Section
        title="In their order"
        id="order"
        about="The first rule that says no is the last one that runs. One that fails lets nobody in."
      >
        <Loaded query={rules}>{(loaded) => <Table rules={loaded} />}</Loaded>
      </Section>
      {mayReadValues ? <RuleConfigs /> : null}
    </Page>
  );
}

function Table({ rules }: { readonly rules: readonly RuleEntry[] }) {
  const mayChange = useMay('update:rules');
  const change = useChange();
  const [isMoving, setIsMoving] = useState(false);
  const { page, size, pagingOf } = useListPage(50);
  const first = (page - 1) * size;

  async function move(rule: RuleEntry, by: -1 | 1): Promise<void> {
    const at = rules.indexOf(rule);
    const other = rules[at + by];
    if (isMoving || !other) return;
    setIsMoving(true);
    try {
      await swapRules(rules, rule, other);
      tellDone(`${rule.name} runs as number ${at + by + 1} now.`);
    } catch (error) {
      tellFailure(error);
    } finally {
      setIsMoving(false);
      // Where the row went, the keyboard goes.
      document.getElementById(idOfMove(rule, by))?.focus();
    }
  }

  function enable(rule: RuleEntry, enabled: boolean): void {
    change.mutate(
      { method: 'PATCH', path: pathOfRule(rule.id), body: { enabled } },
      {
        onSuccess: () => tellDone(enabled ? `${rule.name} runs from the next login on.` : `${rule.name} runs no more.`),
        onError: tellFailure,
      },
    );
  }

  return (
    <ListTable<RuleEntry>
      label="Rules"
      rows={rules.slice(first, first + size)}
      idOf={({ id }) => id}
      isLoading={isMoving}
      paging={pagingOf(rules.length)}
      empty="There are no rules yet. Without them a right password lets everybody in."
      columns={[
        {
          accessor: 'order',
          title: 'Order',
          width: 70,
          render: (rule) => <Text size="sm">{rules.indexOf(rule) + 1}</Text>,
        },
        {
          accessor: 'name',
          title: 'Name',
          cellsStyle: () => ({ minWidth: 140 }),
          render: ({ id, name }) => (
            <Anchor component={Link} to={pathOfRule(id)} size="sm" fw={600} className="break-anywhere">
              {name}
            </Anchor>
          ),
        },
        {
          accessor: 'enabled',
          title: 'Enabled',
          width: 100,
          render: (rule) => (
            <Switch
              aria-label={`Enable ${rule.name}`}
              label={rule.enabled ? 'on' : 'off'}
              checked={rule.enabled}
              disabled={!mayChange || change.isPending}
              onChange={(event) => enable(rule, event.currentTarget.checked)}
            />
          ),
        },
        {
          accessor: 'move',
          title: 'Move',
          width: 110,
          hidden: !mayChange || rules.length < 2,
          render: (rule) => (
            <OrderButtons
              name={rule.name}
              idOf={(by) => idOfMove(rule, by)}
              at={rules.indexOf(rule)}
              count={rules.length}
              move={(by) => void move(rule, by)}
            />
          ),
        },
      ]}
    />
  );
}

function idOfMove({ id }: RuleEntry, by: -1 | 1): string {
  return `move-${id}-${by === -1 ? 'up' : 'down'}`;
}
