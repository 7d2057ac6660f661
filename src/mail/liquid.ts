// Renders what tenants write in Liquid, as Auth0 does. Security: templates are strangers' code. They reach no files and no
// prototypes, and end at bounds of size, time and memory. Called by write-mail.ts and the API that takes templates.
import type { Liquid } from 'liquidjs';
import { escapeHtml } from '../lib/html.ts';

/** Most characters of a template. */
export const LONGEST_TEMPLATE = 64 * 1024;
const LONGEST_RENDER_MS = 200;
/** Counted by the library in characters and elements, roughly. */
const MOST_MEMORY = 2_000_000;

interface Engines {
  readonly html: Liquid;
  readonly text: Liquid;
}

let made: Promise<Engines> | null = null;

async function createEngines(): Promise<Engines> {
  const { Liquid: Engine } = await import('liquidjs');
  const options = {
    // No template is read from anywhere: `include` finds nothing.
    templates: {},
    ownPropertyOnly: true,
    strictFilters: true,
    dynamicPartials: false,
    parseLimit: LONGEST_TEMPLATE,
    renderLimit: LONGEST_RENDER_MS,
    memoryLimit: MOST_MEMORY,
  };
  return {
    // Security: a value is text, wherever its owner forgot to say so. What `escape` has made an entity stays one.
    html: new Engine({ ...options, outputEscape: (value: unknown) => escapeOnce(textOf(value)) }),
    text: new Engine(options),
  };
}

/** The HTML of a template, in which values are escaped; throws what the library says is wrong with it. */
export async function renderHtml(template: string, variables: object): Promise<string> {
  const { html } = await (made ??= createEngines());
  return String(await html.parseAndRender(template, variables));
}

/** The same of a template of one line of text. */
export async function renderLine(template: string, variables: object): Promise<string> {
  const { text } = await (made ??= createEngines());
  const line = String(await text.parseAndRender(template, variables));
  return line.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === null || value === undefined ? '' : JSON.stringify(value);
}

function escapeOnce(text: string): string {
  return text
    .split(/(&(?:#\d{1,7}|#x[0-9a-f]{1,6}|amp|lt|gt|quot|apos);)/i)
    .map((part, index) => (index % 2 === 1 ? part : escapeHtml(part)))
    .join('');
}
