// The input of one option in a guided form. An address can lead to it.
import { NumberInput, PasswordInput, Select, Switch, Text, Textarea, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { anchorOf, type OptionField, type OptionValues } from './option-field.ts';
import { isSecretStored } from './option-values.ts';

/** The form as its inputs know it. */
export type OptionForm = UseFormReturnType<Record<string, unknown>>;

interface OptionInputProps {
  readonly field: OptionField;
  readonly form: OptionForm;
  /** The options that are stored, null for a new connection. */
  readonly stored: OptionValues | null;
}

/** Shows it. */
export function OptionInput({ field, form, stored }: OptionInputProps) {
  const common = {
    id: anchorOf(field),
    label: field.label,
    description: <Help text={field.help} name={field.name} />,
    required: field.required === true && !isSecretStored(field, stored),
    ...form.getInputProps(field.name, { type: field.kind === 'switch' ? 'checkbox' : 'input' }),
  };
  switch (field.kind) {
    case 'text':
      return <TextInput {...common} {...placeholderOf(field)} autoComplete="off" spellCheck={false} />;
    case 'lines':
      return <Textarea {...common} {...placeholderOf(field)} autosize minRows={2} spellCheck={false} />;
    case 'long':
      return (
        <Textarea
          {...common}
          {...placeholderOf(field)}
          autosize
          minRows={3}
          maxRows={12}
          spellCheck={false}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 13 } }}
        />
      );
    case 'secret':
      return (
        <PasswordInput
          {...common}
          placeholder={secretPlaceholder(field, stored)}
          autoComplete="new-password"
          visibilityToggleButtonProps={{ 'aria-label': `Show ${field.label}` }}
        />
      );
    case 'number':
      return (
        <NumberInput
          {...common}
          min={field.min}
          max={field.max}
          placeholder={field.standard === null ? '' : String(field.standard)}
          allowDecimal={false}
          styles={{ wrapper: { maxWidth: 220 } }}
        />
      );
    case 'switch':
      return <Switch {...common} required={false} />;
    case 'choice':
      return <Select {...common} data={[...field.choices]} allowDeselect={false} />;
  }
}

/** What it is for; the API's own name of it leads to its documentation. */
function Help({ text, name }: { readonly text: string; readonly name: string }) {
  return (
    <>
      {text}
      {text === '' ? '' : ' '}
      <Text span inherit ff="monospace" className="break-anywhere">
        {name === 'way' ? '' : name}
      </Text>
    </>
  );
}

function placeholderOf({ placeholder }: { readonly placeholder?: string }) {
  return placeholder === undefined ? {} : { placeholder };
}

function secretPlaceholder(field: OptionField, stored: OptionValues | null): string {
  if (stored === null) return '';
  return isSecretStored(field, stored) ? 'Stored. Type another to replace it' : 'Left empty, what is stored stays';
}
