// Pages written as templates in which every value is escaped unless it is a piece of a page itself: markup in a name cannot
// become markup of the page, because nobody has to think of it.

/** A piece of a page. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = string | number | Html | readonly Html[] | null;

/** Puts a piece together: texts are escaped, for content and for attributes in double quotes; null is nothing. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const written = parts.map((part, index) => textOf(part) + (strings[index + 1] ?? ''));
  return new Html((strings[0] ?? '') + written.join(''));
}

function textOf(part: Part): string {
  if (part === null) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'object') return part.map(({ text }) => text).join('');
  return escapeHtml(String(part));
}

/** The text as content or attribute of a page. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
