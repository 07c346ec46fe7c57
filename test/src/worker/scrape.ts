export interface Sample {
  /** With `_count`, `_sum`, `_bucket` of histograms. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Scrape {
  readonly samples: readonly Sample[];
  /** Type by the name of the metric. */
  readonly types: ReadonlyMap<string, string>;
  /** Sum over the samples of this name that have these labels; undefined: there is none. */
  sum(name: string, labels?: Readonly<Record<string, string>>): number | undefined;
}

/** Reads `/metrics` of a process. */
export async function scrape(url: string): Promise<Scrape> {
  const response = await fetch(`${url}/metrics`);
  const text = await response.text();
  if (!response.ok) {
    throw new Error(`/metrics answered ${response.status}: ${text}`);
  }
  const lines = text.split('\n');
  const samples = lines.flatMap(readSample);
  const types = lines.flatMap((line) => {
    const [, name, type] = /^# TYPE (\S+) (\S+)$/.exec(line) ?? [];
    return name !== undefined && type !== undefined ? [[name, type] as const] : [];
  });
  return {
    samples,
    types: new Map(types),
    sum(name, labels = {}) {
      const found = samples.filter(
        (sample) =>
          sample.name === name &&
          Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
      );
      return found.length === 0 ? undefined : found.reduce((total, { value }) => total + value, 0);
    },
  };
}

function readSample(line: string): Sample[] {
  const [, name, labels = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
  if (name === undefined || value === undefined) {
    return [];
  }
  const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, label = '', text = '']) => [label, text]);
  return [{ name, labels: Object.fromEntries(pairs) as Record<string, string>, value: Number(value) }];
}
