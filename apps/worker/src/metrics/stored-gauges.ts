import { readAggregationState, type Database } from '@hangar-bay/database';
import type { Producer } from '@hangar-bay/queues';
import { Gauge, METRIC_PREFIX, createBoundedReading, type Registry } from '@hangar-bay/runtime';
import { gaugeOf } from './gauge-of.js';

interface StoredGaugesDeps {
  readonly db: Database;
  readonly producer: Pick<Producer, 'countJobs'>;
  /** Regions that are swept; null: all. */
  readonly regionIds: readonly number[] | null;
}

/** What the database and the broker hold, read when metrics are read. Every worker tells the same. */
export function watchStored(registry: Registry, { db, producer, regionIds }: StoredGaugesDeps): void {
  const registers = [registry];
  const readDatabase = createBoundedReading(() => readAggregationState(db));
  const readBroker = createBoundedReading(() => producer.countJobs());

  gaugeOf(
    registry,
    'contracts_pending',
    'Listed contracts whose items are still wanted',
    async () => (await readDatabase()).value?.pending,
  );
  gaugeOf(
    registry,
    'dead_letters',
    'Entries that wait for an operator',
    async () => (await readDatabase()).value?.dead_letters,
  );
  gaugeOf(
    registry,
    'dead_letter_oldest_age_seconds',
    'Time since the oldest waiting entry first failed; 0 where there is none',
    async () => (await readDatabase()).value?.oldest_dead_letter_seconds,
  );
  const readRegions = async () =>
    ((await readDatabase()).value?.regions ?? []).filter(
      ({ region_id }) => regionIds === null || regionIds.includes(region_id),
    );
  new Gauge({
    name: `${METRIC_PREFIX}region_last_complete_sweep_timestamp_seconds`,
    help: 'When each region was last swept completely, by whichever worker',
    labelNames: ['region_id'],
    registers,
    async collect() {
      for (const { region_id, last_complete_sweep_at } of await readRegions()) {
        if (last_complete_sweep_at !== null) {
          this.set({ region_id }, last_complete_sweep_at.getTime() / 1000);
        }
      }
    },
  });
  new Gauge({
    name: `${METRIC_PREFIX}region_failed_sweeps`,
    help: 'Sweeps in a row that did not complete, of each region, by whichever worker',
    labelNames: ['region_id'],
    registers,
    async collect() {
      for (const { region_id, failed_sweeps } of await readRegions()) {
        this.set({ region_id }, failed_sweeps);
      }
    },
  });
  new Gauge({
    name: `${METRIC_PREFIX}switched_off`,
    help: '1 for each switch that operators have moved to off',
    labelNames: ['flag'],
    registers,
    async collect() {
      const { value } = await readDatabase();
      this.reset();
      value?.switched_off.forEach((flag) => this.set({ flag }, 1));
    },
  });
  new Gauge({
    name: `${METRIC_PREFIX}queue_jobs`,
    help: 'Jobs that the queues hold; failed ones stay for two weeks to be looked at',
    labelNames: ['queue', 'state'],
    registers,
    async collect() {
      for (const counts of (await readBroker()).value ?? []) {
        for (const state of ['waiting', 'active', 'delayed', 'failed'] as const) {
          this.set({ queue: counts.queue, state }, counts[state]);
        }
      }
    },
  });
  new Gauge({
    name: `${METRIC_PREFIX}source_up`,
    help: '0 where the database or the broker did not tell its figures in time; then the last known ones are shown',
    labelNames: ['source'],
    registers,
    async collect() {
      const [database, broker] = await Promise.all([readDatabase(), readBroker()]);
      this.set({ source: 'database' }, database.isCurrent ? 1 : 0);
      this.set({ source: 'broker' }, broker.isCurrent ? 1 : 0);
    },
  });
}
