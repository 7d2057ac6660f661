// A dialog that asks for a few values and does something with them. It stays open, with what was typed, when the server
// refuses, and says so at the field or above the button.
import { Button, Group, Modal, Stack } from '@mantine/core';
import { type FormErrors, type UseFormReturnType, useForm } from '@mantine/form';
import { type ReactNode, useState } from 'react';
import { Failure } from './loaded.tsx';
import { fieldOf } from './settings-form.tsx';

interface DialogFormProps<Values extends Record<string, unknown>> {
  readonly title: string;
  readonly isOpen: boolean;
  readonly close: () => void;
  readonly initial: Values;
  readonly children: (form: UseFormReturnType<Values>) => ReactNode;
  /** What the button says, such as `Create`. */
  readonly label: string;
  /** Does it; the dialog closes when it resolves. */
  readonly send: (values: Values) => Promise<unknown>;
  /** What is wrong with the values before anybody asks the server: by field. */
  readonly validate?: (values: Values) => FormErrors;
  readonly size?: string;
}

/** Shows it while it is open; each opening starts with the initial values. */
export function DialogForm<Values extends Record<string, unknown>>(props: DialogFormProps<Values>) {
  const { title, isOpen, close, size = 'md' } = props;
  return (
    <Modal
      opened={isOpen}
      onClose={close}
      title={title}
      size={size}
      // What it is about is forgotten at once when it closes: nobody sees it change while it fades.
      transitionProps={{ exitDuration: 0 }}
    >
      <Fields {...props} />
    </Modal>
  );
}

function Fields<Values extends Record<string, unknown>>({
  initial,
  children,
  label,
  send,
  validate,
  close,
}: DialogFormProps<Values>) {
  const form = useForm<Values>({ initialValues: initial, ...(validate ? { validate } : {}) });
  const [failure, setFailure] = useState<Error | null>(null);
  const [isSending, setIsSending] = useState(false);

  async function submit(values: Values): Promise<void> {
    setIsSending(true);
    setFailure(null);
    try {
      await send(values);
      close();
    } catch (error) {
      const failed = error instanceof Error ? error : new Error(String(error));
      const field = fieldOf(failed, Object.keys(values));
      if (field) form.setFieldError(field, failed.message);
      else setFailure(failed);
    } finally {
      setIsSending(false);
    }
  }

  return (
    <form onSubmit={form.onSubmit((values) => void submit(values))} noValidate>
      <Stack gap="md">
        {children(form)}
        {failure ? <Failure error={failure} /> : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" loading={isSending}>
            {label}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
