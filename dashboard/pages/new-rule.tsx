// A new rule: first what it begins with, then its form, and a trial before it is saved.
import { Anchor, Paper, SimpleGrid, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { useChange } from '../api-client.ts';
import { Page } from '../parts/page.tsx';
import { RuleForm, type RuleValues } from '../parts/rule-form.tsx';
import { RuleTrial } from '../parts/rule-trial.tsx';
import { Section } from '../parts/section.tsx';
import { pathOfRule, type Rule } from '../rule.ts';
import { RULE_TEMPLATES, type RuleTemplate } from '../rule-template.ts';
import { useMay } from '../session-context.ts';

/** Shows the templates, or the form for the one that the address names. */
export default function NewRule() {
  const [params] = useSearchParams();
  const template = RULE_TEMPLATES.find(({ value }) => value === params.get('template'));
  return template ? <Form key={template.value} template={template} /> : <Templates />;
}

function Templates() {
  return (
    <Page
      title="Create Rule"
      about="What should it begin with? Everything can be changed."
      back={{ to: '/rules', label: 'Rules' }}
    >
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
        {RULE_TEMPLATES.map(({ value, label, about }) => (
          <Paper key={value} withBorder p="lg">
            <Title order={2} size="h5">
              <Anchor component={Link} to={`/rules/new?template=${value}`} inherit>
                {label}
              </Anchor>
            </Title>
            <Text size="sm" mt={4}>
              {about}
            </Text>
          </Paper>
        ))}
      </SimpleGrid>
    </Page>
  );
}

function Form({ template }: { readonly template: RuleTemplate }) {
  const navigate = useNavigate();
  const mayCreate = useMay('create:rules');
  const change = useChange<Rule>();
  const [stored] = useState<RuleValues>({ name: '', script: template.script, enabled: false });
  const [draft, setDraft] = useState(stored);

  async function create(body: RuleValues): Promise<void> {
    const { id } = await change.mutateAsync({ method: 'POST', path: '/rules', body });
    await navigate(pathOfRule(id));
  }

  return (
    <Page
      title="Create Rule"
      about={`It begins as: ${template.label}. It runs after all the others.`}
      back={{ to: '/rules/new', label: 'Other beginnings' }}
    >
      <Section title="Rule">
        <RuleForm stored={stored} mayChange={mayCreate} saveLabel="Create" save={create} follow={setDraft} />
      </Section>
      <RuleTrial script={draft.script} />
    </Page>
  );
}
