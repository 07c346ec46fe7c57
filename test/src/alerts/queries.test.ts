import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { QUEUE_NAMES } from '@hangar-bay/queues';
import { createMetricsRegistry } from '@hangar-bay/runtime';
import { REPOSITORY } from '../containers/execute-build.js';
import { readMetricRows, type MetricRow } from '../docs/metrics-rows.js';
import { readDashboards, readQueries, readRules, type NamedQuery } from './monitoring-files.js';
import { readQuery, type Selector } from './promql.js';

/** Labels that Prometheus adds to what it reads. */
const TARGET_LABELS = ['job', 'instance'];
/** Of Prometheus itself. */
const ALERTS = { name: 'ALERTS', labels: ['alertname', 'alertstate'], words: ['firing'] };

interface Known {
  readonly labels: readonly string[];
  /** Values that labels may have; undefined: any. */
  readonly words?: readonly string[];
}

let known: ReadonlyMap<string, Known>;
let queries: readonly NamedQuery[];

beforeAll(async () => {
  const rows = await readMetricRows();
  const ours = rows.flatMap((row) => {
    const told = {
      labels: row.labels,
      words: [...(row.meaning.match(/(?<=`)\w+(?=`)/g) ?? []), ...QUEUE_NAMES],
    };
    return seriesOf(row).map(
      ({ name, own }) => [name, { ...told, labels: [...told.labels, ...own] }] as const,
    );
  });
  const registry = createMetricsRegistry();
  const standard = (await registry.getMetricsAsJSON()).map(({ name }) => [name, { labels: [] }] as const);
  const recorded = (await readRules()).flatMap(({ record, expr }) =>
    record === undefined ? [] : [[record, { labels: labelsMadeBy(expr) }] as const],
  );
  known = new Map<string, Known>([...ours, ...standard, ...recorded, [ALERTS.name, ALERTS]]);
  queries = await readQueries();
});

/** As docs/metrics-table.test.ts holds the page against what the API and the worker tell. */
function seriesOf({ name, type }: MetricRow): { name: string; own: string[] }[] {
  return type === 'histogram'
    ? [
        { name: `${name}_bucket`, own: ['le'] },
        { name: `${name}_count`, own: [] },
        { name: `${name}_sum`, own: [] },
      ]
    : [{ name, own: [] }];
}

function labelsMadeBy(expr: string): string[] {
  return [...expr.matchAll(/label_replace\([^"]*(?:"[^"]*"[^"]*)??\),\s*"(\w+)"/g)].map(
    ([, label = '']) => label,
  );
}

function problemsOf({ name, matchers }: Selector): string[] {
  const metric = known.get(name);
  if (metric === undefined) {
    return [`${name} is told by nobody`];
  }
  return matchers.flatMap(({ label, values }) => {
    if (TARGET_LABELS.includes(label)) {
      return [];
    }
    if (!metric.labels.includes(label)) {
      return [`${name} has no label ${label}`];
    }
    const unheardOf = values.filter((value) => /^[a-z][\w-]*$/.test(value) && !metric.words?.includes(value));
    return unheardOf.map((value) => `${name}{${label}="${value}"} is not in docs/metrics.md`);
  });
}

test('rules and dashboards ask for metrics that the API and the worker tell, by labels and values that they have', () => {
  const problems = queries.flatMap(({ where, expr }) =>
    readQuery(expr).selectors.flatMap((selector) =>
      problemsOf(selector).map((problem) => `${where}: ${problem}`),
    ),
  );
  expect(problems).toEqual([]);
  expect(queries.length).toBeGreaterThan(60);
});

test('what they group by, and what legends name, are labels of those metrics', () => {
  const problems = queries.flatMap(({ where, expr, legend }) => {
    const { selectors, groupings } = readQuery(expr);
    const labels = [...TARGET_LABELS, ...selectors.flatMap(({ name }) => known.get(name)?.labels ?? [])];
    return [...groupings, ...legend]
      .filter((label) => !labels.includes(label))
      .map((label) => `${where}: ${label} is no label of what it asks for`);
  });
  expect(problems).toEqual([]);
});

test('a bucket that a rule names is one of the histogram', async () => {
  const source = await readFile(path.join(REPOSITORY, 'apps/worker/src/metrics/sweep-metrics.ts'), 'utf8');
  const [, buckets = ''] = /sweepDuration[^[]*?buckets: \[([^\]]*)\]/s.exec(source) ?? [];
  const named = queries.flatMap(({ expr }) =>
    [...expr.matchAll(/le=~"(\d+)\(/g)].map(([, value = '']) => value),
  );
  expect(named).not.toEqual([]);
  expect(named.filter((value) => !buckets.split(', ').includes(value))).toEqual([]);
});

test('dashboards are told apart, ask the provisioned source, and number their panels', async () => {
  const dashboards = await readDashboards();
  expect(dashboards.map(({ uid }) => uid).sort()).toEqual([
    'hangar-bay-aggregation',
    'hangar-bay-api',
    'hangar-bay-esi',
  ]);
  const source = await readFile(
    path.join(REPOSITORY, 'docker/grafana/provisioning/datasources/prometheus.yaml'),
    'utf8',
  );
  for (const { panels } of dashboards) {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const uids = panels.filter(({ type }) => type !== 'row').map(({ datasource }) => datasource?.uid);
    expect(new Set(uids)).toEqual(new Set([/uid: (\S+)/.exec(source)?.[1]]));
  }
});
