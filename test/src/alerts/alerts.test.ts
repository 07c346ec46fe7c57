import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { REPOSITORY } from '../containers/execute-build.js';
import { findProgram } from '../setup/find-program.js';
import { RULES, RULE_TESTS, readAlerts, readQueries, type Alert } from './monitoring-files.js';

/** What each section of the runbook tells. */
const QUESTIONS = ['Means', 'Users see', 'Confirm', 'Do', 'Do not'];

let alerts: readonly Alert[];
/** Text by alert. */
let sections: ReadonlyMap<string, string>;

beforeAll(async () => {
  alerts = await readAlerts();
  const runbook = await readFile(path.join(REPOSITORY, 'docs/operations.md'), 'utf8');
  const [, chapter = ''] = /^## The alerts$(.*?)(?=^## |$(?![\s\S]))/ms.exec(runbook) ?? [];
  sections = new Map(
    chapter
      .split(/^### /m)
      .slice(1)
      .map((section) => [section.split('\n', 1)[0] ?? '', section]),
  );
});

test('every alert has a section of its name in the runbook, and every section an alert', () => {
  expect([...sections.keys()].sort()).toEqual(alerts.map(({ alert }) => alert).sort());
});

test('every section says what it means, what users see, how to confirm it, what to do, and what not', () => {
  const missing = [...sections].flatMap(([alert, text]) =>
    QUESTIONS.filter((question) => !text.includes(`**${question}.**`)).map(
      (question) => `${alert}: ${question}`,
    ),
  );
  expect(missing).toEqual([]);
});

test('every alert says how bad it is, waits before it fires, and leads to its section', () => {
  for (const { alert, for: duration, labels, annotations } of alerts) {
    expect([alert, labels?.['severity']]).toEqual([alert, expect.stringMatching(/^(critical|warning)$/)]);
    expect([alert, duration]).toEqual([alert, expect.stringMatching(/^\d+[mh]$/)]);
    expect([alert, annotations]).toEqual([
      alert,
      {
        summary: expect.any(String),
        description: expect.any(String),
        runbook_url: `docs/operations.md#${alert.toLowerCase()}`,
      },
    ]);
  }
});

test('of every alert there is a case in which it fires, and one in which it does not', async () => {
  const { tests } = parse(await readFile(RULE_TESTS, 'utf8')) as {
    tests: { alert_rule_test: { alertname: string; exp_alerts: unknown[] }[] }[];
  };
  const cases = tests.flatMap((each) => each.alert_rule_test);
  const firing = cases.filter(({ exp_alerts }) => exp_alerts.length > 0);
  const quiet = cases.filter(({ exp_alerts }) => exp_alerts.length === 0);
  const names = alerts.map(({ alert }) => alert).sort();
  for (const some of [firing, quiet]) {
    expect([...new Set(some.map(({ alertname }) => alertname))].sort()).toEqual(names);
  }
});

const promtool = findProgram('promtool');

if (promtool === undefined) {
  console.warn(
    "promtool (Debian's package prometheus) is not installed: rules and queries are not tried out.",
  );
} else {
  describe('promtool', () => {
    const run = (...args: string[]) => promisify(execFile)(promtool, args);
    let folder: string;

    beforeAll(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'hangar-bay-promtool-'));
    });

    afterAll(() => rm(folder, { recursive: true, force: true }));

    test('finds the rules to be right, and their cases to come true', async () => {
      expect((await run('check', 'rules', RULES)).stdout).toContain('SUCCESS');
      expect((await run('test', 'rules', RULE_TESTS)).stdout).toContain('SUCCESS');
    }, 60_000);

    test('takes the configuration of compose, with the files that compose mounts', async () => {
      const configuration = path.join(REPOSITORY, 'docker/prometheus/prometheus.compose.yml');
      const token = path.join(folder, 'token');
      const placed = (await readFile(configuration, 'utf8'))
        .replaceAll('/run/secrets/metrics_token', token)
        .replaceAll('/etc/prometheus/hangar-bay', path.dirname(RULES));
      await writeFile(token, 'x');
      await writeFile(path.join(folder, 'prometheus.yml'), placed);
      const { stdout } = await run('check', 'config', path.join(folder, 'prometheus.yml'));
      expect(stdout).toMatch(/SUCCESS: \S+alerts\.yml|SUCCESS: \d+ rules found/);
    });

    test('understands every query of the dashboards', async () => {
      const rules = (await readQueries()).map(({ expr }, index) => ({ record: `query_${index}`, expr }));
      const file = path.join(folder, 'queries.yml');
      await writeFile(file, stringify({ groups: [{ name: 'queries', rules }] }));
      const { stdout } = await run('check', 'rules', file);
      expect(stdout).toContain(`SUCCESS: ${rules.length} rules found`);
    });
  });
}
