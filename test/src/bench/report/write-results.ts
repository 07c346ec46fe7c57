import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeChart } from './chart.js';
import type { Row } from './judge.js';
import type { Machine } from './machine.js';
import { writeMarkdown } from './markdown.js';

/** `<time>.json`, `.md` and `.svg` in the folder of results; returns their common path. */
export async function writeResults(
  directory: string,
  rows: readonly Row[],
  machine: Machine,
): Promise<string> {
  await mkdir(directory, { recursive: true });
  const path = join(directory, machine.at.slice(0, 19).replaceAll(':', '-'));
  await writeFile(`${path}.json`, `${JSON.stringify({ machine, rows }, null, 2)}\n`);
  await writeFile(`${path}.md`, writeMarkdown(rows, machine));
  await writeFile(`${path}.svg`, writeChart(rows));
  return path;
}
