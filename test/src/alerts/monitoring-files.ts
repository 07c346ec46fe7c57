import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { REPOSITORY } from '../containers/execute-build.js';

export const RULES = path.join(REPOSITORY, 'docker/prometheus/alerts.yml');
export const RULE_TESTS = path.join(REPOSITORY, 'docker/prometheus/alerts.test.yml');
const DASHBOARDS = path.join(REPOSITORY, 'docker/grafana/dashboards');

export interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface Alert extends Rule {
  readonly alert: string;
}

export async function readRules(): Promise<Rule[]> {
  const { groups } = parse(await readFile(RULES, 'utf8')) as { groups: { rules: Rule[] }[] };
  return groups.flatMap(({ rules }) => rules);
}

export async function readAlerts(): Promise<Alert[]> {
  return (await readRules()).filter((rule): rule is Alert => rule.alert !== undefined);
}

interface Dashboard {
  readonly title: string;
  readonly uid: string;
  readonly panels: readonly Panel[];
}

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly datasource?: { readonly uid: string };
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

export async function readDashboards(): Promise<Dashboard[]> {
  const files = (await readdir(DASHBOARDS)).filter((file) => file.endsWith('.json'));
  return Promise.all(
    files.map(async (file) => JSON.parse(await readFile(path.join(DASHBOARDS, file), 'utf8')) as Dashboard),
  );
}

export interface NamedQuery {
  /** Where it stands, for people. */
  readonly where: string;
  /** With Grafana's variables replaced. */
  readonly expr: string;
  /** Labels that the legend names. */
  readonly legend: readonly string[];
}

/** Every query that people or rules ask Prometheus. */
export async function readQueries(): Promise<NamedQuery[]> {
  const rules = (await readRules()).map(({ alert, record = '', expr }) => ({
    where: `rule ${alert ?? record}`,
    expr,
    legend: [],
  }));
  const panels = (await readDashboards()).flatMap(({ title, panels }) =>
    panels.flatMap((panel) =>
      (panel.targets ?? []).map(({ expr, legendFormat }) => ({
        where: `${title}, ${panel.title}`,
        expr: expr.replaceAll('$__rate_interval', '5m'),
        legend: [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label),
      })),
    ),
  );
  return [...rules, ...panels];
}
