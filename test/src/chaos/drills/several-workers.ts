import { setTimeout as sleep } from 'node:timers/promises';
import type { LoggedRequest } from '@hangar-bay/esi-sandbox';
import { requireNone, type Drill } from '../drill.js';
import { requireRecovery } from '../recover.js';

const GENERATION_SECONDS = 8;
/** The first list that the sandbox makes of a region is up to half-way through its life. */
const FIRST_LIFE_SECONDS = GENERATION_SECONDS / 2;
/** The times of an answer are cut to whole seconds. */
const GRAIN_SECONDS = 1;
const WATCHED_MS = 20_000;

/** Several workers at once, through some generations of every list, without any help: nothing is asked for twice. */
export function runSeveralWorkers(count: number): Drill {
  return {
    name: `${count}-workers`,
    backends: ['PostgreSQL', 'Redis'],
    timeoutMs: 240_000,
    async run({ open, injected, counted }) {
      const stage = await open({ generationSeconds: GENERATION_SECONDS, latencyMs: 5 });
      await stage.workers.startAll(count);
      injected['worker processes'] = count;
      await sleep(WATCHED_MS);
      counted['PostgreSQL sessions'] = await stage.count(
        `pg_stat_activity WHERE backend_type = 'client backend' AND datname <> 'postgres'`,
      );
      const requests = await stage.requests();
      const asked = {
        items: /\/contracts\/public\/items\//,
        types: /\/universe\/types\//,
        groups: /\/universe\/groups\//,
      };
      for (const [what, pattern] of Object.entries(asked)) {
        counted[`${what} asked for`] = requests.filter(({ path }) => pattern.test(path)).length;
      }
      counted['list pages asked for'] = requests.filter(isListPage).length;
      requireNone([
        ...Object.values(asked).flatMap((pattern) => findRepeated(requests, pattern)),
        ...findPremature(requests.filter(isListPage)),
      ]);
      await requireRecovery(stage);
    },
  };
}

const isListPage = ({ path }: LoggedRequest): boolean => /\/contracts\/public\/\d+(\?|$)/.test(path);

/** Nobody else asks this sandbox, so the list that a request finds has just been made and lives its whole life. */
function findPremature(requests: readonly LoggedRequest[]): string[] {
  const latest = new Map<string, { at: number; isFirst: boolean }>();
  return requests.flatMap(({ path, at }) => {
    const before = latest.get(path);
    latest.set(path, { at: Date.parse(at), isFirst: before === undefined });
    if (before === undefined) {
      return [];
    }
    const seconds = (Date.parse(at) - before.at) / 1000;
    const life = (before.isFirst ? FIRST_LIFE_SECONDS : GENERATION_SECONDS) - GRAIN_SECONDS;
    return seconds >= life ? [] : [`${path} was asked for again after ${seconds} s`];
  });
}

function findRepeated(requests: readonly LoggedRequest[], pattern: RegExp): string[] {
  const times = new Map<string, number>();
  for (const { path, status } of requests) {
    if (pattern.test(path) && status === 200) {
      times.set(path, (times.get(path) ?? 0) + 1);
    }
  }
  return [...times]
    .filter(([, count]) => count > 1)
    .map(([path, count]) => `${path} was asked for ${count} times`);
}
