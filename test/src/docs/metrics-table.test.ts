import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startApi, type ApiUnderTest } from '../api/api-under-test.js';
import { startMaintainedDatabase, type MaintainedDatabase } from '../maintenance/maintained-database.js';
import { scrape, type Scrape } from '../worker/scrape.js';

const PAGE = new URL('../../../docs/metrics.md', import.meta.url);
/** Labels that prom-client adds to histograms. */
const OWN_LABELS = new Set(['le']);

interface Row {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
  readonly where: readonly string[];
}

let api: ApiUnderTest;
let maintained: MaintainedDatabase;
let told: Readonly<Record<string, Scrape>>;
let rows: readonly Row[];

beforeAll(async () => {
  [api, maintained] = await Promise.all([startApi(), startMaintainedDatabase()]);
  await fetch(`${api.url}/api/v1/regions`);
  told = { api: await scrape(api.url), worker: await scrape(maintained.probeUrl) };
  rows = readRows(await readFile(PAGE, 'utf8'));
});

afterAll(async () => {
  await Promise.all([api.stop(), maintained.stop()]);
});

test('docs/metrics.md lists every metric of each process, with its type', () => {
  for (const [process, { types }] of Object.entries(told)) {
    const listed = rows.filter(({ where }) => where.includes(process)).map(({ name, type }) => [name, type]);
    const ours = [...types].filter(([name]) => name.startsWith('hangar_bay_'));
    expect(listed.sort()).toEqual(ours.sort());
  }
});

test('docs/metrics.md names the labels', () => {
  const labelsOf = new Map(rows.map(({ name, labels }) => [name, labels]));
  for (const { name, labels } of Object.values(told).flatMap(({ samples }) => samples)) {
    const documented = labelsOf.get(name) ?? labelsOf.get(name.replace(/_(count|sum|bucket)$/, ''));
    if (documented !== undefined) {
      const own = Object.keys(labels).filter((label) => !OWN_LABELS.has(label));
      expect([name, ...own.sort()]).toEqual([name, ...[...documented].sort()]);
    }
  }
});

function readRows(page: string): Row[] {
  return page.split('\n').flatMap((line) => {
    const [, name = '', type = '', labels = '', where = ''] = line.split('|').map((cell) => cell.trim());
    return name.startsWith('`hangar_bay_')
      ? [
          {
            name: name.replaceAll('`', ''),
            type,
            labels: labels.match(/\w+/g) ?? [],
            where: where.match(/\w+/g) ?? [],
          },
        ]
      : [];
  });
}
