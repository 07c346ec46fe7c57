import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startApi, type ApiUnderTest } from '../api/api-under-test.js';
import { startMaintainedDatabase, type MaintainedDatabase } from '../maintenance/maintained-database.js';
import { scrape, type Scrape } from '../worker/scrape.js';
import { readMetricRows, type MetricRow } from './metrics-rows.js';

/** Labels that prom-client adds to histograms. */
const OWN_LABELS = new Set(['le']);

let api: ApiUnderTest;
let maintained: MaintainedDatabase;
let told: Readonly<Record<string, Scrape>>;
let rows: readonly MetricRow[];

beforeAll(async () => {
  [api, maintained] = await Promise.all([startApi(), startMaintainedDatabase()]);
  await fetch(`${api.url}/api/v1/regions`);
  told = { api: await scrape(api.url), worker: await scrape(maintained.probeUrl) };
  rows = await readMetricRows();
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
