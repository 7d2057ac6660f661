// The forms in which users are written out: one JSON object a line, a JSON array, or a table for a spreadsheet.
import { stringify } from 'csv-stringify/sync';

export type ExportFormat = 'ndjson' | 'json' | 'csv';

type Entry = Readonly<Record<string, unknown>>;

const ISO_DATE = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** The text of all entries, page by page; a table has these columns. */
export async function* writeEntries(
  pages: AsyncIterable<readonly Entry[]>,
  format: ExportFormat,
  columns: readonly string[],
): AsyncGenerator<string> {
  if (format === 'csv') yield stringify([columns], { quoted: true });
  if (format === 'json') yield '[';
  let isFirst = true;
  for await (const page of pages) {
    if (page.length === 0) continue;
    if (format === 'csv') yield stringify(page.map((entry) => columns.map((name) => cellOf(entry[name]))));
    else if (format === 'ndjson') yield page.map((entry) => `${JSON.stringify(entry)}\n`).join('');
    else yield `${isFirst ? '' : ','}\n${page.map((entry) => JSON.stringify(entry)).join(',\n')}`;
    isFirst = false;
  }
  if (format === 'json') yield '\n]\n';
}

/** Security: a spreadsheet runs what looks like a formula, and users choose their own names; so a quote makes each a text. */
function cellOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return ISO_DATE.test(value) ? value : `'${value}`;
  const text = JSON.stringify(value);
  return typeof value === 'object' ? `'${text}` : text;
}
