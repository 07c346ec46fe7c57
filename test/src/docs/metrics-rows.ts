import { readFile } from 'node:fs/promises';

const PAGE = new URL('../../../docs/metrics.md', import.meta.url);

/** A row of the table in docs/metrics.md. */
export interface MetricRow {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
  /** The processes that tell it. */
  readonly where: readonly string[];
  readonly meaning: string;
}

export async function readMetricRows(): Promise<MetricRow[]> {
  return (await readFile(PAGE, 'utf8')).split('\n').flatMap((line) => {
    const [, name = '', type = '', labels = '', where = '', meaning = ''] = line
      .split('|')
      .map((cell) => cell.trim());
    return name.startsWith('`hangar_bay_')
      ? [
          {
            name: name.replaceAll('`', ''),
            type,
            labels: labels.match(/\w+/g) ?? [],
            where: where.match(/\w+/g) ?? [],
            meaning,
          },
        ]
      : [];
  });
}
