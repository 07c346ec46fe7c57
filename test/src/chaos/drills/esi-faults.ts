import { setTimeout as sleep } from 'node:timers/promises';
import { waitUntil } from '../../setup/wait-until.js';
import { requireNone, type Counts, type Drill } from '../drill.js';
import { requireRecovery } from '../recover.js';
import type { Stage, StageOptions } from '../stage.js';

const LIST = '/contracts/public/{region_id}';
const EVERY_ROUTE = '*';

interface EsiDrill {
  readonly name: string;
  readonly faults: readonly Readonly<Record<string, string | number>>[];
  /** How long the faults go on, in generations that are begun every few seconds. */
  readonly generations?: number;
  readonly options?: Partial<StageOptions>;
  readonly timeoutMs?: number;
  /** Instead of the plain course of things. */
  course?(stage: Stage, injected: Counts): Promise<void>;
  /** What must hold besides. */
  check?(stage: Stage, counted: Counts): Promise<string[]>;
}

const GENERATION_MS = 3_000;
const STRIKE_MS = 30_000;

function describeEsiDrill({
  name,
  faults,
  generations = 2,
  options = {},
  timeoutMs = 180_000,
  course = (stage) => passGenerations(stage, generations),
  check = () => Promise.resolve([]),
}: EsiDrill): Drill {
  return {
    name,
    backends: ['PostgreSQL'],
    timeoutMs,
    async run({ open, injected, counted }) {
      const stage = await open(options);
      for (const fault of faults) {
        await stage.sandbox('POST', 'faults', fault);
      }
      await stage.workers.startAll(1);
      await course(stage, injected);
      await waitUntil(
        async () => faults.length === 0 || [...(await stage.strikes()).values()].some((count) => count > 0),
        {
          what: 'a fault strikes',
          timeoutMs: STRIKE_MS,
        },
      );
      for (const [kind, strikes] of await stage.strikes()) {
        injected[kind] = strikes;
      }
      requireNone(await check(stage, counted));
      await requireRecovery(stage);
    },
  };
}

/** Operators press the button meanwhile, so that sweeps that failed are tried again at once. */
async function passGenerations(stage: Stage, count: number): Promise<void> {
  for (let generation = 0; generation < count; generation += 1) {
    await sleep(GENERATION_MS);
    if (generation < count - 1) {
      await stage.moveOn();
    }
  }
}

/** What is shown stays shown: a list that cannot be had says nothing of what it holds. */
async function findHidden(stage: Stage): Promise<string[]> {
  const gone = await stage.count('contracts WHERE gone_at IS NOT NULL');
  return gone === 0 ? [] : [`${gone} contracts were marked gone though ESI had not moved on`];
}

export const ESI_DRILLS: readonly Drill[] = [
  describeEsiDrill({
    name: 'esi-5-percent-5xx',
    faults: [502, 503, 520].map((status) => ({
      route: EVERY_ROUTE,
      kind: 'status',
      status,
      probability: 0.017,
    })),
    options: { limits: 'errors' },
    // 80 of the 100 errors of a minute: the rest is kept.
    check: async (stage, counted) => {
      const errors = (await stage.requests()).filter(({ status }) => status >= 400).length;
      counted['errors of the limit of 100'] = errors;
      return errors <= 80 ? [] : [`${errors} errors within a minute`];
    },
  }),
  describeEsiDrill({
    name: 'esi-50-percent-5xx',
    faults: [500, 502, 503, 504].map((status) => ({
      route: EVERY_ROUTE,
      kind: 'status',
      status,
      probability: 0.16,
    })),
  }),
  describeEsiDrill({
    name: 'esi-420-storm',
    faults: [{ route: EVERY_ROUTE, kind: 'error_limit', seconds: 2, probability: 0.02, count: 6 }],
    options: { limits: 'errors' },
    generations: 3,
  }),
  describeEsiDrill({
    name: 'esi-429',
    faults: [{ route: EVERY_ROUTE, kind: 'rate_limit', retry_after: 1, probability: 0.05, count: 12 }],
    generations: 3,
  }),
  describeEsiDrill({
    name: 'esi-timeouts',
    faults: [{ route: EVERY_ROUTE, kind: 'timeout', probability: 0.05 }],
    options: { esiTimeoutMs: 500 },
  }),
  describeEsiDrill({
    name: 'esi-slow',
    faults: [{ route: EVERY_ROUTE, kind: 'slow', delay_ms: 700, probability: 0.3 }],
  }),
  describeEsiDrill({
    name: 'esi-resets-and-truncated-bodies',
    faults: [
      { route: EVERY_ROUTE, kind: 'truncate', probability: 0.15 },
      { route: EVERY_ROUTE, kind: 'reset', probability: 0.1 },
    ],
  }),
  describeEsiDrill({
    name: 'esi-html',
    faults: [
      { route: EVERY_ROUTE, kind: 'html', status: 502, probability: 0.15 },
      { route: EVERY_ROUTE, kind: 'html', status: 200, probability: 0.15 },
    ],
  }),
  describeEsiDrill({
    name: 'esi-new-generation-in-each-walk',
    faults: [{ route: LIST, kind: 'regenerate_mid_walk' }],
    options: { contracts: 1_400 },
    generations: 3,
  }),
  describeEsiDrill({
    name: 'esi-downtime',
    faults: [],
    async course(stage) {
      // It begins when everything is there, and lasts an hour of ESI's time.
      await stage.settle();
      await stage.sandbox('POST', 'faults', { route: EVERY_ROUTE, kind: 'status', status: 503 });
      await stage.moveOn(3_600);
      await sleep(3 * GENERATION_MS);
    },
    check: (stage) => findHidden(stage),
  }),
  describeEsiDrill({
    name: 'esi-clock-jumps',
    faults: [],
    async course(stage, injected) {
      for (const seconds of [1_800, 86_400, 60, 7 * 86_400]) {
        await stage.moveOn(seconds);
        injected['jumps'] = Number(injected['jumps'] ?? 0) + 1;
        await sleep(GENERATION_MS / 2);
      }
    },
  }),
];
