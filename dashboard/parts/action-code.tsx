// The code of an action: the draft in an editor, what is deployed of it, a trial, and its end.
import { Button, Group, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { type Action, apiPathOfAction, POST_LOGIN, triggerOf } from '../action.ts';
import { useChange } from '../api-client.ts';
import { useMay } from '../session-context.ts';
import { ActionTrial } from './action-trial.tsx';
import { CodeField } from './code-field.tsx';
import { DangerZone } from './danger-zone.tsx';
import { DeploymentBadge } from './deployment-badge.tsx';
import { Follow } from './follow.tsx';
import { Section } from './section.tsx';
import { SettingsForm } from './settings-form.tsx';
import { tellDone, tellFailure } from './told.ts';

/** Shows it. */
export function ActionCode({ action }: { readonly action: Action }) {
  const { id, name, code } = action;
  const mayChange = useMay('update:actions');
  const mayDelete = useMay('delete:actions');
  const change = useChange();
  const stored = { name, code };
  const [typed, setTyped] = useState(stored);
  const isSaved = typed.name === name && typed.code === code;
  return (
    <>
      <Section title="Draft">
        <SettingsForm
          stored={stored}
          mayChange={mayChange}
          saveLabel="Save draft"
          save={(_values, body) => change.mutateAsync({ method: 'PATCH', path: apiPathOfAction(id), body })}
          validate={(values) => (values.name.trim() === '' ? { name: 'It needs a name.' } : {})}
        >
          {(form) => (
            <>
              <TextInput
                id="name"
                label="Name"
                required
                maxLength={255}
                maw={480}
                autoComplete="off"
                {...form.getInputProps('name')}
              />
              <CodeField
                id="code"
                label="Code"
                description="The body of a module that exports onExecutePostLogin."
                isReadOnly={!mayChange}
                {...form.getInputProps('code')}
              />
              <Follow values={form.values} to={setTyped} />
            </>
          )}
        </SettingsForm>
      </Section>
      <Deployment action={action} isSaved={isSaved} />
      {triggerOf(action) === POST_LOGIN ? <ActionTrial id={id} isSaved={isSaved} /> : null}
      {mayDelete ? (
        <DangerZone
          noun="action"
          name={name}
          words="Its code, its versions and its secrets are lost. One that runs at logins has to be taken out of the login flow first."
          path={apiPathOfAction(id)}
          changes={['actions']}
          back="/actions"
        />
      ) : null}
    </>
  );
}

interface DeploymentProps {
  readonly action: Action;
  /** False while the editor has what is not saved. */
  readonly isSaved: boolean;
}

function Deployment({ action, isSaved }: DeploymentProps) {
  // The API asks for this to deploy, too.
  const mayDeploy = useMay('create:actions');
  const deploy = useChange();
  const { all_changes_deployed: isDeployed, name } = action;
  const trigger = triggerOf(action);
  return (
    <Section title="Deploy" id="deploy" about="Logins run the deployed version. The draft waits until it is deployed.">
      {trigger === POST_LOGIN ? null : (
        <Text size="sm">It is written for the trigger {trigger}, at which this version of Gatehouse runs nothing.</Text>
      )}
      <Group gap="md">
        <DeploymentBadge action={action} />
        {mayDeploy ? (
          <Button
            disabled={isDeployed || !isSaved}
            loading={deploy.isPending}
            onClick={() =>
              deploy.mutate(
                { method: 'POST', path: `${apiPathOfAction(action.id)}/deploy` },
                { onSuccess: () => tellDone(`${name} is deployed.`), onError: tellFailure },
              )
            }
          >
            Deploy
          </Button>
        ) : null}
        {isSaved ? null : <Text size="sm">Save the draft first.</Text>}
      </Group>
    </Section>
  );
}
