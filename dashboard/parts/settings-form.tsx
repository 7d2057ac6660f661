// A form that changes something that exists. It keeps what was typed until the server took it, says what the server did not
// take at the field it was about, and asks before a page with unsaved changes is left.
import { Button, Group, Stack, Text } from '@mantine/core';
import { type FormErrors, type UseFormReturnType, useForm } from '@mantine/form';
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { ApiFailure } from '../api-client.ts';
import { useUnsaved } from './leave-guard.tsx';
import { Failure } from './loaded.tsx';
import { tellDone } from './told.ts';

interface SettingsFormProps<Values extends Record<string, unknown>> {
  /** What is stored; the form follows it as long as nobody has typed. */
  readonly stored: Values;
  readonly children: (form: UseFormReturnType<Values>) => ReactNode;
  /**
   * Stores the values; rejects with the server's refusal. What changed is told from what the form began with, which it is given
   * too: what somebody else stored meanwhile is no change of this form's, and stays.
   */
  readonly save: (values: Values, changed: Partial<Values>, begun: Values) => Promise<unknown>;
  /** What is wrong with the values before anybody asks the server: by field. */
  readonly validate?: (values: Values) => FormErrors;
  /** False shows the values only. */
  readonly mayChange: boolean;
  readonly saveLabel?: string;
}

/** Shows it. */
export function SettingsForm<Values extends Record<string, unknown>>({
  stored,
  children,
  save,
  validate,
  mayChange,
  saveLabel = 'Save',
}: SettingsFormProps<Values>) {
  const form = useForm<Values>({ initialValues: stored, ...(validate ? { validate } : {}) });
  const [failure, setFailure] = useState<Error | null>(null);
  const [isSaving, setIsSaving] = useState(false);
  const isDirty = form.isDirty();
  const text = JSON.stringify(stored);
  const followed = useRef(text);
  // Before anything is painted: a click that came between would be on values that are about to be replaced.
  useLayoutEffect(() => {
    if (text === followed.current || form.isDirty()) return;
    followed.current = text;
    const values = JSON.parse(text) as Values;
    form.setInitialValues(values);
    form.setValues(values);
    // Only what is stored decides: the form itself is another object at each turn.
  }, [text]);
  useUnsaved(isDirty && !isSaving);

  async function submit(values: Values): Promise<void> {
    setIsSaving(true);
    setFailure(null);
    try {
      const begun = JSON.parse(followed.current) as Values;
      await save(values, changedMembers(begun, values), begun);
      followed.current = JSON.stringify(values);
      form.resetDirty(values);
      tellDone('Saved.');
    } catch (error) {
      const failed = error instanceof Error ? error : new Error(String(error));
      const field = fieldOf(failed, Object.keys(values));
      if (field) form.setFieldError(withMember(field, failed, values), failed.message);
      else setFailure(failed);
    } finally {
      setIsSaving(false);
    }
  }

  return (
    <form onSubmit={form.onSubmit((values) => void submit(values))} noValidate>
      <fieldset disabled={!mayChange} style={{ border: 0, margin: 0, padding: 0, minWidth: 0 }}>
        <Stack gap="md">
          {children(form)}
          {failure ? <Failure error={failure} /> : null}
          {mayChange ? (
            <Group>
              <Button type="submit" loading={isSaving} disabled={!isDirty}>
                {saveLabel}
              </Button>
              {isDirty ? (
                <Button variant="default" onClick={() => form.reset()}>
                  Undo changes
                </Button>
              ) : null}
            </Group>
          ) : (
            <Text size="sm" c="dimmed">
              You may look at this, but not change it.
            </Text>
          )}
        </Stack>
      </fieldset>
    </form>
  );
}

/** Which of these fields a refusal is about: the one that the API names, or the one that its words speak of. */
export function fieldOf(failure: Error, names: readonly string[]): string | undefined {
  const members = failure instanceof ApiFailure ? (failure.property?.split('.') ?? []) : [];
  return (
    names.find((name) => members.includes(name)) ??
    names.find((name) => new RegExp(`\\b${name}\\b`).test(failure.message))
  );
}

/** Of a field that has members of its own, the one that the API names: `profile_map.email`. */
function withMember(field: string, failure: Error, values: Readonly<Record<string, unknown>>): string {
  const members = failure instanceof ApiFailure ? (failure.property?.split('.') ?? []) : [];
  const member = members[members.indexOf(field) + 1];
  const value = values[field];
  const hasMember = typeof value === 'object' && value !== null && !Array.isArray(value);
  return hasMember && member !== undefined && Object.hasOwn(value, member) ? `${field}.${member}` : field;
}

function changedMembers<Values extends Record<string, unknown>>(begun: Values, values: Values): Partial<Values> {
  const changed = Object.entries(values).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(begun[name]),
  );
  return Object.fromEntries(changed) as Partial<Values>;
}
