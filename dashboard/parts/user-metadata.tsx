// What applications keep beside a user, as JSON.
import { JsonInput } from '@mantine/core';
import { useChange } from '../api-client.ts';
import { metadataPatch, readMetadata } from '../metadata-patch.ts';
import { useMay } from '../session-context.ts';
import { isAdministrator, type User, userPath } from '../user.ts';
import { Section } from './section.tsx';
import { SettingsForm } from './settings-form.tsx';

const KINDS = [
  ['user_metadata', 'What the user may change: preferences. No decision of yours should rest on it.'],
  ['app_metadata', 'What only you change: a plan, an id in another system, whatever decides what the user may do.'],
] as const;
const NO_OBJECT = 'This is no JSON object: it begins with { and ends with }, and names stand in double quotes.';
type Kind = (typeof KINDS)[number][0];

/** Shows both kinds. */
export function UserMetadata({ user }: { readonly user: User }) {
  const change = useChange();
  const mayUpdate = useMay('update:users');
  const stored = { user_metadata: textOf(user.user_metadata), app_metadata: textOf(user.app_metadata) };

  function save(_values: typeof stored, changed: Partial<typeof stored>, begun: typeof stored): Promise<unknown> {
    const body = Object.fromEntries(
      (Object.entries(changed) as [Kind, string][]).map(([kind, text]) => [
        kind,
        metadataPatch(readMetadata(begun[kind]) ?? {}, readMetadata(text) ?? {}),
      ]),
    );
    return change.mutateAsync({ method: 'PATCH', path: userPath(user.user_id), body });
  }

  return (
    <Section
      title="Metadata"
      about="Saving changes only the members that you changed here, each as a whole: members that somebody else has changed meanwhile stay. A member that you take out, or set to null, is deleted."
    >
      <SettingsForm
        stored={stored}
        save={save}
        mayChange={mayUpdate && !isAdministrator(user)}
        validate={(values) =>
          Object.fromEntries(
            KINDS.filter(([kind]) => readMetadata(values[kind]) === null).map(([kind]) => [kind, NO_OBJECT]),
          )
        }
      >
        {(form) =>
          KINDS.map(([kind, help]) => (
            <JsonInput
              key={kind}
              id={kind}
              label={kind}
              description={help}
              formatOnBlur
              validationError={NO_OBJECT}
              autosize
              minRows={5}
              maxRows={24}
              spellCheck={false}
              {...form.getInputProps(kind)}
            />
          ))
        }
      </SettingsForm>
    </Section>
  );
}

function textOf(metadata: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify(metadata, null, 2);
}
