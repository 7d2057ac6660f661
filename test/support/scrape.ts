// Reads the text format of Prometheus (0.0.4), so that tests can ask for a number by name and labels.
import type { ReadableMetrics } from '../../src/metrics/metrics.ts';

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Scrape {
  readonly text: string;
  readonly samples: readonly Sample[];
  /** Every name that a query may ask for, also of what has no number yet. */
  readonly names: ReadonlySet<string>;
  /** The sum of all samples with this name and these labels; null when there is none. */
  readonly value: (name: string, labels?: Readonly<Record<string, string>>) => number | null;
}

/** Reads everything there is. */
export async function scrape(metrics: ReadableMetrics): Promise<Scrape> {
  return parseScrape((await metrics.read()).text);
}

/** Parses it; throws on a line that is none. */
export function parseScrape(text: string): Scrape {
  const samples = text.split('\n').flatMap((line) => (line === '' || line.startsWith('#') ? [] : [parseSample(line)]));
  const names = new Set(samples.map(({ name }) => name));
  for (const [, name = '', type = ''] of text.matchAll(/^# TYPE (\S+) (\w+)$/gm)) {
    for (const suffix of type === 'histogram' ? ['_bucket', '_sum', '_count'] : ['']) names.add(name + suffix);
  }
  return {
    text,
    samples,
    names,
    value(name, labels = {}) {
      const found = samples.filter(
        (sample) =>
          sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
      );
      return found.length === 0 ? null : found.reduce((sum, sample) => sum + sample.value, 0);
    },
  };
}

function parseSample(line: string): Sample {
  const [, name = '', labels = '', value = ''] = /^([a-z0-9_]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
  if (name === '') throw new Error(`This is no sample: ${line}`);
  const pairs = [...labels.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g)].map(([, label = '', text = '']) => [
    label,
    text,
  ]);
  return { name, labels: Object.fromEntries(pairs) as Record<string, string>, value: Number(value) };
}
