// What a guided form knows of the options of a connection: which there are, in which groups, and what each is for. The forms
// of all kinds are made of it.

/** What is typed or chosen, by option; options inside options have objects of their own, lists have one entry a line. */
export type OptionValues = Readonly<Record<string, unknown>>;

interface Field {
  /** The name of the option, such as `urls` or, inside another, `profile_map.email`. */
  readonly name: string;
  readonly label: string;
  readonly help: string;
  /** True when nothing works without it. */
  readonly required?: boolean;
  /** True when it has an effect beside these values; others are neither shown nor sent. Always when left out. */
  readonly applies?: (values: OptionValues) => boolean;
}

interface TextField extends Field {
  readonly kind: 'text' | 'lines' | 'long' | 'secret';
  /** An example, or what holds when nothing is typed. */
  readonly placeholder?: string;
  /** Of a secret: true when what is stored must have it. */
  readonly isStored?: (options: OptionValues) => boolean;
}

interface NumberField extends Field {
  readonly kind: 'number';
  /** What holds when nothing is typed; null where another option decides. */
  readonly standard: number | null;
  readonly min: number;
  readonly max: number;
}

interface SwitchField extends Field {
  readonly kind: 'switch';
  /** What holds when nobody said anything. */
  readonly standard: boolean;
}

interface ChoiceField extends Field {
  readonly kind: 'choice';
  readonly choices: readonly { readonly value: string; readonly label: string }[];
  /** What holds when nobody said anything. */
  readonly standard: string;
  /** For a question that is no option itself: what the options say to it. */
  readonly derived?: (options: OptionValues) => string;
}

/** One option, or one question about several. */
export type OptionField = TextField | NumberField | SwitchField | ChoiceField;

/** Options that are about the same thing. */
export interface OptionGroup {
  readonly title: string;
  readonly about?: string;
  /** True for what most people leave alone: it is folded away. */
  readonly isAdvanced?: boolean;
  readonly fields: readonly OptionField[];
}

/** The form of one kind of connection. */
export interface StrategyForm {
  /** What this kind is for, in one or two sentences. */
  readonly about: string;
  /** What to do elsewhere before the form can be filled in. */
  readonly before?: readonly string[];
  readonly groups: readonly OptionGroup[];
}

/** The id of its input: what the API calls it, such as `options.urls`. */
export function anchorOf({ name }: Pick<OptionField, 'name'>): string {
  return `options.${name}`;
}

/** What was typed into a text field; empty for whatever is no text. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}
